// What goes over the wire: messages with their ids, history, what is pushed; the token stays in a header.

/**
 * @typedef {{ id: string, text?: string, choice?: string, photo?: string, start?: boolean, language?: string,
 *   place?: { latitude: number, longitude: number } }} Message
 * @typedef {{ type: string, text?: string, title?: string, url?: string, alt?: string, kind?: string, key?: string,
 *   rows?: [string, string][], items?: { title: string, payload: string }[] }} Part
 * @typedef {{ id: string, mine: boolean, at?: string, message: string | null, parts: Part[],
 *   by?: string }} Line
 * @typedef {{ lines: Line[], cursor: string, language: string | null, with_staff: boolean,
 *   staff?: string, writing?: boolean }} News
 */

const TIMEOUT = 20_000;
// The server is heard of every 15 seconds, be it that nothing is new.
const SILENCE = 40_000;

/** @param {number} bytes */
export const random = (bytes) =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Why something did not arrive; `word` names what the resident reads, `again` whether sending again may help. */
export class Trouble extends Error {
  /** @param {string} word @param {boolean} [again] @param {number} [after] seconds until that makes sense */
  constructor(word, again = true, after = 0) {
    super(word);
    this.word = word;
    this.again = again;
    this.after = after;
  }
}

/** @param {{ status: number, headers: { get: (name: string) => string | null } }} answer */
export function trouble(answer) {
  if (answer.status === 413) return new Trouble("too_large", false);
  if (answer.status === 415) return new Trouble("no_photo", false);
  if (answer.status === 429 || answer.status === 503) {
    return new Trouble("busy", true, Number(answer.headers.get("retry-after")) || 5);
  }
  return answer.status >= 500 ? new Trouble("broken") : new Trouble("refused", false);
}

/** Keeps what must outlive a reload; a browser that forbids storage keeps it for this page only. */
export class Memory {
  /** @param {string} community @param {boolean} brief forget when the tab is closed */
  constructor(community, brief) {
    this.prefix = `linli.${community}.`;
    /** Whom a site named: what is theirs is kept apart from what is anybody's. */
    this.user = "";
    /** @type {Record<string, string>} */
    this.own = {};
    try {
      this.store = brief ? sessionStorage : localStorage;
    } catch {
      this.store = null;
    }
  }

  /** @param {string} name */
  get(name) {
    try {
      return this.store?.getItem(this.prefix + this.user + name) ?? this.own[name] ?? null;
    } catch {
      return this.own[name] ?? null;
    }
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.own[name] = value;
    try {
      this.store?.setItem(this.prefix + this.user + name, value);
    } catch {
      // Full or forbidden: it lasts as long as the page.
    }
  }
}

/** One conversation with the desk. */
export class Talk {
  /** @param {URL} base @param {Memory} memory */
  constructor(base, memory) {
    this.base = base;
    this.memory = memory;
    this.cursor = "";
    /** What is pushed arrives. */
    this.live = false;
    /** Has a site say who its user is, where it does. @type {(() => Promise<void>) | null} */
    this.vouch = null;
    /** @type {Promise<void> | null} */
    this.vouched = null;
  }

  get token() {
    const known = this.memory.get("token");
    if (known) return known;
    const made = (this.memory.user && "s-") + random(24);
    this.memory.set("token", made);
    return made;
  }

  /** @param {string} path @param {RequestInit} [init] @param {boolean} [again] @returns {Promise<Response>} */
  async ask(path, init = {}, again = true) {
    await this.known();
    const answer = await this.fetch(path, init);
    if (answer.ok) return answer;
    if (answer.status !== 401 || !this.vouch || !again) throw trouble(answer);
    // What the site's word had opened is shut: it says it anew.
    this.vouched = null;
    return this.ask(path, init, false);
  }

  /** Where the site has users of its own: once it has said who this is. */
  async known() {
    this.vouched ??= (this.vouch?.() ?? Promise.resolve()).catch((error) => {
      this.vouched = null;
      throw error;
    });
    await this.vouched;
  }

  /** @param {string} path @param {RequestInit} init */
  async fetch(path, init) {
    const headers = { authorization: `Bearer ${this.token}`, ...init.headers };
    const signal = init.signal ?? AbortSignal.timeout(TIMEOUT);
    try {
      return await fetch(new URL(path, this.base), { ...init, headers, signal, credentials: "omit" });
    } catch {
      throw new Trouble("offline");
    }
  }

  /** @param {Response} answer @returns {Promise<News>} */
  async #news(answer) {
    /** @type {News} */
    const news = await answer.json().catch(() => {
      throw new Trouble("broken");
    });
    this.cursor = news.cursor || this.cursor;
    return news;
  }

  /** @param {Message} message */
  async send(message) {
    const body = JSON.stringify({ ...message, after: this.cursor });
    const headers = { "content-type": "application/json" };
    return this.#news(await this.ask("messages", { method: "POST", body, headers }));
  }

  async history() {
    return this.#news(await this.ask(`history?after=${encodeURIComponent(this.cursor)}`));
  }

  /** What is pushed, until the line ends or nothing was heard for too long. @param {(news: News) => void} heard */
  async follow(heard) {
    const line = new AbortController();
    let dead = 0;
    this.end = () => line.abort();
    this.live = true;
    try {
      const answer = await this.ask("stream", { signal: line.signal, headers: { "last-event-id": this.cursor } });
      const reader = /** @type {ReadableStream} */ (answer.body).pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; ; ) {
        clearTimeout(dead);
        dead = setTimeout(this.end, SILENCE);
        const { value, done } = await reader.read();
        if (done) break;
        const events = (text + value).split("\n\n");
        text = events.pop() ?? "";
        for (const event of events) {
          const data = /^data: (\{.*)$/m.exec(event);
          if (!data) continue;
          /** @type {News} */
          const news = JSON.parse(data[1]);
          this.cursor = news.cursor || this.cursor;
          heard(news);
        }
      }
    } catch {
      // Gone, or not to be had: meanwhile it is asked for now and then.
    }
    clearTimeout(dead);
    this.live = false;
  }

  end() {}

  /** Somebody of the desk who has the conversation sees that the resident writes. */
  writes() {
    this.ask("writing", { method: "POST" }).catch(() => undefined);
  }
}
