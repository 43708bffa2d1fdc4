/** The maximized images of a layer, computed in Python. */
import { pictureColors } from "../parts/paint.js";
import { bytes } from "../values/unpack.js";

/** @typedef {import("../types.js").ModelData} ModelData */

/**
 * @typedef {object} Made
 * @property {import("../contract.js").Maximized["layers"][number]} entry as packed
 * @property {(unit: number) => number} rowOf -1 for a unit without one
 * @property {(row: number, restart?: number) => Promise<Uint8ClampedArray<ArrayBuffer>>} colors RGBA of an image
 */

/**
 * @param {ModelData} data @param {string} path @param {boolean} [control] of the network with random weights
 * @returns {Made | null}
 */
export function madeFor(data, path, control = false) {
  const entry = data.sections.maximized?.layers.find((one) => one.path === path && one.control === control);
  if (!entry) return null;
  const rows = new Map(entry.units.map((/** @type {number} */ unit, /** @type {number} */ row) => [unit, row]));
  const size = entry.height * entry.width * entry.depth;
  return {
    entry,
    rowOf: (unit) => rows.get(unit) ?? -1,
    async colors(row, restart = 0) {
      const from = (row * entry.restarts + restart) * size;
      return pictureColors((await bytes(entry.pixels)).subarray(from, from + size), entry.depth);
    },
  };
}
