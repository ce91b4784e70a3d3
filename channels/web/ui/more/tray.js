// Other ways to say something: a photo, the place where one is, one's voice; and to have the answers read aloud.

import { Voice } from "./voice.js";

/** @typedef {import("../more.js").Kit} Kit */
/** @typedef {import("../widget/frame.js").Frame} Frame */
/** @typedef {import("../widget/room.js").Room} Room */

const ICONS = {
  photo: "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v11A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5v-11A1.5 1.5 0 0 1 5 5Zm-1.5 11 5-5 4 4 2.5-2.5 5.5 5M15.5 9.5h.01",
  camera: "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.5-2.5h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5Zm8 7.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z",
  place: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11Zm0-8.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z",
  dictate: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3Zm-6.5-3a6.5 6.5 0 0 0 13 0M12 18v3",
  aloud: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Zm12-1a5 5 0 0 1 0 7m2.5-9.5a8.5 8.5 0 0 1 0 12",
};
const CSS = `
.tray { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.4em, 1fr)); gap: .5rem; padding: .7rem;
  background: var(--paper); border-top: 1px solid var(--line); max-height: 45%; overflow-y: auto; }
.tray button { display: flex; flex-direction: column; align-items: center; gap: .3em; padding: .6em .3em; border-radius: 1em;
  background: var(--ground); border: 1.5px solid transparent; color: var(--ink); font-size: .875em; line-height: 1.25; }
.tray svg { color: var(--link); }
.tray button:hover { background: var(--press); }
.tray [aria-pressed=true] { border-color: var(--brand); background: var(--press); font-weight: 600; }
.tray > p { grid-column: 1 / -1; font-size: .94em; padding: .1em .2em; }
.tray .row { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .5rem; }
.tray .row button { flex-direction: row; flex: 1 1 9em; justify-content: center; font-size: .94em; font-weight: 600;
  border-color: var(--brand); color: var(--link); background: var(--paper); }
.tray .row button:first-child { background: var(--mine); border-color: var(--mine); color: #fff; }
.drop::after { content: ""; position: absolute; inset: .5rem; border: 3px dashed var(--brand); border-radius: 1rem;
  pointer-events: none; }
`;
const SOUGHT = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };

/** @param {Kit} kit */
export function tray({ el, icon }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  /** @type {WeakMap<Frame, Tray>} */
  const open = new WeakMap();

  class Tray {
    /** @param {Frame} frame @param {Room} room */
    constructor(frame, room) {
      this.frame = frame;
      this.room = room;
      this.voice = new Voice(frame);
      this.box = el("div", { class: "tray", role: "group", hidden: "" });
      const root = /** @type {ShadowRoot} */ (frame.panel.getRootNode());
      root.adoptedStyleSheets.push(sheet);
      frame.form.before(this.box);
      this.box.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        this.close();
        frame.more.focus();
      });
    }

    toggle() {
      if (!this.box.hidden) return this.close();
      this.fill();
      this.box.hidden = false;
      this.frame.more.setAttribute("aria-expanded", "true");
      this.frame.end();
      /** @type {HTMLElement | null} */ (this.box.querySelector("button"))?.focus();
    }

    close() {
      this.box.hidden = true;
      this.frame.more.setAttribute("aria-expanded", "false");
    }

    fill() {
      const { words } = this.room.scene;
      this.box.setAttribute("aria-label", words("more"));
      /** @type {[keyof typeof ICONS, boolean, () => void, boolean?][]} */
      const tiles = [
        ["photo", true, () => this.pick(false)],
        ["camera", matchMedia("(pointer: coarse)").matches, () => this.pick(true)],
        ["place", "geolocation" in navigator && isSecureContext, () => this.place()],
        ["dictate", this.voice.hears, () => this.dictate(), this.voice.listening],
        ["aloud", this.voice.speaks, () => this.aloud(), this.voice.aloud],
      ];
      const shown = tiles.filter(([, can]) => can).map(([name, , act, on]) => {
        const button = el("button", { type: "button" }, icon(ICONS[name]), words(name));
        if (on !== undefined) button.setAttribute("aria-pressed", String(on));
        button.addEventListener("click", act);
        return button;
      });
      this.box.replaceChildren(...shown);
    }

    /** @param {boolean} camera */
    pick(camera) {
      this.frame.file.toggleAttribute("capture", camera);
      if (camera) this.frame.file.setAttribute("capture", "environment");
      this.close();
      this.frame.file.click();
    }

    /** What happens is said before it does; nothing is sent without the yes. @param {string} why @param {string} yes @param {() => void} act */
    ask(why, yes, act) {
      const { words } = this.room.scene;
      const no = el("button", { type: "button" }, words("not_now"));
      no.addEventListener("click", () => this.fill());
      const go = el("button", { type: "button" }, words(yes));
      go.addEventListener("click", act);
      this.box.replaceChildren(el("p", {}, words(why)), el("div", { class: "row" }, go, no));
      go.focus();
    }

    place() {
      const { words } = this.room.scene;
      this.ask("place_why", "place_yes", () => {
        this.box.replaceChildren(el("p", { role: "status" }, words("place_sought")));
        navigator.geolocation.getCurrentPosition(
          ({ coords }) => {
            this.close();
            this.room.here({ latitude: coords.latitude, longitude: coords.longitude }, words("my_place"));
          },
          () => this.ask("place_none", "place_again", () => this.place()),
          SOUGHT,
        );
      });
    }

    dictate() {
      if (this.voice.listening) {
        this.voice.hush();
        return this.fill();
      }
      this.ask("dictate_why", "dictate_yes", () => {
        this.voice.listen(this.room.scene.language, () => this.box.hidden || this.fill());
        this.fill();
      });
    }

    aloud() {
      this.voice.read(!this.voice.aloud, this.room.scene.language);
      this.fill();
    }
  }

  return (/** @type {Frame} */ frame, /** @type {Room} */ room) => {
    let one = open.get(frame);
    if (!one) open.set(frame, (one = new Tray(frame, room)));
    one.toggle();
  };
}
