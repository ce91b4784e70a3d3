// The panel around the conversation: built once, filled with the words of a language whenever that changes.

import { el, icon } from "./draw.js";

const ICONS = {
  bubble: "M21 11.5a8 8 0 0 1-8.5 7.5 9 9 0 0 1-3.6-.75L4 20l1.4-4.1A7.2 7.2 0 0 1 4 11.5 8 8 0 0 1 12.5 4 8 8 0 0 1 21 11.5Z",
  leaf: "M12 21v-8m0 3c-4 0-6.5-2.3-6.5-6.5C9.5 9.5 12 12 12 16Zm0-2c0-4.2 2.5-7.5 7-8.5.5 5-2.5 8.5-7 8.5Z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 5v14M5 12h14",
  send: "M3.4 20.4 21.5 12 3.4 3.6 3.3 10l11 2-11 2Z",
};

/** @param {string} look @param {string} path */
const round = (look, path) => el("button", { class: look, type: look === "send" ? "submit" : "button" }, icon(path));

export class Frame {
  constructor() {
    this.launch = el("button", { class: "launch", type: "button", "aria-expanded": "false" }, icon(ICONS.bubble), el("span"));
    this.badge = el("b", { class: "badge", hidden: "" });
    this.launch.append(this.badge);
    this.title = el("h2", { id: "title" });
    this.about = el("p");
    this.larger = el("button", { class: "tool", type: "button", "aria-pressed": "false" }, "A+", el("span", { class: "away" }));
    this.language = el("button", { class: "tool", type: "button" });
    this.close = round("tool", ICONS.close);
    this.sos = el("button", { class: "sos", type: "button" }, el("b", {}, "SOS"), el("span"));
    this.note = el("div", { class: "note", role: "status", hidden: "" });
    this.dial = el("div", { class: "note dial", role: "alert", hidden: "" });
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
    this.typing = el("div", { class: "typing", hidden: "" }, el("i"), el("i"), el("i"));
    this.said = el("span", { class: "away", role: "status" });
    this.text = el("textarea", { rows: "1", maxlength: "4000", enterkeyhint: "send", autocomplete: "off" });
    this.file = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", hidden: "" });
    this.more = round("more", ICONS.more);
    this.more.setAttribute("aria-expanded", "false");
    this.send = round("send", ICONS.send);
    this.form = el("form", {}, this.more, this.file, this.text, this.send);
    const face = el("span", { class: "face" }, icon(ICONS.leaf));
    const who = el("div", { class: "who" }, this.title, this.about);
    const head = el("header", {}, face, who, this.larger, this.language, this.close);
    this.panel = el("section", { class: "panel", role: "dialog", "aria-labelledby": "title" });
    this.panel.append(head, this.sos, this.dial, this.note, this.log, this.said, this.form);
    this.log.append(this.typing);
  }

  /** @param {(name: string) => string} words @param {string} name @param {Record<string, string> | undefined} other language's words */
  say(words, name, other) {
    this.title.replaceChildren(name || words("desk"), el("span", { class: "away" }, ` · ${words("desk")}`));
    this.about.textContent = words("about");
    /** @type {Element} */ (this.launch.children[1]).textContent = words("open");
    /** @type {Element} */ (this.sos.lastElementChild).textContent = words("sos");
    this.log.setAttribute("aria-label", words("log"));
    for (const [button, word] of /** @type {const} */ ([
      [this.close, "close"],
      [this.more, "more"],
      [this.send, "send"],
    ])) {
      button.setAttribute("aria-label", words(word));
      button.title = words(word);
    }
    this.larger.title = words("larger");
    /** @type {Element} */ (this.larger.lastElementChild).textContent = words("larger");
    this.text.setAttribute("aria-label", words("write"));
    this.text.placeholder = words("write");
    this.language.textContent = other?.tongue ?? "";
    this.language.title = other?.language ?? "";
    this.language.hidden = !other;
  }

  /** @param {(text: string) => void} say @param {(file: File) => void} show */
  wire(say, show) {
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const text = this.text.value.trim();
      this.text.value = "";
      this.text.focus();
      if (text) say(text);
    };
    this.form.addEventListener("submit", submit);
    this.text.addEventListener("keydown", (event) => {
      // Enter also ends the choice of a Chinese word, and must not send it half written.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    });
    this.text.addEventListener("paste", (event) => {
      const file = event.clipboardData?.files[0];
      if (!file) return;
      event.preventDefault();
      show(file);
    });
    this.panel.addEventListener("dragover", (event) => event.preventDefault());
    this.panel.addEventListener("drop", (event) => {
      event.preventDefault();
      for (const file of event.dataTransfer?.files ?? []) show(file);
    });
    this.file.addEventListener("change", () => {
      const file = this.file.files?.[0];
      if (file) show(file);
      this.file.value = "";
    });
  }

  /** @param {boolean} on @param {string} word */
  write(on, word) {
    this.typing.hidden = !on;
    this.said.textContent = on ? word : "";
    this.log.append(this.typing);
  }

  /** Numbers to dial, when a call for help has not arrived. @param {(name: string) => string} words @param {Record<string, string>} numbers */
  help(words, numbers) {
    const links = ["ambulance", "fire", "police"].flatMap((kind) =>
      numbers[kind] ? [el("a", { href: `tel:${numbers[kind]}` }, `${words(kind)} ${numbers[kind]}`)] : [],
    );
    this.dial.replaceChildren(words("dial"), el("br"), ...links);
    this.dial.hidden = false;
  }

  /** @param {number} many @param {string} words */
  unread(many, words) {
    this.badge.hidden = !many;
    this.badge.replaceChildren(many ? `${many} ` : "", el("span", { class: "away" }, words));
  }

  end() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}
