// What a site or a link of the desk says of whoever looks at the page.

/** @typedef {import("../more.js").Kit} Kit */
/** @typedef {import("../widget/talk.js").Talk} Talk */

const JSON_BODY = { "content-type": "application/json" };

/** @param {Kit} kit */
export function site({ Trouble, trouble }) {
  /** @param {Element} element */
  async function word(element) {
    const from = element.getAttribute("identity-from");
    if (!from) return element.getAttribute("identity") ?? "";
    const given = await fetch(new URL(from, document.baseURI), { cache: "no-store" }).catch(() => null);
    if (!given?.ok) throw new Trouble("identity");
    return (await given.text()).trim();
  }

  /** @param {string} said */
  function subject(said) {
    try {
      const claims = atob((said.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
      return String(JSON.parse(claims).sub);
    } catch {
      throw new Trouble("identity", false);
    }
  }

  return {
    /** The site's signed word is taken to Linli, which knows it; nothing is believed of it here but whose tokens to use.
     * @param {Talk} talk @param {Element} element */
    async vouch(talk, element) {
      const said = await word(element);
      talk.memory.user = `${encodeURIComponent(subject(said))}.`;
      const answer = await talk.fetch("identity", {
        method: "POST",
        body: JSON.stringify({ identity: said }),
        headers: JSON_BODY,
      });
      if (!answer.ok) throw answer.status < 429 ? new Trouble("identity", false) : trouble(answer);
    },

    /** @param {Talk} talk @param {string} token of a link into a case */
    async join(talk, token) {
      try {
        await talk.ask("join", { method: "POST", body: JSON.stringify({ case: token }), headers: JSON_BODY });
      } catch (error) {
        const { word, again, after } = /** @type {import("../widget/talk.js").Trouble} */ (error);
        throw new Trouble(word === "refused" ? "link" : word, again, after);
      }
    },
  };
}
