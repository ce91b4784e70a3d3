// Emergency numbers that somebody is told to dial are tapped.

/** @typedef {import("../more.js").Kit} Kit */
/** @typedef {import("../widget/draw.js").Scene} Scene */

// A number with nothing about it that makes it something else than one to dial: a price, a time, a room, a share.
const NUMBER = /(?<![\d¥￥#+.:/-])\d{3,6}(?![\d.:/-]|\s?(?:元|块|号|栋|室|平|分|%|yuan))/g;
const TO_DIAL = /拨|打|报警|火警|\b(?:call|dial|ring)\b/i;

/** @param {Kit} kit */
export function dial({ el }) {
  /** @param {Text} node @param {readonly string[]} numbers */
  function tapped(node, numbers) {
    const text = node.data, made = document.createDocumentFragment();
    let from = 0;
    for (const { 0: found, index = 0 } of text.matchAll(NUMBER)) {
      if (!numbers.includes(found)) continue;
      made.append(text.slice(from, index), el("a", { href: `tel:${found}`, class: "tel" }, found));
      from = index + found.length;
    }
    made.append(text.slice(from));
    node.replaceWith(made);
  }

  return {
    /** The numbers of this community, where the words of a line tell to dial. @param {Element} line @param {Scene} scene */
    dial(line, scene) {
      const numbers = Object.values(scene.numbers);
      for (const bubble of line.querySelectorAll("p.bubble")) {
        if (!TO_DIAL.test(bubble.textContent ?? "")) continue;
        for (const node of [...bubble.childNodes]) if (node instanceof Text) tapped(node, numbers);
      }
    },
  };
}
