// The conversation on the screen: lines as they come, what is awaited, and what to do when nothing comes.

import { dayOf, draw, el } from "./draw.js";
import { more } from "./lazy.js";
import { Post } from "./post.js";
import { Trouble } from "./talk.js";

/** @typedef {import("./post.js").Letter} Letter */
/** @typedef {import("./talk.js").News} News */
/** @typedef {import("./talk.js").Line} Line */
/** @typedef {Omit<import("./draw.js").Scene, "choose" | "talk" | "numbers">} Setting */

export class Room {
  /** @type {Map<string, HTMLElement>} lines of letters that have not arrived */
  #waiting = new Map();
  /** @type {Set<string>} */
  #known = new Set();
  #day = "";
  #begun = false;
  #keyed = false;
  #told = 0;
  /** A person of the desk has the conversation, and perhaps writes just now. */
  staffed = false;
  writing = false;

  /**
   * @param {import("./frame.js").Frame} frame @param {import("./talk.js").Talk} talk @param {Setting} setting
   * @param {Record<string, string>} numbers to dial in an emergency
   */
  constructor(frame, talk, setting, numbers) {
    this.frame = frame;
    this.talk = talk;
    this.numbers = numbers;
    this.post = new Post(talk, {
      shown: (letter) => this.#shown(letter),
      sending: (letter) => this.#sending(letter),
      arrived: (news) => this.#arrived(news),
      failed: (letter, trouble) => this.#failed(letter, trouble),
      carried: (letter, part) => this.#carried(letter, part),
    });
    this.heard = "";
    this.scene = this.#scene(setting);
  }

  /** @param {Setting} setting */
  set(setting) {
    this.scene = this.#scene(setting);
  }

  /** @param {Setting} setting @returns {import("./draw.js").Scene} */
  #scene(setting) {
    return { ...setting, choose: this.#choose, talk: this.talk, numbers: this.numbers };
  }

  /** What was said before; a first visit is greeted; what never arrived is offered again. */
  begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#write(true);
    this.post.first(async () => {
      try {
        let news = await this.talk.history();
        // The same id each time: two tabs are greeted once.
        if (!/[1-9]/.test(news.cursor)) news = await this.talk.send({ id: "start-of-talk", start: true, language: this.scene.language });
        this.#take(news);
        this.post.restore();
        this.#fine();
        this.talk.follow(this.#heard);
      } catch (error) {
        this.#begun = false;
        this.note(/** @type {Trouble} */ (error));
      }
      this.#write(false);
    });
  }

  /** What is said by others: pushed, and asked for while that line is away. */
  async look() {
    if (!this.#begun) return this.begin();
    if (this.talk.live || this.post.away) return;
    try {
      this.#heard(await this.talk.history());
      if (!this.talk.live) this.talk.follow(this.#heard);
    } catch (error) {
      this.note(/** @type {Trouble} */ (error));
    }
  }

  /** @param {News} news */
  #heard = (news) => {
    this.#take(news);
    this.#write(this.post.away > 0 || this.writing);
    if (this.post.letters.size) this.post.again();
    else this.#fine();
  };

  /** Into the case that a link of the desk names; what came of it stands in the conversation.
   * @param {string} token @param {() => void} done it need not be tried again */
  join(token, done) {
    this.begin();
    this.post.first(async () => {
      /** @type {Trouble | void} */
      const trouble = await more().then((parts) => parts.join(this.talk, token)).catch((error) => error);
      if (!trouble?.again) done();
      if (trouble) this.note(trouble);
      else this.#take(await this.talk.history());
    });
  }

  /** They type: said at most every three seconds, and only where a person would see it. */
  typed() {
    if (!this.staffed || Date.now() - this.#told < 3_000) return;
    this.#told = Date.now();
    this.talk.writes();
  }

  /** @param {string} text @param {boolean} [urgent] */
  say(text, urgent = false) {
    this.begin();
    this.post.write({ text, language: this.scene.language }, text, { urgent });
  }

  /** @param {{ latitude: number, longitude: number }} place @param {string} label */
  here(place, label) {
    this.begin();
    this.post.write({ place, language: this.scene.language }, label);
  }

  /** @param {File} file */
  show(file) {
    this.begin();
    this.post.write({ language: this.scene.language }, this.scene.words("sent_photo"), { file });
  }

  /** @param {{ title: string, payload: string }} item @param {boolean} keyed */
  #choose = (item, keyed) => {
    this.frame.text.focus({ preventScroll: true });
    this.#keyed = keyed;
    this.post.write({ choice: item.payload, language: this.scene.language }, item.title);
  };

  /** @param {Letter} letter */
  #shown(letter) {
    const picture = letter.file?.type.startsWith("image/");
    const part = picture
      ? { type: "media", kind: "image", url: URL.createObjectURL(/** @type {File} */ (letter.file)), alt: letter.label }
      : { type: "text", text: letter.file?.name || letter.label };
    const line = draw({ id: "", mine: true, message: letter.message.id, parts: [part] }, this.scene);
    this.#waiting.set(letter.message.id, line);
    this.#put(line, new Date(), true);
  }

