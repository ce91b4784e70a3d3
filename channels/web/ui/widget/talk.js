// What goes over the wire: messages with their ids, photos, history; the token stays in a header.

/**
 * @typedef {{ id: string, text?: string, choice?: string, photo?: string, start?: boolean, language?: string }} Message
 * @typedef {{ type: string, text?: string, title?: string, url?: string, alt?: string, kind?: string, key?: string,
 *   rows?: [string, string][], items?: { title: string, payload: string }[] }} Part
 * @typedef {{ id: string, mine: boolean, at?: string, message: string | null, parts: Part[],
 *   by?: string }} Line
 * @typedef {{ lines: Line[], cursor: string, language: string | null, with_staff: boolean,
 *   staff?: string, writing?: boolean }} News
 */

const TIMEOUT = 20_000;
export const PHOTO_LIMIT = 8_000_000;

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

/** @param {Response} answer */
function trouble(answer) {
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
      return this.store?.getItem(this.prefix + name) ?? this.own[name] ?? null;
    } catch {
      return this.own[name] ?? null;
    }
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.own[name] = value;
    try {
      this.store?.setItem(this.prefix + name, value);
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
  }

  get token() {
    const known = this.memory.get("token");
    if (known) return known;
    const made = random(24);
    this.memory.set("token", made);
    return made;
  }

  /** @param {string} path @param {RequestInit} [init] */
  async #ask(path, init = {}) {
    const headers = { authorization: `Bearer ${this.token}`, ...init.headers };
    const signal = AbortSignal.timeout(TIMEOUT);
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(new URL(path, this.base), { ...init, headers, signal, credentials: "omit" });
    } catch {
      throw new Trouble("offline");
    }
    if (!answer.ok) throw trouble(answer);
    return answer;
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
    return this.#news(await this.#ask("messages", { method: "POST", body, headers }));
  }

  async history() {
    return this.#news(await this.#ask(`history?after=${encodeURIComponent(this.cursor)}`));
  }

  /** Somebody of the desk who has the conversation sees that the resident writes. */
  writes() {
    this.#ask("writing", { method: "POST" }).catch(() => undefined);
  }

  /** @param {string} token of a link into a case */
  join(token) {
    return this.#ask("join", { method: "POST", body: JSON.stringify({ case: token }), headers: { "content-type": "application/json" } });
  }

  /** @param {File} file @returns {Promise<string>} its key */
  async keep(file) {
    if (file.size > PHOTO_LIMIT) throw new Trouble("too_large", false);
    const headers = { "content-type": file.type || "application/octet-stream" };
    return (await (await this.#ask("photos", { method: "POST", body: file, headers })).json()).key;
  }

  /** @param {string} key */
  async photo(key) {
    return URL.createObjectURL(await (await this.#ask(`photos/${encodeURIComponent(key)}`)).blob());
  }
}
