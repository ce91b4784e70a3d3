// @ts-check
// Forms are sent without leaving the page; what was typed is kept until the server has it.
import { beside } from "./forms.js";
import { all } from "./live.js";
import { leave, parsed, toast, words } from "./page.js";
import { health, reveal } from "./reveal.js";

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
    if (!beside(form, told)) toast(told.detail || words.failed);
    all();
    return;
  }
  beside(form, {});
  if (form.dataset.fill) {
    const told = parsed(await answer.text());
    document.querySelector(form.dataset.fill)?.replaceChildren(...told.childNodes);
    form.reset();
    form.dispatchEvent(new Event("linli-sent"));
    return;
  }
  if ("go" in form.dataset) return void (location.href = (await answer.json()).go);
  form.closest("dialog")?.close();
  for (const one of form.querySelectorAll("textarea, input[type=text]")) /** @type {HTMLInputElement} */ (one).value = "";
  form.dispatchEvent(new Event("linli-sent"));
  if (form.dataset.then && location.pathname !== form.dataset.then) location.href = form.dataset.then;
  else if ("reload" in form.dataset) location.reload();
  else all();
}

export function acts() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-act], [data-reveal], [data-health]")) return;
    event.preventDefault();
    if (form.matches("[data-reveal]")) send(form).then((answer) => reveal(form, answer));
    else if (form.matches("[data-health]")) send(form).then((answer) => health(form, answer));
    else act(form, /** @type {SubmitEvent} */ (event).submitter);
  });
  document.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-open], [data-shut], [data-side], [data-copy]") : null;
    if (!(at instanceof HTMLElement)) return;
    if (at.dataset.open) /** @type {HTMLDialogElement | null} */ (document.getElementById(at.dataset.open))?.showModal();
    else if (at.dataset.copy) navigator.clipboard.writeText(at.dataset.copy).then(() => toast(words.copied), () => toast(words.failed));
    else if ("shut" in at.dataset) at.closest("dialog")?.close();
    else document.getElementById("side")?.classList.toggle("shown");
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form[data-fill]") : null;
    if (form instanceof HTMLFormElement && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
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
