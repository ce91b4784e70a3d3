// @ts-check
// The duty screen never goes dark: it stays on, says that it would be heard, and shows when it has lost its line.
import { sounding } from "./sound.js";

const BEAT = 30_000;
// Until then a browser that lets it sound has begun to.
const SETTLED = 1_000;
const headers = { "x-linli": "1", "x-linli-auto": "1", "content-type": "application/x-www-form-urlencoded" };

/** Without such a word from an unlocked screen the server rings the duty phone at second 0.
 * @param {boolean} [silent] said even where it would not sound: a page read anew is silent until it is clicked */
function beat(silent = false) {
  const on = sounding();
  if ((!on && !silent) || document.body.dataset.sounds !== "yes") return;
  const token = document.body.dataset.token || "";
  fetch("/console/live/sound", { method: "POST", headers: { ...headers, "x-linli-token": token }, body: `on=${on ? "yes" : "no"}` }).catch(() => undefined);
}

/** Browsers let go of it whenever the page is hidden. */
async function stay() {
  const shown = /** @type {HTMLElement | null} */ (document.querySelector("[data-awake]"));
  if (!shown || document.visibilityState !== "visible") return;
  const held = await navigator.wakeLock?.request("screen").catch(() => null);
  shown.hidden = !held;
  held?.addEventListener("release", () => (shown.hidden = true));
}

export function duty() {
  addEventListener("linli-sound", () => sounding() && beat());
  setInterval(beat, BEAT);
  setTimeout(beat, SETTLED, true);
  document.addEventListener("visibilitychange", stay);
  stay();
}
