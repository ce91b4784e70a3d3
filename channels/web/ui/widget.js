// <linli-chat community="sunshine">: a community's front desk on any page, one element and no framework.

import { Frame } from "./widget/frame.js";
import { sheet } from "./widget/look.js";
import { Room } from "./widget/room.js";
import { Memory, Talk } from "./widget/talk.js";
import { COMMUNITIES, LANGUAGES } from "./widget/words.js";

const LOOK_AGAIN = 2_000;
const WIDE = "(min-width: 60rem)";
const KNOWN = Object.keys(LANGUAGES);

/**
 * Attributes: community; lang (else the page's); open (starts open on a wide screen); theme (light or dark, else the
 * system's); large; brief (forget the conversation with the tab). Methods: show(), hide(), say(text).
 */
export class LinliChat extends HTMLElement {
  #frame = new Frame();
  #timer = 0;
  #turn = 0;
  /** @type {string} */
  #language = KNOWN[0];
  /** @type {string} */
  #community = "";
  /** @type {Memory} */
  #memory = new Memory("", true);
  /** @type {Room | null} */
  #room = null;

  connectedCallback() {
    this.#room ??= this.#build();
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

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(this.#frame.launch, this.#frame.panel);
    this.#community = this.getAttribute("community") ?? Object.keys(COMMUNITIES)[0] ?? "";
    this.#memory = new Memory(this.#community, this.hasAttribute("brief"));
    this.#enlarge(this.#memory.get("large") === "1" || this.hasAttribute("large"));
    const base = new URL(`./channels/web/${encodeURIComponent(this.#community)}/`, import.meta.url);
    const setting = { ...this.#speak(this.#wanted()), base };
    const numbers = COMMUNITIES[this.#community]?.emergency ?? {};
    const room = new Room(this.#frame, new Talk(base, this.#memory), setting, numbers);
    this.#listen(room, base);
    const open = this.hasAttribute("open") && matchMedia(WIDE).matches && this.#memory.get("closed") !== "1";
    this.removeAttribute("open");
    this.#room = room;
    const invited = new URLSearchParams(location.hash.slice(1)).get("case");
    if (open || invited) this.show(false);
    // A reload in between tries again: the link goes out of the address when it was heard.
    if (invited) room.join(invited, () => history.replaceState(null, "", location.pathname + location.search));
    return room;
  }

  /** The language that was chosen here, else the element's, else the page's. */
  #wanted() {
    const tag = this.#memory.get("language") || this.lang || document.documentElement.lang || navigator.language;
    return KNOWN.find((one) => one.split("_")[0] === tag.toLowerCase().split(/[-_]/)[0]) ?? KNOWN[0];
  }

  /** @param {string} language */
  #speak(language) {
    this.#language = language;
    const words = (/** @type {string} */ name) => LANGUAGES[language][name] ?? "";
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
    const words = (/** @type {string} */ name) => LANGUAGES[this.#language][name] ?? "";
    const change = (/** @type {string} */ language) => {
      this.#memory.set("language", language);
      room.set({ ...this.#speak(language), base });
    };
    f.launch.addEventListener("click", () => this.show());
    f.close.addEventListener("click", () => this.hide());
    f.sos.addEventListener("click", () => room.say(words("sos_words"), true));
    f.larger.addEventListener("click", () => this.#enlarge(!this.hasAttribute("large")));
    f.language.addEventListener("click", () => {
      change(KNOWN.find((one) => one !== this.#language) ?? KNOWN[0]);
      room.say(words("switch"));
    });
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

  show(focus = true) {
    this.setAttribute("open", "");
    this.#frame.launch.setAttribute("aria-expanded", "true");
    this.#memory.set("closed", "");
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
  say(text) {
    this.show();
    this.#room?.say(text);
  }

  /** @param {boolean} on */
  #enlarge(on) {
    this.toggleAttribute("large", on);
    this.#frame.larger.setAttribute("aria-pressed", String(on));
    this.#memory.set("large", on ? "1" : "");
    this.#frame.end();
  }

  /** Every time while a person has the conversation, else every second time. */
  #look = (/** @type {unknown} */ event) => {
    this.#turn += 1;
    if (!event && !this.#room?.staffed && this.#turn % 2) return;
    if (this.hasAttribute("open") && !document.hidden) this.#room?.look();
  };

  #online = () => {
    this.#room?.post.again();
    this.#look(true);
  };
}

if (!customElements.get("linli-chat")) customElements.define("linli-chat", LinliChat);
