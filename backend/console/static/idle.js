// @ts-check
// Nobody here for a quarter of an hour: the screen locks, the alarm goes on ringing. What a page does by itself is no sign of life.
import { leave } from "./page.js";

const IDLE = 15 * 60_000;
const SAID = 2 * 60_000;

export function idle() {
  let seen = Date.now(), said = Date.now();
  const headers = { "x-linli": "1", "x-linli-token": document.body.dataset.token || "" };
  const here = () => {
    seen = Date.now();
    if (seen - said < SAID) return;
    said = seen;
    fetch("/console/live/here", { method: "POST", headers }).catch(() => undefined);
  };
  for (const kind of ["pointerdown", "keydown", "pointermove", "wheel"]) addEventListener(kind, here, { passive: true });
  setInterval(async () => {
    if (Date.now() - seen < IDLE) return;
    await fetch("/console/lock", { method: "POST", headers }).catch(() => undefined);
    leave({ go: "/console/lock" });
  }, 10_000);
}
