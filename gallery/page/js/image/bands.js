/** Every band of an image, one by one in gray; null for images that are drawn whole. */
import { html } from "../dom.js";
import { capital } from "../words.js";

/** The most CSS pixels of a band. */
const ROOM = 132;

/** @param {import("../types.js").Context} context */
export function bandStrip({ data, painter }) {
  const { bands, channels } = data.pictures;
  if (!bands) return null;
  const canvases = Array.from({ length: channels }, () => html("canvas", { role: "img" }));
  const root = html("section", { class: "bands" },
    html("h2", {}, "Bands"), html("p", { class: "note" }, `${capital(bands.words)}.`),
    html("div", { class: "band-row" }, canvases.map((canvas, band) =>
      html("figure", {}, canvas, html("figcaption", { class: bands.channels.includes(band) ? "drawn" : "" }, `band ${band + 1}`)))));
  return {
    root,
    /** @param {number} position @param {string} words the image's name */
    set(position, words) {
      canvases.forEach((canvas, band) => {
        painter.band(canvas, position, band, ROOM);
        canvas.setAttribute("aria-label", `Band ${band + 1} of ${words}`);
      });
    },
  };
}
