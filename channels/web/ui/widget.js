// <linli-chat community="sunshine">: a community's front desk on any page, one element and no framework.

import { bubble, el, icon, link, safe } from "./widget/draw.js";
import { Frame } from "./widget/frame.js";
import { KIT, learn, more, said } from "./widget/lazy.js";
import { sheet } from "./widget/look.js";
import { Room } from "./widget/room.js";
import { Memory, Talk, Trouble, trouble } from "./widget/talk.js";
import { COMMUNITIES, LANGUAGES } from "./widget/words.js";

const LOOK_AGAIN = 2_000;
const WIDE = "(min-width: 60rem)";
const KNOWN = Object.keys(LANGUAGES);

/**
 * Attributes: community; lang (else the page's); open (starts open on a wide screen); theme (light or dark, else the
 * system's); large; brief (forget the conversation with the tab); identity, identity-from (who is signed in on this
 * site, in its own signed words, or where those are to be had). Methods: show(), hide(), say(text).
 */
export class LinliChat extends HTMLElement {
  #frame = new Frame();
  #timer = 0;
  #unread = 0;
  #cursor = "";
  /** @type {string} */
  #language = KNOWN[0];
  /** @type {string} */
  #community = "";
  /** @type {Memory} */
  #memory = new Memory("", true);
  /** @type {Room | null} */
  #room = null;

  /** @type {Promise<void> | null} */
  #ready = null;

