// @ts-check
// The pages before the desk: remembers that a click happened, so that the alarm may sound as soon as the desk opens.
for (const form of document.querySelectorAll("form[data-door]"))
  form.addEventListener("submit", () => sessionStorage.setItem("linli.clicked", "yes"));
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
