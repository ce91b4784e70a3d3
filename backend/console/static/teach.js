// @ts-check
// Teaching by keys and by marking: a number is a label, a selected span becomes a slot.

/** @returns {HTMLFormElement | null} the sentence that the keys are meant for */
function current() {
  const focused = document.activeElement?.closest(".lesson");
  return (focused || document.querySelector("#list .lesson"))?.querySelector("form.label") || null;
}

/** Where in the text, in characters as people count them.
 * @param {string} text @param {number} at */
const place = (text, at) => [...text.slice(0, at)].length;

/** @param {HTMLElement} box */
function draw(box) {
  const field = /** @type {HTMLInputElement} */ (box.querySelector("[name=marks]"));
  const said = /** @type {HTMLTextAreaElement} */ (box.querySelector(".said")), shown = box.querySelector(".marks");
  if (!shown) return;
  box.dataset.busy = "";
  const letters = [...said.value];
  shown.replaceChildren(...field.value.split(",").filter(Boolean).map((mark) => {
    const [, start, end, slot] = /** @type {RegExpMatchArray} */ (mark.match(/^(\d+)-(\d+):(\w+)$/));
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "pill cool";
    chip.dataset.unmark = mark;
    chip.textContent = `${letters.slice(+start, +end).join("")} = ${box.querySelector(`[data-slot="${slot}"]`)?.textContent || slot} ×`;
    return chip;
  }));
}

/** @param {HTMLElement} at */
function mark(at) {
  const box = /** @type {HTMLElement} */ (at.closest(".lesson"));
  const said = /** @type {HTMLTextAreaElement} */ (box.querySelector(".said")), field = /** @type {HTMLInputElement} */ (box.querySelector("[name=marks]"));
  const [start, end] = [place(said.value, said.selectionStart), place(said.value, said.selectionEnd)];
  const spans = field.value.split(",").filter(Boolean);
  const rest = spans.filter((one) => { const [a, b] = (one.match(/\d+/g) || []).map(Number); return b <= start || a >= end; });
  if (end > start) field.value = [...rest, `${start}-${end}:${at.dataset.slot}`].join(",");
  draw(box);
  bar(box, false);
}

/** @param {HTMLElement} box @param {boolean} on */
function bar(box, on) {
  box.querySelector(".slots")?.toggleAttribute("data-on", on);
}

export function teach() {
  document.addEventListener("select", (event) => {
    const said = /** @type {HTMLTextAreaElement} */ (event.target), box = /** @type {HTMLElement | null} */ (said.closest?.(".lesson"));
    if (box && said.matches(".said")) bar(box, said.selectionEnd > said.selectionStart);
  }, true);
  document.addEventListener("click", (event) => {
    const at = event.target instanceof HTMLElement ? event.target.closest("[data-slot], [data-unmark]") : null;
    if (!(at instanceof HTMLElement)) return;
    if (at.dataset.slot) return mark(at);
    const box = /** @type {HTMLElement} */ (at.closest(".lesson")), field = /** @type {HTMLInputElement} */ (box.querySelector("[name=marks]"));
    field.value = field.value.split(",").filter((one) => one !== at.dataset.unmark).join(",");
    draw(box);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea:not(.said), select, dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const form = current(), key = event.key.toLowerCase();
    const button = /^[01239x]$/.test(key) ? form?.closest(".lesson")?.querySelector(`[data-choice="${key}"]`) : null;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  });
}
