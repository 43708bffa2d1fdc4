/** The stored heatmaps of one image over its original, at the size and in the shape of the file. */
import { html, named, replace } from "../dom.js";
import { highest } from "../heat/heatmap.js";
import { veilColors } from "../heat/overlay.js";
import { reachOf } from "./stored-heatmaps.js";
import { isFlatHeatmap } from "../values/signal.js";
import { cut } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */
/** @typedef {NonNullable<import("../contract.js").Heatmaps["originals"]>[number]} Original */

/**
 * The section of a page that has originals; null for any other.
 * @param {Context} context @param {Stored[]} all @param {(blob: number) => Promise<Uint8Array>} bytes
 */
export function originals({ data, ramps }, all, bytes) {
  const entry = data.sections.heatmaps;
  const held = entry?.originals;
  if (!entry || !held || !all.length) return null;
  const made = all.map((one) => {
    const picture = html("canvas", { class: "shrunk", "aria-hidden": "true" });
    const veil = html("canvas", { class: "veil", "aria-hidden": "true" });
    const root = html("div", { class: "overlaid original", role: "img" }, picture, veil);
    const target = html("p", { class: "heat-target" }, "for ", html("b", {}, named(cut(one.how.target, 48))));
    return { one, picture, veil, root, figure: html("figure", { class: "heat" },
      html("figcaption", { class: "heat-head" }, html("h3", {}, one.how.title), target), root) };
  });
  const size = html("p", { class: "note" });
  const root = html("section", { class: "originals", "aria-label": "Heatmaps over the original" },
    html("div", { class: "heat-intro" }, html("h2", {}, "Over the original"), size),
    html("div", { class: "original-row" }, made.map(({ figure }) => figure)));
  let current = -1;

  /** @param {number} position */
  const originalOf = (position) => held[entry.pictures ? entry.pictures.indexOf(position) : position];

  /** @param {Original} original */
  async function decoded({ blob }) {
    const content = /** @type {Uint8Array<ArrayBuffer>} */ (await bytes(blob));
    return createImageBitmap(new Blob([content], { type: "image/jpeg" }));
  }

  return {
    root,
    /** @param {number} position @param {Record<string, string>} selection @param {string} words the image's name */
    async set(position, selection, words) {
      const original = originalOf(position);
      root.hidden = !original;
      if (!original) return;
      const { height, width, span: [top, left, down, across] } = original;
      for (const { one, veil, root: stage } of made) {
        const values = one.values(position);
        const { height: rows, width: columns } = one.maps;
        const above = new ImageData(columns, rows);
        const reach = reachOf(all, one, position, selection.scale ?? "").reach ?? (isFlatHeatmap(values) ? 0 : highest(values));
        veilColors(values, reach, one.how.signed, one.how.signed ? ramps.diverging : ramps.viridis, above.data, selection.as === "map");
        Object.assign(veil, { width: columns, height: rows });
        /** @type {CanvasRenderingContext2D} */ (veil.getContext("2d")).putImageData(above, 0, 0);
        Object.assign(veil.style, { top: `${100 * top}%`, left: `${100 * left}%`, height: `${100 * down}%`, width: `${100 * across}%` });
        stage.setAttribute("aria-label", `${words}, the original of ${height} by ${width} pixels: ${one.how.title} for ${one.how.target}`);
      }
      if (current === position) return;
      current = position;
      const bitmap = await decoded(original);
      if (current !== position) return bitmap.close();
      replace(size, `The image file, ${width}×${height} pixels`, bitmap.width < width ? `, shown with ${bitmap.width}×${bitmap.height}` : "",
        down < 1 || across < 1 ? ". The model saw the part under the map." : ".");
      for (const { picture, root: stage } of made) {
        Object.assign(picture, { width: bitmap.width, height: bitmap.height });
        /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d")).drawImage(bitmap, 0, 0);
        stage.style.maxWidth = `${Math.max(width, 280)}px`;
        stage.dataset.drawn = String(position);
      }
      bitmap.close();
    },
  };
}
