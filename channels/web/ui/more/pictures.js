// Pictures and files: made small enough, uploaded with their progress, shown to their owner by the token.

/** @typedef {import("../more.js").Kit} Kit */
/** @typedef {import("../widget/talk.js").Part} Part */
/** @typedef {import("../widget/talk.js").Talk} Talk */
/** @typedef {import("../widget/draw.js").Scene} Scene */

const LIMIT = 8_000_000;
// A phone's camera makes more than a desk can use: what is larger than this is made smaller before it goes.
const PLENTY = 1_500_000, EDGE = 2_560;
const PATIENCE = 120_000;
const SHOWN = /^(blob:|data:image\/(png|jpeg|webp|gif|svg\+xml)[;,])/;

/** @param {Kit} kit */
export function pictures({ Trouble, trouble, bubble, el, link, safe }) {
  /** @param {Talk} talk @param {string} key */
  const fetched = async (talk, key) =>
    URL.createObjectURL(await (await talk.ask(`photos/${encodeURIComponent(key)}`)).blob());

  /** @param {string} src @param {string} alt @param {Scene} scene */
  function picture(src, alt, scene) {
    const image = el("img", { src, alt });
    if (SHOWN.test(src)) return el("span", { class: "picture" }, image);
    const around = link(src, "", "picture");
    around.append(image, el("span", { class: "away" }, scene.words("show")));
    return around;
  }

  /** @type {Record<string, (part: Part, scene: Scene) => Node>} */
  const drawn = {
    media(part, scene) {
      const image = part.kind === "image";
      const href = image && SHOWN.test(part.url ?? "") ? part.url : safe(part.url ?? "", scene.base);
      if (!href) return bubble(part.alt ?? "");
      return image ? picture(href, part.alt ?? "", scene) : link(href, part.alt || href, "go");
    },
    /** A kept picture, the resident's own or the desk's: fetched with the token, since an `img` can send none. */
    photo(part, scene) {
      const frame = el("span", { class: "picture" }), alt = part.alt || scene.words("sent_photo");
      fetched(scene.talk, part.key ?? "")
        .then((src) => frame.append(el("img", { src, alt })))
        .catch(() => frame.replaceWith(bubble(alt)));
      return frame;
    },
    /** A paper from the desk: fetched with the token when it is wanted, and never opened in the page. */
    file(part, scene) {
      const button = el("button", { class: "go", type: "button" }, `${part.alt} ↓`);
      button.addEventListener("click", async () => {
        const href = await fetched(scene.talk, part.key ?? "").catch(() => "");
        if (href) el("a", { href, download: part.alt ?? "" }).click();
      });
      return button;
    },
  };

  /** @param {File} file @returns {Promise<Blob>} */
  async function reduced(file) {
    if (file.size <= PLENTY || !file.type.startsWith("image/")) return file;
    try {
      const whole = await createImageBitmap(file);
      const scale = Math.min(1, EDGE / Math.max(whole.width, whole.height));
      const canvas = new OffscreenCanvas(Math.round(whole.width * scale), Math.round(whole.height * scale));
      canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
      const made = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
      return made.size < file.size ? made : file;
    } catch {
      // No picture that this browser knows: the desk says so, or takes it.
      return file;
    }
  }

  return {
    /** @param {Part} part @param {Scene} scene */
    draw: (part, scene) => drawn[part.type](part, scene),

    /** @param {Talk} talk @param {File} file @param {(part: number) => void} carried @returns {Promise<string>} key */
    async upload(talk, file, carried) {
      carried(0);
      const body = await reduced(file);
      if (body.size > LIMIT) throw new Trouble("too_large", false);
      await talk.known();
      return new Promise((done, fail) => {
        // `fetch` cannot tell how far it is.
        const call = new XMLHttpRequest();
        call.open("POST", new URL("photos", talk.base));
        call.setRequestHeader("authorization", `Bearer ${talk.token}`);
        call.setRequestHeader("content-type", body.type || "application/octet-stream");
        call.timeout = PATIENCE;
        call.upload.onprogress = (event) => carried(Math.min(0.99, event.loaded / event.total));
        call.onerror = call.ontimeout = () => fail(new Trouble("offline"));
        call.onload = () => {
          const headers = { get: (/** @type {string} */ name) => call.getResponseHeader(name) };
          if (call.status !== 201) return fail(trouble({ status: call.status, headers }));
          carried(1);
          done(JSON.parse(call.responseText).key);
        };
        call.send(body);
      });
    },
  };
}
