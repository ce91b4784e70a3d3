// @ts-check
// The desk in one tab: joins the parts that live in a page, and does nothing that the server would not do without it.
import { acts } from "./acts.js";
import { alarm } from "./alarm.js";
import { composer } from "./composer.js";
import { duty } from "./duty.js";
import { files } from "./files.js";
import { forms } from "./forms.js";
import { idle } from "./idle.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { signs } from "./mentions.js";

const locked = document.body.dataset.stage === "locked";
alarm(locked);
live(locked);
if (!locked) {
  acts();
  duty();
  forms();
  composer();
  files();
  signs();
  // What few pages need is loaded on these alone.
  if (document.body.dataset.page === "teach") (await import("./teach.js")).teach();
  if (document.getElementById("redact")) (await import("./redact.js")).redact();
  keys();
  idle();
}
document.body.dataset.ready = "yes";
