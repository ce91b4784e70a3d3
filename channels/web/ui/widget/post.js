// Letters on their way: one after the other, kept until they have arrived, sent again under the same id.

import { more } from "./lazy.js";
import { Trouble, random } from "./talk.js";

/** @typedef {import("./talk.js").Message} Message */
/** @typedef {import("./talk.js").News} News */
/** label: how it is shown; urgent: a call for help, which waits for nothing. */
/** @typedef {{ message: Message, label: string, urgent?: boolean, file?: File, tries?: number }} Letter */
/**
 * @typedef {{ shown: (letter: Letter) => void, sending: (letter: Letter) => void, arrived: (news: News) => void,
 *   failed: (letter: Letter, trouble: Trouble) => void, carried: (letter: Letter, part: number) => void }} Ears
 */

const BY_ITSELF = 3;

export class Post {
  /** @type {Map<string, Letter>} */
  letters = new Map();
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();

  /** @param {import("./talk.js").Talk} talk @param {Ears} ears */
  constructor(talk, ears) {
    this.talk = talk;
    this.ears = ears;
    this.away = 0;
  }

  /** Something that must be done before later letters go. @param {() => Promise<void>} work */
  first(work) {
    this.#queue = this.#queue.then(work);
  }

  /** @param {Omit<Message, "id">} what @param {string} label @param {{ file?: File, urgent?: boolean }} [more] */
  write(what, label, more = {}) {
    /** @type {Letter} */
    const letter = { message: { ...what, id: random(12) }, label, ...more };
    this.letters.set(letter.message.id, letter);
    this.#keep();
    this.ears.shown(letter);
    this.send(letter);
  }

  /** @param {Letter} letter */
  send(letter) {
    this.away += 1;
    this.ears.sending(letter);
    const work = async () => {
      const news = await this.#carry(letter).catch((error) => {
        this.#failed(letter, error instanceof Trouble ? error : new Trouble("broken"));
      });
      this.away -= 1;
      if (news) this.ears.arrived(news);
    };
    if (letter.urgent) work();
    else this.first(work);
  }

  again() {
    if (this.away) return;
    for (const letter of this.letters.values()) this.send(letter);
  }

  /** @param {string | null} id */
  done(id) {
    const letter = this.letters.get(id ?? "");
    this.letters.delete(id ?? "");
    this.#keep();
    return letter;
  }

  /** Letters of before a reload, which never arrived as far as this browser knows. */
  restore() {
    /** @type {Letter[]} */
    const letters = JSON.parse(this.talk.memory.get("unsent") || "[]");
    const lost = letters.filter((letter) => !this.letters.has(letter.message.id));
    for (const letter of lost) {
      this.letters.set(letter.message.id, letter);
      this.ears.shown(letter);
      this.ears.failed(letter, new Trouble("unsent"));
    }
  }

  /** A photo first, then the message about it; what was uploaded is not uploaded again. @param {Letter} letter */
  async #carry(letter) {
    if (letter.file && !letter.message.photo) {
      const upload = (await more()).upload;
      letter.message.photo = await upload(this.talk, letter.file, (part) => this.ears.carried(letter, part));
    }
    return this.talk.send(letter.message);
  }

  /** @param {Letter} letter @param {Trouble} trouble */
  #failed(letter, trouble) {
    letter.tries = (letter.tries ?? 0) + 1;
    if (!trouble.again) this.done(letter.message.id);
    this.ears.failed(letter, trouble);
    const after = trouble.after || (letter.urgent ? 5 : 0);
    if (!trouble.again || !after || (letter.tries >= BY_ITSELF && !letter.urgent)) return;
    setTimeout(() => this.letters.has(letter.message.id) && this.send(letter), after * 1000);
  }

  /** Words outlive a reload; a photo does not, its file is the browser's. */
  #keep() {
    const letters = [...this.letters.values()].filter((letter) => !letter.file);
    const kept = letters.map(({ message, label, urgent }) => ({ message, label, urgent }));
    this.talk.memory.set("unsent", JSON.stringify(kept));
  }
}
