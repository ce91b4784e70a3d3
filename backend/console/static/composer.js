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
    const at = event.target instanceof Element ? event.target.closest("[data-mode], [data-text], [data-login]") : null;
    if (!(at instanceof HTMLElement)) return;
    if (at.dataset.mode) mode(at.dataset.mode);
    else put(at);
  });
  addEventListener("linli-mode", (event) => mode(/** @type {CustomEvent<string>} */ (event).detail));

  const people = /** @type {HTMLElement | null} */ (form.querySelector("[data-people]"));
  let open = menu;
  const options = () => /** @type {HTMLElement[]} */ ([...open.querySelectorAll("button")]).filter((one) => !one.hidden);
  const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");
  /** @param {number} n */
  const choose = (n) => options().forEach((one, at) => one.setAttribute("aria-selected", String(at === n)));
  /** @param {HTMLElement} option */
  const put = (option) => {
    const { text, login } = option.dataset, at = field.selectionStart;
    const before = field.value.slice(0, at), rest = field.value.slice(at);
    field.value = (login ? before.replace(/@[\w.-]*$/, () => `@${login} `) : before.replace(/\/[\p{L}\p{N}_-]*$/u, () => text || "")) + rest;
    open.hidden = true;
    field.focus();
    field.dispatchEvent(new Event("input"));
  };
  /** @param {HTMLElement} list @param {string | undefined} typed @param {string} name */
  const offer = (list, typed, name) => {
    for (const one of list.querySelectorAll("button")) one.hidden = typed === undefined || !(one.dataset[name] || "").startsWith(typed);
    list.hidden = typed === undefined || ![...list.querySelectorAll("button")].some((one) => !one.hidden);
    if (!list.hidden) { open = list; choose(0); }
  };
  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.selectionStart), note = form.classList.contains("private");
    offer(menu, before.match(/(?:^|\s)\/([\p{L}\p{N}_-]*)$/u)?.[1], "shortcut");
    if (people) offer(people, note ? before.match(/(?:^|[^\w])@([\w.-]*)$/)?.[1] : undefined, "login");
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (!open.hidden && ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) {
      event.preventDefault();
      const all = options(), at = chosen();
      if (event.key === "ArrowDown") choose((at + 1) % all.length);
      else if (event.key === "ArrowUp") choose((at + all.length - 1) % all.length);
      else if (event.key === "Escape") open.hidden = true;
      else if (all[at]) put(all[at]);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
