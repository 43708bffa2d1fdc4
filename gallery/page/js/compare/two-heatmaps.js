/** One method's heatmaps for two classes. */
import { highest } from "../heat/heatmap.js";

/** @typedef {import("../heat/stored.js").Stored} Stored */

/** The maps of each method for A and for B: they are stored in that order. @param {Stored[]} all @returns {[Stored, Stored][]} */
export function coupled(all) {
  return Array.from({ length: Math.floor(all.length / 2) }, (_, i) => [all[2 * i], all[2 * i + 1]]);
}

/** The three maps of an image and their color range. @param {[Stored, Stored]} couple @param {number} position @param {boolean} together */
export function mapsOf(couple, position, together) {
  const [a, b] = couple.map((one) => one.values(position));
  const gap = a.map((value, i) => value - b[i]);
  const reach = together ? Math.max(couple[0].reach, couple[1].reach, furthest(couple)) : Math.max(highest(a), highest(b), highest(gap));
  return { maps: [a, b, gap], reach };
}

/** The largest difference between the two maps of an image, over all images. @param {[Stored, Stored]} couple */
export function furthest(couple) {
  return Math.max(0, ...couple[0].maps.positions.map((position) => {
    const [a, b] = couple.map((one) => one.values(position));
    return highest(a.map((value, i) => value - b[i]));
  }));
}
