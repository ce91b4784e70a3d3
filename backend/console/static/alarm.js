// @ts-check
// An alarm that nobody overlooks: red banner, beep, title, notification. Who climbs when is the server's matter.
import { counted, read, renew, titled, words } from "./page.js";

/** @type {AudioContext | null} */
let audio = null;
let beeping = 0;
let flashing = 0;
/** @type {string} */
let told = "";
const box = () => /** @type {HTMLElement} */ (document.getElementById("banner"));
export const sounding = () => audio?.state === "running";

function beep() {
  if (!audio || !sounding()) return;
  const now = audio.currentTime;
  for (const [after, pitch] of [[0, 880], [0.22, 660], [0.44, 880]]) {
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, now + after);
    loud.gain.exponentialRampToValueAtTime(0.5, now + after + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, now + after + 0.19);
    tone.connect(loud).connect(audio.destination);
    tone.start(now + after);
    tone.stop(now + after + 0.2);
  }
}

async function unlock() {
  audio ??= new AudioContext();
  if (audio.state !== "running") await audio.resume().catch(() => undefined);
  shown();
  if (sounding()) dispatchEvent(new Event("linli-sound"));
}

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

/** Seconds since an alarm was raised, counted where everybody sees them. */
function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const at = Date.parse(/** @type {HTMLElement} */ (one).dataset.since || "");
    const seconds = Math.max(0, Math.floor((Date.now() - at) / 1000)), h = Math.floor(seconds / 3600);
    const rest = `${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    one.textContent = h ? `${h}:${rest}` : rest;
  }
}

/** @param {boolean} locked */
export function alarm(locked) {
  const button = document.getElementById("sound");
  if (button) button.dataset.off = button.querySelector("span")?.textContent || "";
  button?.addEventListener("click", () => { unlock(); beep(); if ("Notification" in window && Notification.permission === "default") Notification.requestPermission(); });
  // Everybody may hear for themselves that it would ring.
  document.querySelector("[data-test-sound]")?.addEventListener("click", async () => { await unlock(); beep(); });
  // The click that signed in, or any after it, is what a browser asks for before a page may sound.
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => unlock(), { once: true, capture: true });
  if (navigator.userActivation?.hasBeenActive || sessionStorage.getItem("linli.clicked")) unlock();
  document.addEventListener("click", (event) => {
    const take = event.target instanceof Element ? event.target.closest("[data-take]") : null;
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById("take"));
    if (take instanceof HTMLElement && field) { field.value = take.dataset.take || ""; /** @type {HTMLElement | null} */ (document.querySelector("[name=password]"))?.focus(); }
  });
  setInterval(tick, 1000);
  counted(document);
  if (locked) banner(); else ring();
}
