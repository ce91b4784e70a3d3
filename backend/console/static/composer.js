// @ts-check
// Where a clerk writes: an answer or a private note, with ready texts after a slash.

export function composer() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-composer]"));
  const field = form?.querySelector("textarea"), menu = /** @type {HTMLElement | null} */ (form?.querySelector(".canned"));
  if (!form || !field || !menu) return;
  const say = form.action;

  /** @param {string} name */
  const mode = (name) => {
    const note = name === "note";
    form.classList.toggle("private", note);
    form.action = note ? form.dataset.note || say : say;
    field.placeholder = (note ? field.dataset.note : field.dataset.say) || "";
    for (const one of form.querySelectorAll("[data-mode]")) one.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (one).dataset.mode === name));
    field.focus();
  };
  form.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-mode], [data-text]") : null;
    if (!(at instanceof HTMLElement)) return;
    if (at.dataset.mode) mode(at.dataset.mode);
    else put(at);
  });
  addEventListener("linli-mode", (event) => mode(/** @type {CustomEvent<string>} */ (event).detail));

  const options = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[data-text]")]).filter((one) => !one.hidden);
  const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");
  /** @param {number} n */
  const choose = (n) => options().forEach((one, at) => one.setAttribute("aria-selected", String(at === n)));
  /** @param {HTMLElement} option */
  const put = (option) => {
    field.value = field.value.replace(/(^|\s)\/[\p{L}\p{N}_-]*$/u, (_, before) => before + option.dataset.text);
    menu.hidden = true;
    field.focus();
    field.dispatchEvent(new Event("input"));
  };
  field.addEventListener("input", () => {
    const typed = field.value.slice(0, field.selectionStart).match(/(?:^|\s)\/([\p{L}\p{N}_-]*)$/u);
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll("[data-text]"))) one.hidden = !typed || !(one.dataset.shortcut || "").startsWith(typed[1]);
    menu.hidden = !typed || !options().length;
    choose(0);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (!menu.hidden && ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) {
      event.preventDefault();
      const all = options(), at = chosen();
      if (event.key === "ArrowDown") choose((at + 1) % all.length);
      else if (event.key === "ArrowUp") choose((at + all.length - 1) % all.length);
      else if (event.key === "Escape") menu.hidden = true;
      else if (all[at]) put(all[at]);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
