// @ts-check
// Reads parts of pages again and puts them in place without moving what the reader looks at.

const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("linli", { createHTML: (/** @type {string} */ text) => text });
/** @type {Record<string, string>} */
export const words = JSON.parse(document.body.dataset.words || "{}");

/** @param {string} text */
export function parsed(text) {
  const html = /** @type {string} */ (/** @type {unknown} */ (policy ? policy.createHTML(text) : text));
  return new DOMParser().parseFromString(html, "text/html").body;
}

/** Another part of this console; `auto` says that nobody asked for it by hand.
 * @param {string} url @param {string} part */
export async function read(url, part) {
  const answer = await fetch(url, { headers: { "x-linli": "1", "x-linli-part": part, "x-linli-auto": "1" } });
  if (answer.status === 401) return leave(await answer.json());
  return answer.ok ? parsed(await answer.text()) : null;
}

/** @param {{go: string}} told @returns {null} */
export function leave(told) {
  const here = location.pathname + location.search;
  if (told.go && !location.pathname.startsWith(told.go + "?")) location.href = `${told.go}?next=${encodeURIComponent(here)}`;
  return null;
}

/** Keeps every element that did not change: focus, selection and scroll stay where they are.
 * @param {Element} old @param {Element} fresh */
export function settle(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const known = new Map([...old.children].filter((one) => one instanceof HTMLElement && one.dataset.id).map((one) => [/** @type {HTMLElement} */ (one).dataset.id, one]));
  const kept = [...fresh.childNodes].map((one) => {
    const before = one instanceof HTMLElement && one.dataset.id ? known.get(one.dataset.id) : undefined;
    // What somebody is at work on stays as they have it.
    return before && (before.hasAttribute("data-busy") || before.isEqualNode(one)) ? before : document.adoptNode(one);
  });
  old.replaceChildren(...kept);
}

/** A container's parts one by one: keyed lists are settled, everything else is replaced where it differs.
 * @param {Element} old @param {Element} fresh */
export function renew(old, fresh) {
  if (old.childElementCount !== fresh.childElementCount) {
    old.replaceChildren(...fresh.childNodes);
    return;
  }
  [...fresh.children].forEach((one, n) => {
    const before = old.children[n];
    if (before.isEqualNode(one) || (before.contains(document.activeElement) && before.querySelector("dialog[open]"))) return;
    if (before.matches("[data-keyed]")) settle(before, one);
    else if (before.querySelector("[data-keyed]") && before.childElementCount === one.childElementCount) renew(before, one);
    else before.replaceWith(document.adoptNode(one));
  });
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
