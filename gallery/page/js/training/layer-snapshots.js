/** The kernels and activations of each layer in one snapshot, on one scale over all snapshots. */
import { html, named } from "../dom.js";
import { legend } from "../parts/legend.js";
import { counted, cut, number, shape } from "../words.js";
import { mosaic } from "./map-mosaic.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("./snapshots.js").Film} Film */
/** @typedef {import("../contract.js").Training["kernels"][number]} KernelSnapshots */
/** @typedef {import("../contract.js").Training["maps"][number]} MapSnapshots */
/** @typedef {{ root: HTMLElement, show: (moment: number, picture: number) => void }} Block */

/** Height of a unit relative to its width: a row of units is a map with one row. */
export const UNIT = 3;

/** Kernels with more cells than this are drawn larger, with fewer per row. */
const LARGE = 14;

/** The layout of kernels: one row per filter if each reads many inputs, else filter after filter. @param {KernelSnapshots} one */
export function kernelColumns(one) {
  return one.inputs > 3 ? one.inputs : one.width > LARGE ? 8 : 16 - (16 % one.inputs);
}

/** The displayed part of a layer's kernels, in words. @param {KernelSnapshots} one */
export function kernelWords(one) {
  const noun = one.kind === "Dense" ? "unit" : "filter";
  const few = one.filters < one.of_filters ? `the first ${one.filters} of ${counted(one.of_filters, noun)}` : counted(one.filters, noun);
  if (one.matrix) return `${few} across, ${one.inputs < one.of_inputs ? `the first ${one.inputs} of ` : ""}${counted(one.of_inputs, "input")} down`;
  const size = `${shape(one.shape)} weights${one.shape[0] > one.height ? `, block means at ${shape([one.height, one.width])}` : ""}`;
  if (one.of_inputs === 1) return `${few}, ${size}`;
  const inputs = one.inputs < one.of_inputs ? `the first ${one.inputs} of ${counted(one.of_inputs, "input channel")}` : `${counted(one.inputs, "input channel")}`;
  return one.inputs > 3 ? `${few}, one per row, ${size} on ${inputs}` : `${few}, ${size} on each of ${inputs}`;
}

/** The displayed part of a layer's activations, in words. @param {MapSnapshots} one */
export function mapWords(one) {
  const noun = one.units ? "unit" : "channel";
  const few = one.channels < one.of_channels ? `the first ${one.channels} of ${counted(one.of_channels, noun)}` : counted(one.channels, noun);
  if (one.units) return few;
  return `${few}, ${shape(one.shape)} cells${one.shape[0] > one.height ? `, block means at ${shape([one.height, one.width])}` : ""}`;
}

/** The color range of a layer, the same for all snapshots. @param {MapSnapshots} one @returns {[number, number]} */
export function mapEnds(one) {
  if (one.low >= 0) return [0, one.high];
  const reach = Math.max(-one.low, one.high);
  return [-reach, reach];
}

/** @param {Film} film @param {Ramps} ramps @returns {Block[]} */
export function kernelBlocks(film, ramps) {
  return film.entry.kernels.map((one, /** @type {number} */ layer) => {
    const tiles = mosaic({ height: one.height, width: one.width, columns: kernelColumns(one), most: one.matrix ? 320 : one.height > 7 ? 76 : 34 });
    const key = legend(ramps, "weight");
    key.set([-one.reach, one.reach], true, "one scale for the layer over all snapshots");
    return block(one.path, kernelWords(one), tiles.root, key.root, (moment) => {
      const values = Array.from({ length: one.tiles }, (_, k) => film.kernel(layer, moment, k));
      const [low, high] = extent(values);
      tiles.paint(values, [-one.reach, one.reach], ramps.diverging, `Weights of ${one.path}: from ${number(low)} to ${number(high)}`);
    });
  });
}

/** @param {Film} film @param {Ramps} ramps @returns {Block[]} */
export function mapBlocks(film, ramps) {
  return film.entry.maps.map((one, /** @type {number} */ layer) => {
    const tiles = mosaic({ height: one.height, width: one.width, columns: 8, most: one.units ? 12 * one.width : 76, tall: one.units ? UNIT : 1 });
    const ends = mapEnds(one);
    const signed = one.low < 0;
    const key = legend(ramps);
    key.set(ends, signed, "one scale for the layer over all images and snapshots");
    return block(one.path, mapWords(one), tiles.root, key.root, (moment, picture) => {
      const values = Array.from({ length: one.tiles }, (_, k) => film.map(layer, moment, picture, k));
      const [low, high] = extent(values);
      const range = high === 0 && low === 0 ? ", flat" : `: from ${number(low)} to ${number(high)}`;
      tiles.paint(values, ends, signed ? ramps.diverging : ramps.viridis, `Activations of ${one.path}${range}`);
    });
  });
}

/** @param {string} path @param {string} words @param {HTMLElement} body @param {HTMLElement} key @param {(moment: number, picture: number) => void} show @returns {Block} */
function block(path, words, body, key, show) {
  return { root: html("figure", { class: "moment-layer" }, html("figcaption", {}, html("b", {}, named(cut(path, 40))), html("span", { class: "aside" }, words)), body, key), show };
}

/** @param {ArrayLike<number>[]} tiles */
function extent(tiles) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of tiles) {
    for (let i = 0; i < values.length; i += 1) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return [low, high];
}
