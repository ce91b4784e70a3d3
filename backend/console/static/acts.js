// @ts-check
// Forms are sent without leaving the page; what was typed is kept until the server has it.
import { all } from "./live.js";
import { leave, toast, words } from "./page.js";

/** @param {HTMLFormElement} form @param {HTMLElement | null} [by] the button, whose value is sent along */
async function send(form, by) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, by)) body.append(name, String(value));
  const headers = { "x-linli": "1", "content-type": "application/x-www-form-urlencoded" };
  try {
    return await fetch(form.action, { method: "POST", headers, body });
  } catch {
    toast(words.lost);
    return null;
  }
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} by */
async function act(form, by) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...form.querySelectorAll("button")]);
  const sending = send(form, by);
  for (const one of buttons) one.disabled = true;
  const answer = await sending;
  for (const one of buttons) one.disabled = false;
  if (!answer) return;
  if (answer.status === 401) return void leave(await answer.json());
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    toast(told.detail || words.failed);
    all();
    return;
  }
  form.closest("dialog")?.close();
  for (const one of form.querySelectorAll("textarea")) one.value = "";
  form.dispatchEvent(new Event("linli-sent"));
  if (form.dataset.then && location.pathname !== form.dataset.then) location.href = form.dataset.then;
  else if ("reload" in form.dataset) location.reload();
  else all();
}

/** @param {HTMLFormElement} form */
async function reveal(form) {
  const answer = await send(form);
  if (!answer?.ok) return;
  const shown = form.parentElement?.querySelector("[data-phone]");
  if (shown) shown.textContent = (await answer.json()).phone;
  form.remove();
}

export function acts() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-act], [data-reveal]")) return;
    event.preventDefault();
    if (form.matches("[data-reveal]")) reveal(form);
    else act(form, /** @type {SubmitEvent} */ (event).submitter);
  });
  document.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-open], [data-shut], [data-side]") : null;
    if (!(at instanceof HTMLElement)) return;
    if (at.dataset.open) /** @type {HTMLDialogElement | null} */ (document.getElementById(at.dataset.open))?.showModal();
    else if ("shut" in at.dataset) at.closest("dialog")?.close();
    else document.getElementById("side")?.classList.toggle("shown");
  });
  document.addEventListener("change", (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    if (field.matches("[data-submit]")) field.closest("form")?.requestSubmit();
  });
  for (const form of document.querySelectorAll("form[data-draft]")) drafted(/** @type {HTMLFormElement} */ (form));
}

/** What is typed outlives a lock, a lost connection and an expired session; it never leaves this browser.
 * @param {HTMLFormElement} form */
function drafted(form) {
  const field = form.querySelector("textarea"), key = `linli.draft.${form.dataset.draft}`;
  if (!field) return;
  const keep = () => (field.value ? localStorage.setItem(key, field.value) : localStorage.removeItem(key));
  // Somebody may have begun to type before this script was there.
  if (field.value) keep();
  else field.value = localStorage.getItem(key) || "";
  field.addEventListener("input", keep);
  form.addEventListener("linli-sent", () => localStorage.removeItem(key));
}
