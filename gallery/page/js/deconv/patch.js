/** An image patch next to its reconstruction from one channel's activation. */
import { highest } from "../heat/heatmap.js";
import { html, named } from "../dom.js";
import { legend, ownScales } from "../parts/legend.js";
import { colors, show } from "../parts/paint.js";
import { sentence, titleOf } from "../values/images.js";
import { counted, cut, number, short } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("./unpack.js").Opened} Opened */

/** Scales to choose from. */
export const RECONSTRUCTION_SCALES = [{ name: "", label: "per image" }, { name: "layer", label: "per layer" }];

/**
 * @param {Context} context @param {Opened} opened @param {number} row @param {number} rank
 * @param {{ scale: string, room: number, still?: () => boolean }} how `room`: CSS pixels per patch; `still` returns
 * whether it is still needed
 */
export function pairTile(context, opened, row, rank, { scale, room, still = () => true }) {
  const { entry } = opened;
  const { position, peak, cell, box } = opened.place(row, rank);
  const picture = context.pictures[position];
  const [patch, drawn] = [html("canvas", { "aria-hidden": "true" }), html("canvas", { "aria-hidden": "true" })];
  context.painter.crop(patch, position, box, room);
  const [height, width] = [box[2] - box[0], box[3] - box[1]];
  show(drawn, new Uint8ClampedArray(4 * height * width), width, height, room);
  const reachWords = html("span", { class: "muted" });
  opened.values(row, rank).then((values) => {
    if (!still()) return;
    const own = highest(values);
    show(drawn, reconstructionColors(values, entry.depth, scale === "layer" ? entry.reach : own, entry.signed, context.ramps), width, height, room);
    reachWords.textContent = own ? `${entry.signed ? "±" : ""}${short(own)}` : "flat";
  });
  return html("a", {
    class: "deconv-pair", href: context.address("image", picture.id, { layer: entry.path, cell: cell.join(",") }), title: sentence(picture),
    "aria-label": `${number(peak)}: ${sentence(picture)}; strongest at row ${cell[0]}, column ${cell[1]}, with a receptive field of rows ${box[0]} to ${box[2] - 1}, columns ${box[1]} to ${box[3] - 1}`,
  },
  html("span", { class: "pair-maps" }, patch, drawn),
  html("span", { class: "deconv-words" }, html("span", {}, html("b", {}, number(peak)), " ", picture.right === false ? html("span", { class: "wrong" }, "wrong ") : null,
    named(cut(titleOf(picture), 20))), reachWords));
}

/** Why a channel has nothing to show. @param {import("../contract.js").Reconstructions} entry */
export function deadWords(entry) {
  return entry.extremes === "bottom" ? "The activation is 0 on the lowest images, so there is nothing to project back." : `Dead: 0 on all ${counted(entry.set, "image")}.`;
}

/**
 * A reconstruction's colors: by the ramp for grayscale images, each channel around mid-gray for color images.
 * @param {Float32Array} values @param {number} depth @param {number} reach @param {boolean} signed
 * @param {Ramps} ramps
 */
export function reconstructionColors(values, depth, reach, signed, ramps) {
  if (depth === 1) return colors(values, signed ? -reach : 0, reach, signed ? ramps.diverging : ramps.viridis);
  const out = new Uint8ClampedArray((4 * values.length) / depth);
  for (let p = 0; p < out.length / 4; p += 1) {
    for (let c = 0; c < 3; c += 1) out[4 * p + c] = 127.5 + (reach > 0 ? (127.5 * values[depth * p + c]) / reach : 0);
    out[4 * p + 3] = 255;
  }
  return out;
}

/** From black over mid-gray, which is zero, to white. */
const GRAYS = Uint8Array.from({ length: 3 * 255 }, (_, i) => Math.floor(i / 3) + (i >= 3 * 128 ? 1 : 0));

/** The legend text of a layer's reconstructions. @param {Context} context @param {import("../contract.js").Reconstructions} entry @param {string} scale */
export function reconstructionKey(context, entry, scale) {
  const ramps = entry.depth === 1 ? context.ramps : { viridis: GRAYS, diverging: GRAYS };
  const signed = entry.signed || entry.depth > 1;
  const color = entry.depth > 1 ? html("span", { class: "note" }, "red, green and blue shown separately; gray is zero") : null;
  if (scale === "layer") {
    const key = legend(ramps, entry.measures);
    key.set([signed ? -entry.reach : 0, entry.reach], signed, "per layer");
    return html("div", { class: "deconv-key" }, key.root, color);
  }
  return html("div", { class: "deconv-key" }, ownScales(ramps, signed),
    html("span", { class: "note" }, `${entry.measures}; the range of each is given below it, at most ${signed ? "±" : ""}${short(entry.reach)}`), color);
}