  connectedCallback() {
    this.#ready ??= this.#build();
    this.#timer = setInterval(this.#look, LOOK_AGAIN);
    addEventListener("online", this.#online);
    addEventListener("offline", this.#look);
    document.addEventListener("visibilitychange", this.#look);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    removeEventListener("online", this.#online);
    removeEventListener("offline", this.#look);
    document.removeEventListener("visibilitychange", this.#look);
  }

  async #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#community = this.getAttribute("community") ?? Object.keys(COMMUNITIES)[0] ?? "";
    this.#memory = new Memory(this.#community, this.hasAttribute("brief"));
    this.#enlarge(this.#memory.get("large") === "1" || this.hasAttribute("large"));
    const language = this.#wanted();
    // Nothing is shown that says nothing.
    while (!(await learn(language).catch(() => null))) await new Promise((on) => setTimeout(on, LOOK_AGAIN));
    root.append(this.#frame.launch, this.#frame.panel);
    const base = new URL(`./channels/web/${encodeURIComponent(this.#community)}/`, import.meta.url);
    const setting = { ...this.#speak(language), base };
    const talk = new Talk(base, this.#memory);
    const room = new Room(this.#frame, talk, setting, COMMUNITIES[this.#community]?.emergency ?? {});
    if (["identity", "identity-from"].some((name) => this.hasAttribute(name))) {
      talk.vouch = async () => (await more()).vouch(talk, this);
    }
    this.#listen(room, base);
    const open = this.hasAttribute("open") && matchMedia(WIDE).matches && this.#memory.get("closed") !== "1";
    this.removeAttribute("open");
    this.#room = room;
    const invited = new URLSearchParams(location.hash.slice(1)).get("case");
    if (open || invited) this.#show(false);
    // Who has been here before hears of what came meanwhile.
    else if (this.#memory.get("seen")) room.begin();
    // A reload in between tries again: the link goes out of the address when it was heard.
    if (invited) room.join(invited, () => history.replaceState(null, "", location.pathname + location.search));
  }

  /** The language that was chosen here, else the element's, else the page's. */
  #wanted() {
    const tag = this.#memory.get("language") || this.lang || document.documentElement.lang || navigator.language;
    return KNOWN.find((one) => one.split("_")[0] === tag.toLowerCase().split(/[-_]/)[0]) ?? KNOWN[0];
  }

  /** @param {string} language */
  #speak(language) {
    this.#language = language;
    const words = (/** @type {string} */ name) => said(language)[name] ?? "";
    const tag = language.replace("_", "-");
    const other = KNOWN.find((one) => one !== language);
    this.#frame.panel.lang = tag;
    this.#frame.launch.lang = tag;
    this.#frame.say(words, COMMUNITIES[this.#community]?.names[language] ?? "", other ? LANGUAGES[other] : undefined);
    if (other) this.#frame.language.lang = other.replace("_", "-");
    return { words, language: tag };
  }

  /** @param {Room} room @param {URL} base */
  #listen(room, base) {
    const f = this.#frame;
    const words = (/** @type {string} */ name) => said(this.#language)[name] ?? "";
    const change = async (/** @type {string} */ language) => {
      if (!(await learn(language).catch(room.note))) return;
      this.#memory.set("language", language);
      room.set({ ...this.#speak(language), base });
    };
    f.launch.addEventListener("click", () => this.show());
    f.close.addEventListener("click", () => this.hide());
    f.sos.addEventListener("click", () => room.say(words("sos_words"), true));
    f.larger.addEventListener("click", () => this.#enlarge(!this.hasAttribute("large")));
    f.language.addEventListener("click", async () => {
      await change(KNOWN.find((one) => one !== this.#language) ?? KNOWN[0]);
      room.say(words("switch"));
    });
    f.panel.addEventListener("news", (event) => this.#count(/** @type {CustomEvent} */ (event).detail));
    f.more.addEventListener("click", () => more().then((parts) => parts.tray(f, room)).catch(room.note));
    f.panel.addEventListener("heard", (event) => {
      const heard = /** @type {CustomEvent<string>} */ (event).detail;
      if (heard !== this.#language && KNOWN.includes(heard)) change(heard);
    });
    f.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.hide();
    });
    f.text.addEventListener("input", () => room.typed());
    f.wire((text) => room.say(text), (file) => room.show(file));
  }

  async show(focus = true) {
    await this.#ready;
    this.#show(focus);
  }

  /** @param {boolean} focus */
  #show(focus) {
    this.setAttribute("open", "");
    this.#frame.launch.setAttribute("aria-expanded", "true");
    this.#memory.set("closed", "");
    this.#seen(this.#cursor);
    if (focus) this.#frame.text.focus();
    this.#room?.begin();
    this.#frame.end();
  }

  hide() {
    this.removeAttribute("open");
    this.#frame.launch.setAttribute("aria-expanded", "false");
    this.#memory.set("closed", "1");
    this.#frame.launch.focus();
  }

  /** Say something for the resident, as if they had typed it. @param {string} text */
  async say(text) {
    await this.show();
    this.#room?.say(text);
  }

  /** @param {boolean} on */
  #enlarge(on) {
    this.toggleAttribute("large", on);
    this.#frame.larger.setAttribute("aria-pressed", String(on));
    this.#memory.set("large", on ? "1" : "");
    this.#frame.end();
  }

  /** @param {import("./widget/talk.js").News} news */
  #count(news) {
    this.#cursor = news.cursor || this.#cursor;
    if (this.hasAttribute("open") && !document.hidden) return this.#seen(this.#cursor);
    const seen = Number(this.#memory.get("seen")?.split(".")[1] ?? 0);
    this.#unread += news.lines.filter((line) => !line.mine && Number(line.id.slice(1)) > seen).length;
    this.#frame.unread(this.#unread, said(this.#language).unread);
  }

  /** @param {string} cursor */
  #seen(cursor) {
    if (cursor) this.#memory.set("seen", cursor);
    this.#unread = 0;
    this.#frame.unread(0, "");
  }

  /** Hidden pages hold no line: a browser has few of them. */
  #look = () => {
    if (document.hidden) return this.#room?.talk.end();
    if (this.hasAttribute("open")) this.#seen(this.#cursor);
    if (this.hasAttribute("open") || this.#memory.get("seen")) this.#room?.look();
  };

  #online = () => {
    this.#room?.post.again();
    this.#look();
  };
}

Object.assign(KIT, { Trouble, bubble, el, icon, link, safe, trouble });
if (!customElements.get("linli-chat")) customElements.define("linli-chat", LinliChat);
