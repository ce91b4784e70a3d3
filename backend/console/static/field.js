// @ts-check
// The worker's page: a photo is made small on the phone before it travels, and a number is shown only when asked for.

const EDGE = 2000;
const told = document.querySelector("[data-told]");
/** @param {string} text */
const tell = (text) => { if (told) told.textContent = text; };

/** A large photo is drawn smaller; what cannot be drawn is sent as it is, for the server to judge.
 * @param {File} file @returns {Promise<Blob>} */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file), part = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    if (part === 1 && file.size < 2_000_000) return file;
    const sheet = new OffscreenCanvas(Math.round(picture.width * part), Math.round(picture.height * part));
    sheet.getContext("2d")?.drawImage(picture, 0, 0, sheet.width, sheet.height);
    return await sheet.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  } catch {
    return file;
  }
}

for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-photo]")))
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    tell("…");
    const body = await smaller(file);
    try {
      const answer = await fetch(input.dataset.photo || "", { method: "POST", headers: { "x-linli": "1", "content-type": body.type || "image/jpeg" }, body });
      if (answer.ok) return location.reload();
      const problem = await answer.json().catch(() => ({}));
      tell(problem.detail || document.body.dataset.large || "");
    } catch {
      tell(document.body.dataset.failed || "");
    }
    input.value = "";
  });

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-phone-form]")))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", headers: { "x-linli": "1", "content-type": "application/x-www-form-urlencoded" } });
    const given = await answer.json().catch(() => ({})), link = /** @type {HTMLAnchorElement | null} */ (form.querySelector("[data-phone]"));
    if (!answer.ok || !link) return tell(given.detail || document.body.dataset.failed || "");
    link.textContent = given.phone;
    link.href = `tel:${given.phone}`;
    link.hidden = false;
    form.querySelector("button")?.remove();
  });
