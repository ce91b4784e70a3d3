// @ts-check
// A duty screen: alarms and nothing else, for as long as there is power. It says that it is there, that it would be heard,
// and when it is not: to whoever looks at it in red, to whoever hears it by a tone of its own, to the server by silence.
import { leave, read, renew, words } from "./page.js";
import { beep, sounding, tick, unlock, waitForClick } from "./sound.js";

const BEAT = 20_000, SETTLED = 1_000, SILENT = 40_000, LOST_TONE = 10_000, LOOK = 30_000, LEFT = 60_000;
const within = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const headers = { "x-linli": "1", "x-linli-token": document.body.dataset.token || "", "content-type": "application/x-www-form-urlencoded" };
let heardAt = Date.now(), lost = false, beeping = 0, typedAt = 0;

async function beat() {
  const answer = await fetch("/screen/beat", { method: "POST", headers, body: `sounds=${sounding() ? "yes" : "no"}` }).catch(() => null);
  if (answer?.status === 401) location.reload();
}

/** Browsers let go of it whenever the page is hidden. */
async function stay() {
  if (document.visibilityState !== "visible") return;
  const held = await navigator.wakeLock?.request("screen").catch(() => null);
  within("awake").hidden = !held;
  held?.addEventListener("release", () => (within("awake").hidden = true));
}

function ring() {
  const free = within("list").querySelectorAll("[data-free]").length;
  document.body.classList.toggle("ringing", free > 0);
  clearInterval(beeping);
  if (free) { beep(); beeping = setInterval(beep, 2_000); }
  tick();
}

async function list() {
  const fresh = await read("/screen", "list");
  if (fresh) anew(fresh);
  ring();
}

/** Everything as it is now, but the form in which somebody gives their password stays as it is under their hands.
 * @param {HTMLElement} fresh */
function anew(fresh) {
  const at = within("list"), busy = /** @type {HTMLElement | null} */ (at.querySelector("details[open]")?.closest("article") || null);
  const same = busy && [...fresh.children].find((one) => one.getAttribute("data-id") === busy.dataset.id && one.querySelector("details"));
  if (!busy || !same) return renew(at, fresh);
  for (const one of [...at.childNodes]) if (one !== busy) one.remove();
  let before = true;
  for (const one of [...fresh.children]) {
    if (one === same) before = false;
    else if (before) busy.before(document.adoptNode(one));
    else at.append(document.adoptNode(one));
  }
  [...same.children].forEach((one, n) => one.matches("details") || busy.children[n].replaceWith(document.adoptNode(one)));
}

/** A form that was left open keeps nobody's password. */
function forget() {
  const open = within("list").querySelector("details[open]");
  if (!open || Date.now() - typedAt < LEFT) return;
  open.querySelector("form")?.reset();
  open.removeAttribute("open");
  list();
}

/** @param {boolean} now */
function line(now) {
  if (lost && !now) list();
  lost = now;
  within("lost").hidden = !now;
}

function listen() {
  const stream = new EventSource("/screen/live");
  for (const name of ["hello", "ping", "news"]) stream.addEventListener(name, () => { heardAt = Date.now(); line(false); if (name !== "ping") list(); });
  stream.addEventListener("bye", () => { stream.close(); leave({ go: "/screen" }); location.reload(); });
  const again = () => { clearInterval(watch); stream.close(); setTimeout(listen, 2_000); };
  const watch = setInterval(() => { if (Date.now() - heardAt > SILENT) { line(true); again(); } }, 5_000);
  stream.addEventListener("error", () => { line(true); if (stream.readyState === EventSource.CLOSED) again(); });
}

function shown() {
  within("silent").hidden = sounding();
  within("sounds").hidden = !sounding();
}

async function take(/** @type {HTMLFormElement} */ form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  const answer = await fetch(form.action, { method: "POST", headers, body }).catch(() => null);
  const said = /** @type {HTMLElement} */ (form.querySelector("[role=alert]"));
  if (answer?.ok) { form.closest("details")?.removeAttribute("open"); form.reset(); return list(); }
  const told = await answer?.json().catch(() => null);
  said.textContent = told?.detail || words.failed;
  said.hidden = false;
}

document.addEventListener("submit", (event) => { event.preventDefault(); take(/** @type {HTMLFormElement} */ (event.target)); });
within("test").addEventListener("click", async () => { await unlock(); beep(); });
addEventListener("linli-sound", () => { shown(); if (sounding()) { beat(); ring(); } });
document.addEventListener("visibilitychange", stay);
waitForClick();
stay();
shown();
ring();
listen();
setTimeout(beat, SETTLED);
setInterval(beat, BEAT);
setInterval(list, LOOK);
setInterval(() => lost && beep([330, 262]), LOST_TONE);
// A clock that goes shows from across the room that this page is alive.
for (const kind of ["toggle", "keydown", "input", "pointerdown"]) within("list").addEventListener(kind, () => { typedAt = Date.now(); }, true);
const clock = () => { forget(); within("clock").textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" }); tick(); };
setInterval(clock, 1_000);
clock();
document.body.dataset.ready = "yes";
