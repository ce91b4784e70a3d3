// @ts-check
// What forms do beyond being sent: a mistake is told beside its field, several cases are chosen.

/** A mistake stands beside the field that it is about, and the cursor goes there.
 * @param {HTMLFormElement} form @param {{detail?: string, pointer?: string}} told @returns {boolean} whether there is one */
export function beside(form, told) {
  for (const old of form.querySelectorAll(".err")) old.remove();
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  const name = (told.pointer || "").replace(/^\//, "");
  const field = name ? /** @type {HTMLElement | null} */ (form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`)) : null;
  if (!field || !told.detail) return false;
  const said = document.createElement("span");
  said.className = "err";
  said.id = `err-${name}`;
  said.textContent = told.detail;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", said.id);
  field.closest("details")?.setAttribute("open", "");
  field.after(said);
  field.focus();
  return true;
}

/** @param {HTMLFormElement} form */
function bulk(form) {
  const boxes = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[form=bulk]")]);
  const count = form.querySelector("[data-count]");
  const tell = () => { if (count) count.textContent = String(boxes().filter((one) => one.checked).length || ""); };
  const choose = /** @type {HTMLSelectElement} */ (form.querySelector("[data-choose]"));
  const show = () => {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-for]"))) one.hidden = one.dataset.for !== choose.value;
  };
  choose.addEventListener("change", show);
  show();
  document.addEventListener("change", (event) => {
    const at = /** @type {HTMLInputElement} */ (event.target);
    if (at.matches("[data-all]")) for (const one of boxes()) one.checked = at.checked;
    if (at.matches("[data-all], input[form=bulk]")) tell();
  });
}

/** The ticked bills make the amount, as long as nobody typed one.
 * @param {HTMLFormElement} form */
function pay(form) {
  const amount = /** @type {HTMLInputElement} */ (form.querySelector("[name=amount]"));
  let typed = false;
  amount.addEventListener("input", () => (typed = amount.value !== ""));
  form.addEventListener("change", () => {
    if (typed) return;
    const left = [...form.querySelectorAll("[data-left]:checked")].reduce((sum, one) => sum + Number(/** @type {HTMLElement} */ (one).dataset.left), 0);
    amount.value = left ? (left / 100).toFixed(2) : "";
  });
}

export function forms() {
  for (const one of document.querySelectorAll("form[data-bulk]")) bulk(/** @type {HTMLFormElement} */ (one));
  for (const one of document.querySelectorAll("form[data-pay]")) pay(/** @type {HTMLFormElement} */ (one));
}
