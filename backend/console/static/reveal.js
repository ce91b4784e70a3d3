// @ts-check
// What is shown only after somebody asked for it: whole numbers, ready to be dialled, and notes on health.
import { dress } from "./page.js";

/** @type {Map<string, string>} numbers that were asked for on this page; a part that is read again keeps them */
const known = new Map();

/** @param {HTMLFormElement} form */
const key = (form) => `${form.getAttribute("action")} ${form.querySelector("[name=which], [name=step]")?.getAttribute("value") || ""}`;

/** @param {HTMLFormElement} form @param {string} phone */
function put(form, phone) {
  const shown = form.parentElement?.querySelector("[data-phone]");
  const link = document.createElement("a");
  link.href = `tel:${phone.replace(/[^+0-9]/g, "")}`;
  link.textContent = phone;
  shown?.replaceChildren(link);
  form.remove();
}

dress.add((body) => {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (body.querySelectorAll("form[data-reveal]"))) {
    const phone = known.get(key(form));
    if (phone) put(form, phone);
  }
});

/** @param {HTMLFormElement} form @param {Response | null} answer */
export async function reveal(form, answer) {
  if (!answer?.ok) return;
  const { phone } = await answer.json();
  known.set(key(form), phone);
  put(form, phone);
}

/** @param {HTMLFormElement} form @param {Response | null} answer */
export async function health(form, answer) {
  if (!answer?.ok) return;
  const list = /** @type {HTMLElement | null} */ (form.parentElement?.querySelector("[data-notes]"));
  /** @type {[string, string][]} */
  const notes = (await answer.json()).notes;
  list?.replaceChildren(...notes.map(([name, words]) => {
    const line = document.createElement("li"), who = document.createElement("b");
    who.textContent = `${name}: `;
    line.append(who, words);
    return line;
  }));
  if (list) list.hidden = false;
  form.remove();
}
