// @ts-check
// Signs of life in a conversation: who writes just now, and that somebody who was named has looked.

const EVERY = 3_000, SHOWN = 6_000;
let told = 0, hiding = 0;
const headers = () => ({ "x-linli": "1", "x-linli-token": document.body.dataset.token || "" });

/** The resident is writing. */
export function writes() {
  const sign = /** @type {HTMLElement | null} */ (document.querySelector("[data-writes]"));
  if (!sign) return;
  sign.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (sign.hidden = true), SHOWN);
}

/** Whoever opens a case that they were told of has looked. */
function looked() {
  const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-told]"));
  if (!box) return;
  const body = new URLSearchParams({ number: box.dataset.told || "" });
  fetch("/console/notices/seen", { method: "POST", headers: { ...headers(), "x-linli-auto": "1" }, body }).catch(() => undefined);
}

export function signs() {
  looked();
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-composer]"));
  if (!form) return;
  const at = form.dataset.signs;
  form.querySelector("textarea")?.addEventListener("input", () => {
    // A private note is nobody's business, and what is told is that somebody writes, never what.
    if (form.classList.contains("private") || Date.now() - told < EVERY) return;
    told = Date.now();
    fetch(`${at}/writing`, { method: "POST", headers: headers() }).catch(() => undefined);
  });
  fetch(`${at}/seen`, { method: "POST", headers: { ...headers(), "x-linli-auto": "1" } }).catch(() => undefined);
}
