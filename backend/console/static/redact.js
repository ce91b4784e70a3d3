// @ts-check
// Rectangles over a photo: drawn here, painted by the server on a copy.

/** @typedef {[number, number, number, number]} Box */

/** @param {HTMLElement} sheet @param {Box[]} boxes @param {Box | null} now */
function draw(sheet, boxes, now) {
  for (const old of sheet.querySelectorAll("i")) old.remove();
  for (const [x, y, width, height] of now ? [...boxes, now] : boxes) {
    const mark = document.createElement("i");
    Object.assign(mark.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
    sheet.append(mark);
  }
}

export function redact() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("redact"));
  const form = dialog?.querySelector("form"), sheet = /** @type {HTMLElement | null} */ (dialog?.querySelector("[data-paint]") ?? null);
  const image = sheet?.querySelector("img"), field = /** @type {HTMLInputElement | null} */ (form?.querySelector("[name=boxes]") ?? null);
  if (!dialog || !form || !sheet || !image || !field) return;
  /** @type {Box[]} */
  let boxes = [];
  /** @type {[number, number] | null} */
  let from = null;
  const keep = () => { field.value = JSON.stringify(boxes); draw(sheet, boxes, null); };
  /** @param {PointerEvent} event @returns {[number, number]} */
  const at = (event) => {
    const place = image.getBoundingClientRect();
    return [Math.min(1, Math.max(0, (event.clientX - place.left) / place.width)), Math.min(1, Math.max(0, (event.clientY - place.top) / place.height))];
  };
  /** @param {PointerEvent} event @returns {Box} */
  const box = (event) => {
    const [x, y] = at(event), [a, b] = from || [x, y];
    return [Math.min(x, a), Math.min(y, b), Math.abs(x - a), Math.abs(y - b)];
  };
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-redact]") : null;
    if (!(button instanceof HTMLElement)) return;
    form.action = `${form.dataset.base}${button.dataset.redact}`;
    image.src = form.action;
    boxes = [];
    keep();
    dialog.showModal();
  });
  form.querySelector("[data-wipe]")?.addEventListener("click", () => { boxes = []; keep(); });
  sheet.addEventListener("pointerdown", (event) => { from = at(event); sheet.setPointerCapture(event.pointerId); event.preventDefault(); });
  sheet.addEventListener("pointermove", (event) => from && draw(sheet, boxes, box(event)));
  sheet.addEventListener("pointerup", (event) => {
    const made = box(event);
    from = null;
    if (made[2] > 0.01 && made[3] > 0.01) boxes.push(made);
    keep();
  });
}
