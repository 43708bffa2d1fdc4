/** Grad-CAM as a heatmap. */
import { named } from "../dom.js";
import { gradCam } from "../engine/gradcam.js";
import { plant } from "../engine/score.js";
import { computable, isSpatial } from "../values/live-maps.js";
import { cut, number } from "../words.js";
import { highest, whereabouts } from "./heatmap.js";
import { upsample } from "./upsample.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../contract.js").Manifest} Manifest */

/** Layers whose maps only summarize those of the layer before. */
const POOLING = new Set(["AveragePooling2D", "Dropout", "MaxPooling2D", "SpatialDropout2D"]);

/**
 * The target layers of Grad-CAM, and the default one: the last map that depends on a convolution.
 * @param {import("../engine/network.js").Network} net @param {Manifest} manifest @param {import("../contract.js").Layer[]} cards
 * @returns {{ paths: string[], usual: string | null }}
 */
export function camLayers(net, manifest, cards) {
  const paths = computable(manifest, cards.map((card) => card.path)).filter((path) => isSpatial(net.shape(path)));
  return { paths, usual: lastMap(cards.filter((card) => paths.includes(card.path)), (card) => net.shape(card.path)) ?? paths[paths.length - 1] ?? null };
}

/**
 * The last layer with maps that a convolution computes, as in cnnviz/attribution; null if there is none.
 * @param {import("../contract.js").Layer[]} cards of layers with maps, in the model's order @param {(card: import("../contract.js").Layer) => number[]} shapeOf
 * @returns {string | null}
 */
export function lastMap(cards, shapeOf) {
  const first = cards.findIndex((card) => card.kind.includes("Conv"));
  if (first < 0) return null;
  const found = cards.slice(first).reverse().find((card) => {
    const [rows, columns] = shapeOf(card);
    return rows * columns > 1 && !POOLING.has(card.kind);
  });
  return found?.path ?? null;
}

/**
 * @param {import("../engine/network.js").Network} net
 * @param {number} height @param {number} width of the image
 * @param {(i: number) => string} nameOf
 */
export function camHeat(net, height, width, nameOf) {
  const seed = new Float32Array(net.logits.length);
  let path = "";
  let [rows, columns] = [1, 1];
  let cam = new Float32Array(1);
  let target = 0;
  const place = () => whereabouts(cam, rows, columns);
  return {
    name: "cam", title: "Grad-CAM", unit: "evidence for the score", signed: false, fine: false, known: true,
    extent: /** @type {[number, number]} */ ([1, 1]),
    get rows() { return rows; },
    get columns() { return columns; },
    get values() { return cam; },
    /** Select the target layer. @param {string} layer */
    at(layer) {
      if (layer === path) return;
      path = layer;
      [rows, columns] = net.shape(path);
      cam = new Float32Array(rows * columns);
    },
    /** Explain a class, after a run. @param {number} wanted */
    compute(wanted) {
      target = wanted;
      seed.fill(0);
      plant(seed, target, 1);
      gradCam(net, path, seed, cam);
    },
    /** @param {Float32Array} out */
    smooth: (out) => upsample(cam, rows, columns, out, height, width),
    /** @param {boolean} smooth */
    grain: (smooth) => `${rows}×${columns} cells of ${cut(path, 24)}, ${smooth ? `interpolated to ${height}×${width} (adds no detail)` : "not smoothed"}`,
    words: () => ["Grad-CAM for ", named(cut(nameOf(target), 40)), ". ",
      isFlatHeatmap(cam) ? cam[0] ? `It is ${number(cam[0])} everywhere.` : "There is no evidence for it."
        : `Strongest ${place()}, ${number(highest(cam))}.`],
    label: () => `Grad-CAM for ${nameOf(target)}${isFlatHeatmap(cam) ? cam[0] ? ", the same everywhere" : ", zero everywhere" : `, strongest ${place()}`}`,
    numbers: () => [{ title: "Evidence for the score", values: cam }],
  };
}
