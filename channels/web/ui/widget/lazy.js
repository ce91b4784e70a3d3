// What is fetched when it is needed: the words of a language, and what few need (pictures, places, voices).

import { Trouble } from "./talk.js";

/** @typedef {import("../more.js").More} More */

/** What the rest is made of, handed over when it comes. @type {import("../more.js").Kit} */
export const KIT = /** @type {any} */ ({});
/** @type {Record<string, Record<string, string>>} */
const SAID = {};
/** @type {Record<string, Promise<any> | null>} */
const coming = {};
let tries = 0;

/** @param {string} path */
function part(path) {
  const url = new URL(`./channels/web/${path}.js${tries ? `?${tries}` : ""}`, import.meta.url);
  return (coming[path] ??= import(url.href).catch(() => {
    // A line that broke: the next who needs it tries again, under another name, for a failure is remembered.
    coming[path] = null;
    tries += 1;
    throw new Trouble("offline");
  }));
}

/** What the chat says in this language, as far as it has come. @param {string} language */
export const said = (language) => (SAID[language] ??= {});

/** @param {string} language */
export const learn = async (language) => Object.assign(said(language), (await part(`words/${language}`)).default);

/** @returns {Promise<More>} */
export async function more() {
  const { RARE, begin } = await part("more");
  for (const language in RARE) Object.assign(said(language), RARE[language]);
  return begin(KIT);
}
