// @ts-check
// Listens to the desk's stream: each notice names what to read again; after a silence everything is read again.
import { banner } from "./alarm.js";
import { writes } from "./mentions.js";
import { counted, leave, read, renew, toast, words } from "./page.js";

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
  if (fresh) { renew(box, fresh); counted(box); }
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

/** How much waits, on pages that do not show it: rarely, for every open desk asks. */
let counting = 0;
function counts() {
  counting ||= setTimeout(() => { counting = 0; once("banner", banner); }, 5 * BREATH);
}

/** What only talks with the bot is on few lists: the others do not read again for it. */
const ofAll = () => /[?&](view=(named|bot|closed)|q=[^&])/.test(within("list")?.dataset.src || "");

/** @param {Record<string, (string|number)[]>} news */
function heard(news) {
  if (news.writes?.map(String).includes(within("talk")?.dataset.id || "-")) writes();
  const page = document.body.dataset.page;
  if (news.alarms) { once("banner", banner); part("alarm"); }
  if (page === "inbox" && (news.queue || news.alarms || (news.talks && ofAll()))) list();
  else if (news.talks || news.cases) counts();
  if (page === "alarms" && news.alarms) list();
  if (page === "cases" && news.cases) { list(); part("case"); }
  if (news.talks?.map(String).includes(within("talk")?.dataset.id || "-")) talk();
}

export function all() { listed = 0; once("banner", banner); list(); talk(); part("alarm"); part("case"); }

// The server says something every quarter of a minute: a line that is silent for longer than this is dead.
const SILENT = 40_000;
let heardAt = Date.now();
let lost = false;

/** Shown for as long as it lasts, since no alarm arrives meanwhile. @param {boolean} now */
function line(now) {
  const bar = within("lost"), back = lost && !now;
  lost = now;
  if (bar) bar.hidden = !now;
  return back;
}

/** @param {boolean} locked */
function listen(locked) {
  const stream = new EventSource("/console/live");
  /** @param {string} name @param {(data: string) => void} work */
  const on = (name, work) => stream.addEventListener(name, (told) => { heardAt = Date.now(); work(told.data); });
  on("hello", () => {
    if (line(false)) { toast(words.back || ""); if (!locked) all(); }
    once("banner", banner);
  });
  on("ping", () => undefined);
  on("news", (data) => (locked ? once("banner", banner) : heard(JSON.parse(data))));
  on("stage", (data) => data === "locked" && !locked && leave({ go: "/console/lock" }));
  on("bye", () => { stream.close(); leave({ go: "/console" }); });
  const again = () => { clearInterval(watch); stream.close(); setTimeout(() => listen(locked), 2000); };
  const watch = setInterval(() => { if (Date.now() - heardAt > SILENT) { line(true); heardAt = Date.now(); again(); } }, 5000);
  stream.addEventListener("error", () => {
    line(true);
    // A refused stream is not tried again by the browser: the server stopped it, or this session is over.
    if (stream.readyState === EventSource.CLOSED) again();
  });
}

/** @param {boolean} locked */
export function live(locked) {
  listen(locked);
  if (!locked) setInterval(() => document.visibilityState === "visible" && (list(), part("case")), AGAIN);
  // What moves by itself for a while (a run that learns) is read again while it does.
  if (!locked) setInterval(() => document.visibilityState === "visible" && document.querySelector("#list [data-poll]") && list(), SOON);
  const lines = document.querySelector("#talk [data-part=lines]");
  // The end of the talk, or the line up to which somebody has read it before.
  const seen = location.hash && lines?.querySelector(`[data-id="${CSS.escape(location.hash.slice(1))}"]`);
  if (seen) seen.scrollIntoView();
  else if (lines) lines.scrollTop = lines.scrollHeight;
}
