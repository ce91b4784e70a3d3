// @ts-check
// What an alarm sounds like, once a click has told the browser that this page may sound.

/** @type {AudioContext | null} */
let audio = null;
export const sounding = () => audio?.state === "running";

/** @param {number[]} [pitches] */
export function beep(pitches = [880, 660, 880]) {
  if (!audio || !sounding()) return;
  const now = audio.currentTime;
  for (const [place, pitch] of pitches.entries()) {
    const tone = audio.createOscillator(), loud = audio.createGain(), after = place * 0.22;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, now + after);
    loud.gain.exponentialRampToValueAtTime(0.5, now + after + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, now + after + 0.19);
    tone.connect(loud).connect(audio.destination);
    tone.start(now + after);
    tone.stop(now + after + 0.2);
  }
}

export async function unlock() {
  audio ??= new AudioContext();
  if (audio.state !== "running") await audio.resume().catch(() => undefined);
  dispatchEvent(new Event("linli-sound"));
}

/** The click that signed in, or any after it, is what a browser asks for before a page may sound. */
export function waitForClick() {
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => unlock(), { once: true, capture: true });
  if (navigator.userActivation?.hasBeenActive || sessionStorage.getItem("linli.clicked")) unlock();
}

/** Seconds since an alarm was raised, counted where everybody sees them. */
export function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const at = Date.parse(/** @type {HTMLElement} */ (one).dataset.since || "");
    const seconds = Math.max(0, Math.floor((Date.now() - at) / 1000)), h = Math.floor(seconds / 3600);
    const rest = `${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    one.textContent = h ? `${h}:${rest}` : rest;
  }
}
