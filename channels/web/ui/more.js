// What few need of the chat: pictures and files, other ways to say something, a site's word for its user.

import { dial } from "./more/dial.js";
import { pictures } from "./more/pictures.js";
import { site } from "./more/site.js";
import { tray } from "./more/tray.js";
import { RARE } from "./more/words.js";

/**
 * What the chat hands over when this comes.
 * @typedef {{ Trouble: typeof import("./widget/talk.js").Trouble, trouble: typeof import("./widget/talk.js").trouble,
 *   bubble: typeof import("./widget/draw.js").bubble, el: typeof import("./widget/draw.js").el,
 *   icon: typeof import("./widget/draw.js").icon, link: typeof import("./widget/draw.js").link,
 *   safe: typeof import("./widget/draw.js").safe }} Kit
 * @typedef {ReturnType<typeof begin>} More
 */

/** @param {Kit} kit */
const made = (kit) => ({ ...pictures(kit), ...site(kit), ...dial(kit), tray: tray(kit) });
/** @type {ReturnType<typeof made> | null} */
let once = null;

/** @param {Kit} kit */
export const begin = (kit) => (once ??= made(kit));

export { RARE };
