// @ts-check
// Shortcuts for people who live in this screen; none of them while somebody types.

/** @param {number} step */
function walk(step) {
  const items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#list .item, #list .ticket, #list .lesson, #list td a")]);
  const at = items.findIndex((one) => one === document.activeElement || one.hasAttribute("aria-current"));
  const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
  if (next) { next.focus(); if (next.matches(".item")) next.click(); }
}

/** @type {Record<string, () => void>} */
const does = {
  j: () => walk(1),
  k: () => walk(-1),
  t: () => /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-key=t]"))?.requestSubmit(),
  r: () => dispatchEvent(new CustomEvent("linli-mode", { detail: "say" })),
  n: () => dispatchEvent(new CustomEvent("linli-mode", { detail: "note" })),
  s: () => { const first = /** @type {HTMLElement | null} */ (document.querySelector(".banner[data-first]:not([data-first=''])"))?.dataset.first; if (first) location.href = `/console/alarms/${first}`; },
  "/": () => document.getElementById("search")?.focus(),
  "?": () => /** @type {HTMLDialogElement | null} */ (document.getElementById("shortcuts"))?.showModal(),
};

export function keys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, dialog[open]");
    // Out of the field, so that the next key is a shortcut again; what is typed there stays.
    if (typing && event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !typing.closest("dialog")) /** @type {HTMLElement} */ (typing).blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const place = /** @type {HTMLElement | null} */ (document.querySelector(`.rail [data-key="${CSS.escape(event.key)}"]`));
    const work = place ? () => place.click() : does[event.key.toLowerCase()];
    if (!work) return;
    event.preventDefault();
    work();
  });
}
