// A service on the page begins its conversation in the chat.

for (const card of document.querySelectorAll("[data-say]")) {
  card.addEventListener("click", () => {
    const chat = /** @type {import("../ui/widget.js").LinliChat | null} */ (document.querySelector("linli-chat"));
    chat?.say?.(card.getAttribute("data-say") ?? "");
  });
}
