// @ts-check
// Listens to the desk's stream: each notice names what to read again; after a silence everything is read again.
import { banner } from "./alarm.js";
import { leave, read, renew, toast, words } from "./page.js";

const AGAIN = 30_000, SOON = 2_000, BREATH = 1_000;
const within = (/** @type {string} */ id) => document.getElementById(id);
let reading = new Set();

/** One reading of a part at a time; a notice that comes meanwhile reads it once more afterwards.
 * @param {string} name @param {() => Promise<void>} work */
async function once(name, work) {
  if (reading.has(name)) return void reading.add(name + "!");
  reading.add(name);
  try {
    await work();
  } finally {
    reading.delete(name);
    if (reading.delete(name + "!")) once(name, work);
  }
}

/** The list at once where it is quiet, and once a second where there is news without end: twenty desks that read it
 * ten times a second each would take from the residents what they look at. */
let listed = 0, later = 0;
export function list() {
  clearTimeout(later);
  const left = listed + BREATH - Date.now();
  if (left > 0) later = setTimeout(list, left);
  else { listed = Date.now(); relist(); }
}

const relist = () => once("list", async () => {
  const box = within("list");
  if (!box?.dataset.src) return;
  const url = new URL(box.dataset.src, location.origin);
  const open = within("talk")?.dataset.id;
  if (open) { url.pathname = "/console/inbox"; url.searchParams.set("open", open); }
  const fresh = await read(url.href, "list");
  if (fresh) renew(box, fresh);
});

export const talk = () => once("talk", async () => {
  const box = within("talk");
  if (!box?.dataset.src) return;
  const fresh = await read(box.dataset.src, "talk");
  if (!fresh) return;
  const lines = box.querySelector("[data-part=lines]");
  const atEnd = lines ? lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80 : false;
  for (const part of ["head", "lines"]) {
    const [old, now] = [box.querySelector(`[data-part=${part}]`), fresh.querySelector(`[data-part=${part}]`)];
    if (!old || !now || old.isEqualNode(now)) continue;
    if (part === "head") { if (!old.querySelector("dialog[open]")) old.replaceChildren(...now.childNodes); }
    else renew(old, now);
  }
  const side = within("side"), theirs = fresh.querySelector("#fresh-side");
  if (side && theirs && !side.contains(document.activeElement)) renew(side, theirs);
  if (lines && atEnd) lines.scrollTop = lines.scrollHeight;
});

const part = (/** @type {string} */ id) => once(id, async () => {
  const box = within(id);
  const fresh = box?.dataset.src ? await read(box.dataset.src, id) : null;
  if (box && fresh) renew(box, fresh);
});

/** @param {Record<string, (string|number)[]>} news */
function heard(news) {
  const page = document.body.dataset.page;
  if (news.alarms) { once("banner", banner); part("alarm"); }
  if (page === "inbox" && (news.talks || news.alarms)) list();
  if (page === "alarms" && news.alarms) list();
  if (page === "cases" && news.cases) { list(); part("case"); }
  if (news.talks?.map(String).includes(within("talk")?.dataset.id || "-")) talk();
}

export function all() { listed = 0; once("banner", banner); list(); talk(); part("alarm"); part("case"); }

/** @param {boolean} locked */
export function live(locked) {
  let lost = false;
  const stream = new EventSource("/console/live");
  stream.addEventListener("hello", () => {
    if (lost) { toast(words.back || ""); lost = false; if (!locked) all(); }
    once("banner", banner);
  });
  stream.addEventListener("news", (told) => (locked ? once("banner", banner) : heard(JSON.parse(told.data))));
  stream.addEventListener("stage", (told) => told.data === "locked" && !locked && leave({ go: "/console/lock" }));
  stream.addEventListener("bye", () => { stream.close(); leave({ go: "/console" }); });
  stream.addEventListener("error", () => {
    if (!lost && words.lost) toast(words.lost);
    lost = true;
    // A refused stream is not tried again by the browser: the server stopped it, or this session is over.
    if (stream.readyState === EventSource.CLOSED) { stream.close(); setTimeout(() => live(locked), 2000); }
  });
  if (!locked) setInterval(() => document.visibilityState === "visible" && list(), AGAIN);
  // What moves by itself for a while (a run that learns) is read again while it does.
  if (!locked) setInterval(() => document.visibilityState === "visible" && document.querySelector("#list [data-poll]") && list(), SOON);
  const lines = document.querySelector("#talk [data-part=lines]");
  if (lines) lines.scrollTop = lines.scrollHeight;
}
