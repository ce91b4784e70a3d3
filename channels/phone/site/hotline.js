// A telephone in the browser: fetches our TwiML, says it, takes keys and words, and posts as Twilio would, signed.

const body = document.body;
const data = body.dataset;
const words = JSON.parse(data.words);
const at = (id) => document.getElementById(id);
const [state, typed, heard, lines, said, aloud, form] = ["state", "typed", "heard", "lines", "said", "aloud", "words"].map(at);
// So long after the last key what was keyed is sent without the hash.
const KEYED_MS = 3500;
const RINGS_MS = 2500;

const rest = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

/** The call that is on: its id, and what the line listens for. `null` while nobody calls. */
let call = null;

async function signature(url, fields) {
  const text = Object.keys(fields).sort().reduce((sum, name) => sum + name + fields[name], url);
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(data.token), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const made = await crypto.subtle.sign("HMAC", key, bytes.encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(made)));
}

/** As XML straight from the request: text is never made into markup here. */
function post(path, fields, signed) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "document";
    request.overrideMimeType("text/xml");
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("X-Twilio-Signature", signed);
    request.onload = () => (request.status === 200 && request.responseXML ? resolve(request.responseXML) : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error("network"));
    request.send(new URLSearchParams(fields).toString());
  });
}

async function send(address, more) {
  const mine = call;
  const where = new URL(address, location.origin);
  const path = where.pathname + where.search;
  const fields = {
    CallSid: mine.sid, AccountSid: data.sid, From: mine.from, To: data.to, CallStatus: "in-progress",
    Direction: "inbound", ForwardedFrom: "", ...more,
  };
  mine.ears = null;
  hush();
  show(heard, "");
  try {
    const twiml = await post(path, fields, await signature((data.base || location.origin) + path, fields));
    if (call === mine) await perform(twiml.documentElement);
  } catch {
    if (call === mine) over(words.failed);
  }
}

/** One answer, verb by verb. */
async function perform(response) {
  for (const verb of response.children) {
    if (verb.tagName === "Say") await speak(verb);
    else if (verb.tagName === "Pause") await rest(Number(verb.getAttribute("length") || 1));
    else if (verb.tagName === "Gather") return listen(verb);
    else if (verb.tagName === "Redirect") return send(verb.textContent, {});
    else if (verb.tagName === "Dial") return ring(verb);
    else if (verb.tagName === "Hangup") break;
    if (!call) return;
  }
  over(words.ended);
}

function listen(gather) {
  const digits = Number(gather.getAttribute("numDigits") || 0);
  call.ears = { action: gather.getAttribute("action"), digits, finish: gather.getAttribute("finishOnKey") ?? "#" };
  show(state, words.listening);
  void (async () => {
    const mine = call;
    const ears = mine.ears;
    for (const verb of gather.children) {
      // A key or a word ends what is being said, and what would have been said after a pause.
      if (call !== mine || mine.ears !== ears) return;
      if (verb.tagName === "Pause") await rest(Number(verb.getAttribute("length") || 1));
      else await speak(verb);
    }
  })();
  if (matchMedia("(pointer: fine)").matches) said.focus({ preventScroll: true });
}

function ring(dial) {
  const mine = call;
  show(state, words.ringing);
  setTimeout(() => { if (call === mine) void send(dial.getAttribute("action"), { DialCallStatus: "no-answer" }); }, RINGS_MS);
}

/** Shown at once, and said where somebody wants to hear it. */
function speak(say) {
  const language = (say.getAttribute("language") || "cmn-CN").replace("cmn", "zh");
  line(say.textContent, false, language);
  if (!aloud.checked || !("speechSynthesis" in window) || speechSynthesis.getVoices().length === 0) return Promise.resolve();
  const words_ = new SpeechSynthesisUtterance(say.textContent);
  words_.lang = language;
  words_.rate = parseInt(say.querySelector("prosody")?.getAttribute("rate") || "100", 10) / 100;
  return new Promise((done) => {
    words_.onend = words_.onerror = () => done();
    speechSynthesis.speak(words_);
  });
}

function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function line(text, mine, language) {
  const item = document.createElement("li");
  // Who speaks is said when it changes.
  if (!lines.lastElementChild || ("mine" in lines.lastElementChild.dataset) !== mine) {
    const who = document.createElement("span");
    who.textContent = mine ? words.you : words.line;
    item.append(who);
  }
  item.append(text);
  if (mine) item.dataset.mine = "";
  else heard.textContent = [heard.textContent, text].filter(Boolean).join(" ");
  if (language) item.lang = language;
  lines.append(item);
  lines.scrollTop = lines.scrollHeight;
}

function show(where, text) {
  where.textContent = text;
}

function able(on) {
  for (const one of document.querySelectorAll(".keys button, #words input, #words button, #end")) one.disabled = !on;
  at("call").disabled = at("caller").disabled = on;
}

function key(pressed) {
  if (!call?.ears) return;
  hush();
  clearTimeout(call.waits);
  const ears = call.ears;
  const whole = typed.textContent + (pressed === ears.finish ? "" : pressed);
  show(typed, whole);
  if (pressed === ears.finish || (ears.digits && whole.length >= ears.digits)) keyed();
  else call.waits = setTimeout(keyed, KEYED_MS);
}

function keyed() {
  if (!call?.ears) return;
  clearTimeout(call.waits);
  const digits = typed.textContent;
  show(typed, "");
  // Six digits behind a star are a PIN: nobody reads it off the screen.
  if (digits) line(/^\*?\d{6}/.test(digits) ? digits.replace(/\d/g, "•") : digits, true);
  void send(call.ears.action, digits ? { Digits: digits } : {});
}

function begin() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  const sid = "CA" + Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  call = { sid, from: at("caller").value, ears: null, waits: 0 };
  lines.replaceChildren();
  able(true);
  // On a small screen the keys and what is being said are what one looks at.
  if (matchMedia("(max-width: 52rem)").matches) at("state").scrollIntoView({ block: "start" });
  show(state, words.dialling);
  void send(data.path, {});
}

function over(text) {
  if (call) clearTimeout(call.waits);
  call = null;
  hush();
  able(false);
  show(typed, "");
  show(heard, "");
  show(state, text);
  at("call").focus({ preventScroll: true });
}

at("call").addEventListener("click", begin);
at("end").addEventListener("click", () => over(words.ended));
at("silent").addEventListener("click", () => {
  if (!call?.ears) return;
  line(words.quiet, true);
  void send(call.ears.action, {});
});
aloud.addEventListener("change", () => { if (!aloud.checked) hush(); });
document.querySelector(".keys").addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) key(button.dataset.key);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && /^[0-9*#]$/.test(event.key)) key(event.key);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = said.value.trim();
  if (!text || !call?.ears) return;
  said.value = "";
  line(text, true);
  void send(call.ears.action, { SpeechResult: text, Confidence: "0.9" });
});
if ("speechSynthesis" in window) speechSynthesis.getVoices();
