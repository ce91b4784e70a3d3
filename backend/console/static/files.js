// @ts-check
// Sends a picture or a paper along: chosen, dropped or pasted; the server looks into it and decides.
import { leave, toast, words } from "./page.js";
import { talk } from "./live.js";

const LIMIT = 8_000_000;

/** @param {HTMLFormElement} form @param {File} file */
async function send(form, file) {
  if (file.size > LIMIT) return toast(words.too_large);
  const headers = { "x-linli": "1", "x-linli-token": document.body.dataset.token || "", "x-linli-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" };
  form.classList.add("busy");
  const answer = await fetch(`${form.dataset.signs}/attach`, { method: "POST", headers, body: file }).catch(() => null);
  form.classList.remove("busy");
  if (!answer) return toast(words.lost);
  if (answer.status === 401) return void leave(await answer.json());
  if (!answer.ok) toast((await answer.json().catch(() => ({}))).detail || words.failed);
  talk();
}

export function files() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-composer]"));
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById("attach"));
  if (!form || !field) return;
  form.querySelector("[data-attach]")?.addEventListener("click", () => field.click());
  field.addEventListener("change", () => { if (field.files?.[0]) send(form, field.files[0]); field.value = ""; });
  form.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file) { event.preventDefault(); send(form, file); }
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) send(form, file);
  });
}
