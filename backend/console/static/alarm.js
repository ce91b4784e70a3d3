// @ts-check
// An alarm that nobody overlooks: red banner, beep, title, notification. Who climbs when is the server's matter.
import { counted, read, renew, titled, words } from "./page.js";
import { beep, sounding, tick, unlock, waitForClick } from "./sound.js";

let beeping = 0;
let flashing = 0;
/** @type {string} */
let told = "";
const box = () => /** @type {HTMLElement} */ (document.getElementById("banner"));

/** The banner as the server has it now. */
export async function banner() {
  const fresh = await read("/console/live/banner", "banner");
  if (fresh) { renew(box(), fresh); counted(box()); ring(); }
}

function ring() {
  // One more for each other desk of this clerk where somebody is in danger.
  const reds = /** @type {HTMLElement[]} */ ([...box().querySelectorAll(".banner")]), red = reds.find((one) => one.dataset.first);
  const free = reds.reduce((sum, one) => sum + Number(one.dataset.free || 0), 0), all = Number(red?.dataset.alarms || 0);
  const count = document.getElementById("sos-count");
  if (count) { count.hidden = !all; count.textContent = String(all); }
  clearInterval(beeping);
  clearInterval(flashing);
  document.title = titled();
  if (free) {
    beep();
    beeping = setInterval(beep, 2000);
    flashing = setInterval(() => (document.title = document.title === titled() ? `🔴 ${document.body.dataset.sos}` : titled()), 900);
    const first = red?.dataset.first || "";
    if (first !== told) notify((told = first));
  }
  tick();
  shown();
}

/** Without words or place: it may stand on a locked screen. @param {string} key */
function notify(key) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(document.body.dataset.sos || "SOS", { tag: key, requireInteraction: true });
  note.onclick = () => { window.focus(); location.href = `/console/alarms/${key}`; };
}

function shown() {
  const button = document.getElementById("sound"), on = sounding();
  for (const one of document.querySelectorAll("[data-silent]")) /** @type {HTMLElement} */ (one).hidden = on;
  if (!button) return;
  button.setAttribute("aria-pressed", String(on));
  button.title = on ? words.sound_on : words.sound_off;
  button.querySelector("use")?.setAttribute("href", on ? "#i-sound" : "#i-mute");
  const label = button.querySelector("span");
  if (label) label.textContent = on ? button.dataset.on || words.sound_on : button.dataset.off || "";
}

/** @param {boolean} locked */
export function alarm(locked) {
  const button = document.getElementById("sound");
  if (button) button.dataset.off = button.querySelector("span")?.textContent || "";
  button?.addEventListener("click", () => { unlock(); beep(); if ("Notification" in window && Notification.permission === "default") Notification.requestPermission(); });
  // Everybody may hear for themselves that it would ring.
  document.querySelector("[data-test-sound]")?.addEventListener("click", async () => { await unlock(); beep(); });
  addEventListener("linli-sound", shown);
  waitForClick();
  document.addEventListener("click", (event) => {
    const take = event.target instanceof Element ? event.target.closest("[data-take]") : null;
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById("take"));
    if (take instanceof HTMLElement && field) { field.value = take.dataset.take || ""; /** @type {HTMLElement | null} */ (document.querySelector("[name=password]"))?.focus(); }
  });
  setInterval(tick, 1000);
  counted(document);
  if (locked) banner(); else ring();
}
