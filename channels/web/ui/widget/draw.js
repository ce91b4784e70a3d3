// From lines to elements; every word goes in through textContent, so nothing that was typed can become markup.

import { more } from "./lazy.js";

/** @typedef {import("./talk.js").Line} Line */
/** @typedef {import("./talk.js").Part} Part */
/**
 * @typedef {{ words: (name: string) => string, language: string, base: URL,
 *   choose: (item: { title: string, payload: string }, keyed: boolean) => void,
 *   talk: import("./talk.js").Talk, numbers: Record<string, string> }} Scene
 */

const SVG = "http://www.w3.org/2000/svg";
const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、）]+/g;

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string>} [attributes] @param {...(Node | string)} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

/** @param {string} path */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** An address that may be followed, or null: `javascript:` and its like are none. @param {string} text @param {URL} base */
export function safe(text, base) {
  try {
    const url = new URL(text, base);
    return ["http:", "https:", "tel:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** @param {string} href @param {string} text @param {string} [look] */
export function link(href, text, look = "") {
  return el("a", { href, class: look, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** A bubble; addresses in it can be followed. @param {string} text */
export function bubble(text) {
  const made = el("p", { class: "bubble" });
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    made.append(text.slice(from, found.index), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  made.append(text.slice(from));
  return made;
}

/** @param {Part} part @param {Scene} scene */
function choices(part, scene) {
  const group = el("div", { class: "choices", role: "group", "aria-label": scene.words("answers") });
  for (const item of part.items ?? []) {
    const button = el("button", { type: "button" }, item.title);
    // A click by keyboard has no detail: then the focus goes along to the next question.
    button.addEventListener("click", (event) => scene.choose(item, event.detail === 0));
    group.append(button);
  }
  return [bubble(part.text ?? ""), group];
}

/** @param {Part} part */
function card(part) {
  const rows = el("dl");
  for (const [label, value] of part.rows ?? []) rows.append(el("dt", {}, label), el("dd", {}, value));
  return el("div", { class: "card" }, el("h3", {}, part.title ?? ""), rows);
}

/** Drawn by what is loaded only when it is needed. @param {Part} part @param {Scene} scene */
function rare(part, scene) {
  const place = el("span", { class: "picture" });
  more()
    .then((parts) => place.replaceWith(parts.draw(part, scene)))
    .catch(() => place.replaceWith(bubble(part.alt ?? "")));
  return place;
}

/** @type {Record<string, (part: Part, scene: Scene) => Node | Node[]>} */
const DRAWN = {
  text: (part) => bubble(part.text ?? ""),
  choices,
  card,
  media: rare,
  photo: rare,
  file: rare,
  link: (part, scene) => {
    const href = safe(part.url ?? "", scene.base);
    return href ? link(href, `${part.title ?? ""} ↗`, "go") : bubble(part.title ?? "");
  },
};

/** @param {Line} line @param {Scene} scene */
export function draw(line, scene) {
  const made = el("div", { class: line.mine ? "line mine" : "line" });
  const who = el("span", { class: line.by ? "by" : "away" }, line.by ?? scene.words(line.mine ? "you" : "they"));
  made.append(who);
  for (const part of line.parts) made.append(...[(DRAWN[part.type] ?? DRAWN.text)(part, scene)].flat());
  // What they wrote themselves tells nobody to dial.
  if (!line.mine && /1\d\d/.test(made.innerText)) more().then((parts) => parts.dial(made, scene), String);
  if (line.at) made.append(clock(line.at, scene));
  return made;
}

/** @param {string} at @param {Scene} scene */
function clock(at, scene) {
  const shown = new Intl.DateTimeFormat(scene.language, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
  return el("time", { datetime: at }, shown);
}

/** The heading of a day. @param {Date} day @param {Scene} scene */
export function dayOf(day, scene) {
  const today = day.toDateString() === new Date().toDateString();
  const form = new Intl.DateTimeFormat(scene.language, { month: "long", day: "numeric", weekday: "short" });
  return el("p", { class: "day" }, today ? scene.words("today") : form.format(day));
}
