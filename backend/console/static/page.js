// @ts-check
// Reads parts of pages again and puts them in place without moving what the reader looks at.

const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("linli", { createHTML: (/** @type {string} */ text) => text });
/** @type {Record<string, string>} */
export const words = JSON.parse(document.body.dataset.words || "{}");

/** @type {Set<(body: HTMLElement) => void>} what is done to every part before it is put in place */
export const dress = new Set();

/** @param {string} text */
export function parsed(text) {
  const html = /** @type {string} */ (/** @type {unknown} */ (policy ? policy.createHTML(text) : text));
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const one of dress) one(body);
  return body;
}

/** Another part of this console; `auto` says that nobody asked for it by hand.
 * @param {string} url @param {string} part */
export async function read(url, part) {
  const answer = await fetch(url, { headers: { "x-linli": "1", "x-linli-part": part, "x-linli-auto": "1" } }).catch(() => null);
  // The line is away: the bar says so, and everything is read again when it is back.
  if (!answer) return null;
  if (answer.status === 401) return leave(await answer.json());
  return answer.ok ? parsed(await answer.text()) : null;
}

// Whither this page is going already: asked for again, the browser would drop what it has begun to load.
let going = "";
addEventListener("pageshow", () => { going = ""; });

/** @param {{go: string}} told @returns {null} */
export function leave(told) {
  const here = location.pathname + location.search;
  if (told.go && told.go !== going && !location.pathname.startsWith(told.go + "?")) {
    going = told.go;
    location.href = `${told.go}?next=${encodeURIComponent(here)}`;
  }
  return null;
}

/** Keeps every element that did not change: focus, selection and scroll stay where they are.
 * @param {Element} old @param {Element} fresh */
function settle(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const known = new Map([...old.children].filter((one) => one instanceof HTMLElement && one.dataset.id).map((one) => [/** @type {HTMLElement} */ (one).dataset.id, one]));
  const kept = [...fresh.childNodes].map((one) => {
    const before = one instanceof HTMLElement && one.dataset.id ? known.get(one.dataset.id) : undefined;
    // What somebody is at work on stays as they have it.
    return before && (before.hasAttribute("data-busy") || before.isEqualNode(one)) ? before : document.adoptNode(one);
  });
  old.replaceChildren(...kept);
}

/** A dialog that somebody has open, at or inside this part: news must not shut it. @param {Element} part */
const held = (part) => part.matches("dialog[open]") || part.querySelector("dialog[open]") !== null;

/** A container's parts one by one: keyed lists are settled, everything else is replaced where it differs.
 * @param {Element} old @param {Element} fresh */
export function renew(old, fresh) {
  if (old.childElementCount !== fresh.childElementCount) {
    if (held(old)) return;
    old.replaceChildren(...fresh.childNodes);
    return;
  }
  [...fresh.children].forEach((one, n) => {
    const before = old.children[n];
    if (before.isEqualNode(one) || held(before)) return;
    if (before.matches("[data-keyed]")) settle(before, one);
    else if (before.querySelector("[data-keyed]") && before.childElementCount === one.childElementCount) renew(before, one);
    else before.replaceWith(document.adoptNode(one));
  });
}

let title = document.title;
const plain = title;

/** How much waits, before the page's name; whoever flashes the title goes back to this. @param {number} [waiting] */
export function titled(waiting) {
  if (waiting !== undefined) title = waiting ? `(${waiting}) ${plain}` : plain;
  return title;
}

let late = -1;

/** Cases whose deadline is over, that this clerk was told of; what comes while they sit here is said. @param {number} now */
function lateness(now) {
  const bubble = document.getElementById("late-count");
  if (bubble) { bubble.hidden = !now; bubble.textContent = now > 99 ? "99+" : String(now); }
  if (late >= 0 && now > late) toast(words.late || "");
  late = now;
}

/** What waits and where somebody is named, from whichever part was read. @param {ParentNode} within */
export function counted(within) {
  const found = /** @type {HTMLElement | null} */ (within.querySelector("[data-counts]"));
  if (!found) return;
  if (found.dataset.late !== undefined) lateness(Number(found.dataset.late));
  const all = Number(found.dataset.waiting) + Number(found.dataset.mentions);
  const bubble = document.getElementById("inbox-count"), before = title;
  if (bubble) { bubble.hidden = !all; bubble.textContent = all > 99 ? "99+" : String(all); }
  if (titled(all) !== before && document.title === before) document.title = title;
}

let hiding = 0;
/** @param {string} text */
export function toast(text) {
  const box = document.getElementById("toast");
  if (!box) return;
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (box.hidden = true), 5000);
}
