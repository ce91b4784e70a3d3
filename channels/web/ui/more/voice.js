// Ears and a voice, where the browser has them: what is said is written down, what is answered is read aloud.

/** @typedef {import("../widget/frame.js").Frame} Frame */

const SPOKEN = ".bubble, .card h3, .card dt, .card dd, .choices button";
/** Voices are named by country. @type {Record<string, string>} */
const TONGUES = { "zh-Hans": "zh-CN", en: "en-US" };

export class Voice {
  aloud = false;
  listening = false;

  /** @param {Frame} frame */
  constructor(frame) {
    this.frame = frame;
    const own = /** @type {any} */ (globalThis);
    this.ear = own.SpeechRecognition ?? own.webkitSpeechRecognition;
    this.speaks = "speechSynthesis" in own;
    this.hears = Boolean(this.ear);
    this.told = new MutationObserver((changes) => {
      for (const change of changes) for (const line of change.addedNodes) this.say(line);
    });
  }

  /** @param {boolean} on @param {string} language */
  read(on, language) {
    this.aloud = on;
    this.language = language;
    speechSynthesis.cancel();
    if (!on) return this.told.disconnect();
    this.told.observe(this.frame.log, { childList: true });
    const last = [...this.frame.log.querySelectorAll(".line:not(.mine)")].at(-1);
    if (last) this.say(last);
  }

  /** @param {Node} line */
  say(line) {
    if (!(line instanceof Element) || !line.matches(".line:not(.mine)")) return;
    const words = [...line.querySelectorAll(SPOKEN)].map((part) => part.textContent ?? "").join("。");
    const spoken = new SpeechSynthesisUtterance(words);
    const language = this.frame.panel.lang || this.language || "";
    spoken.lang = TONGUES[language] ?? language;
    spoken.rate = 0.95;
    speechSynthesis.speak(spoken);
  }

  /** @param {string} language @param {() => void} ended */
  listen(language, ended) {
    const ear = (this.hearing = new this.ear());
    const before = this.frame.text.value;
    ear.lang = TONGUES[language] ?? language;
    ear.interimResults = true;
    ear.onresult = (/** @type {any} */ event) => {
      const heard = [...event.results].map((/** @type {any} */ one) => one[0].transcript).join("");
      this.frame.text.value = before + heard;
      this.frame.text.dispatchEvent(new Event("input"));
    };
    ear.onend = ear.onerror = () => {
      this.listening = false;
      ended();
      this.frame.text.focus();
    };
    this.listening = true;
    if (this.speaks) speechSynthesis.cancel();
    ear.start();
  }

  hush() {
    this.hearing?.stop();
  }
}