  /** @param {Letter} letter */
  #sending(letter) {
    const line = this.#waiting.get(letter.message.id);
    line?.querySelector(".state")?.remove();
    line?.classList.add("waiting");
    this.#write(true);
  }

  /** @param {Letter} letter @param {number} part */
  #carried(letter, part) {
    const line = this.#waiting.get(letter.message.id);
    let bar = line?.querySelector("progress");
    if (part >= 1) return bar?.remove();
    bar ??= line?.appendChild(el("progress", { "aria-label": this.scene.words("sending") }));
    if (bar) bar.value = part;
  }

  /** @param {News} news */
  #arrived(news) {
    this.#take(news);
    this.#fine();
    this.#write(this.post.away > 0 || this.writing);
    if (!this.#keyed) return;
    // Who chose by keyboard goes on by keyboard, unless they began to write.
    this.#keyed = false;
    const next = this.frame.log.querySelector(".choices button");
    if (next instanceof HTMLElement && !this.frame.text.value) next.focus({ preventScroll: true });
  }

  /** @param {Letter} letter @param {Trouble} trouble */
  #failed(letter, trouble) {
    const { words } = this.scene;
    const state = el("p", { class: "state" }, words("unsent"));
    if (trouble.again) {
      const again = el("button", { class: "again", type: "button" }, words("retry"));
      again.addEventListener("click", () => this.post.send(letter));
      state.append(again);
    }
    const line = this.#waiting.get(letter.message.id);
    line?.classList.remove("waiting");
    for (const old of line?.querySelectorAll(".state, progress") ?? []) old.remove();
    line?.append(state);
    this.#write(this.post.away > 1);
    if (letter.urgent) this.frame.help(words, this.numbers);
    this.note(trouble);
    this.frame.end();
  }

  /** @param {Trouble} trouble */
  note = (trouble) => {
    const text = this.scene.words(trouble.word) || this.scene.words("broken");
    // Said once: a note that says the same again would be read aloud again.
    if (this.frame.note.hidden || this.frame.note.textContent !== text) this.frame.note.textContent = text;
    this.frame.note.hidden = false;
  };

  #fine() {
    this.frame.note.hidden = true;
    if (![...this.post.letters.values()].some((letter) => letter.urgent)) this.frame.dial.hidden = true;
  }

  /** @param {News} news */
  #take(news) {
    for (const line of news.lines) this.#add(line);
    this.frame.panel.dispatchEvent(new CustomEvent("news", { detail: news }));
    this.staffed = Boolean(news.staff);
    this.writing = Boolean(news.writing);
    const about = this.scene.words(news.staff ? "with" : news.with_staff ? "person" : "about");
    this.frame.about.textContent = about.replace("{name}", news.staff ?? "");
    if (news.language && news.language !== this.heard) {
      this.heard = news.language;
      this.frame.panel.dispatchEvent(new CustomEvent("heard", { detail: news.language }));
    }
  }

  /** @param {Line} line */
  #add(line) {
    // An answer that was shown before it could be stored is not shown again.
    if (this.#known.has(line.id) || this.#known.has(`r-${line.message}`)) return;
    this.#known.add(line.id);
    const at = line.at ? new Date(line.at) : new Date();
    const mine = line.mine ? this.#waiting.get(line.message ?? "") : undefined;
    if (!mine) return this.#put(draw(line, this.scene), at, line.mine || line.parts.some((p) => p.type === "choices"));
    this.post.done(line.message);
    this.#waiting.delete(line.message ?? "");
    mine.classList.remove("waiting");
    mine.querySelector(".state")?.remove();
    const time = draw({ ...line, parts: [] }, this.scene).querySelector("time");
    if (time) mine.append(time);
  }

  /** @param {HTMLElement} line @param {Date} at @param {boolean} settles what was asked before is no longer open */
  #put(line, at, settles) {
    if (settles) for (const old of this.frame.log.querySelectorAll(".choices")) old.remove();
    if (at.toDateString() !== this.#day) {
      this.#day = at.toDateString();
      this.frame.typing.before(dayOf(at, this.scene));
    }
    // One time for what was said in one minute.
    const before = this.frame.typing.previousElementSibling?.querySelector("time");
    if (before && before.textContent === line.querySelector("time")?.textContent) before.remove();
    this.frame.typing.before(line);
    this.frame.end();
  }

  /** @param {boolean} on */
  #write(on) {
    if (on === !this.frame.typing.hidden) return;
    this.frame.write(on, this.scene.words("typing"));
    if (on) this.frame.end();
  }
}
