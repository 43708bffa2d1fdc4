/** Measures of how two images, or two models, differ. Pure functions, no DOM. */
import { mean } from "../values/map-statistics.js";
import { ends } from "../values/color-scale.js";

/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("../values/images.js").Picture} Picture */

/** The measures of a channel's map. */
export const MEASURES = [{ name: "mean", label: "mean" }, { name: "max", label: "highest value" }];

/** One number a channel. @param {LayerMaps} maps @param {number} picture @param {string} by "mean" or "max" */
export function measured(maps, picture, by) {
  return Float64Array.from({ length: maps.channels }, (_, c) =>
    (by === "max" ? maps.range(picture, c)[1] : mean(maps.values(picture, c))));
}

/** Positions by the difference of two rows of numbers, largest first, ties in order. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function byDifference(a, b) {
  const apart = Array.from(a, (value, i) => Math.abs(value - b[i]));
  return apart.map((_, i) => i).sort((i, k) => apart[k] - apart[i] || i - k);
}

/** The ends of one scale for all channels of a layer and both images. @param {LayerMaps} maps @param {number} a @param {number} b @returns {[number, number]} */
export function sharedEnds(maps, a, b) {
  const [own, other] = [ends(maps, "picture", a, 0), ends(maps, "picture", b, 0)];
  return [Math.min(own[0], other[0]), Math.max(own[1], other[1])];
}

/** All activations of a layer for an image, in one row. @param {LayerMaps} maps @param {number} picture */
export function activationsOf(maps, picture) {
  const cells = maps.height * maps.width;
  const row = new Float32Array(maps.channels * cells);
  for (let c = 0; c < maps.channels; c += 1) row.set(maps.values(picture, c), c * cells);
  return row;
}

/** The cosine of the angle between two rows; null where one of them is all zeros. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function cosine(a, b) {
  let both = 0, own = 0, other = 0;
  for (let i = 0; i < a.length; i += 1) {
    both += a[i] * b[i];
    own += a[i] * a[i];
    other += b[i] * b[i];
  }
  return own > 0 && other > 0 ? Math.max(-1, Math.min(1, both / Math.sqrt(own * other))) : null;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The image to compare another with: for a mistake the most confident correct image of the predicted class, else the
 * next image.
 * @param {Picture[]} among at least two @param {Picture} picture
 */
export function counterpart(among, picture) {
  if (picture.right === false) {
    const models = among.filter((p) => p.right && p.labelIndex === picture.saidIndex);
    if (models.length) return models.reduce((best, p) => (p.sure > best.sure ? p : best));
  }
  const at = among.findIndex((p) => p.position === picture.position);
  return among[at + 1] ?? among[at === 0 ? 1 : at - 1];
}

/** The image to begin with: the most confident mistake, else the first. @param {Picture[]} among */
export function telling(among) {
  const wrong = among.filter((p) => p.right === false);
  return wrong.length ? wrong.reduce((best, p) => (p.sure > best.sure ? p : best)) : among[0];
}

/** An image is between two classes if their joint probability is at least this. */
const BETWEEN = 0.5;

/** The images between two classes, the closest decision first. @param {Picture[]} pictures @param {number} a @param {number} b */
export function between(pictures, a, b) {
  /** @param {Picture} p */
  const apart = (p) => Math.abs(p.probabilities[a] - p.probabilities[b]);
  return pictures.filter((p) => p.probabilities[a] + p.probabilities[b] >= BETWEEN).sort((p, q) => apart(p) - apart(q) || p.position - q.position);
}

/** The class that an image counts for: its label, else the predicted one. @param {Picture} picture */
export function classOf(picture) {
  return picture.labelIndex ?? picture.saidIndex;
}

/**
 * The mean of some images, in unit pixels; null without images.
 * @param {(position: number, out: Float32Array) => Float32Array} unit @param {Picture[]} some @param {number} size
 */
export function meanPicture(unit, some, size) {
  if (!some.length) return null;
  const sum = new Float64Array(size);
  const one = new Float32Array(size);
  for (const picture of some) {
    unit(picture.position, one);
    for (let i = 0; i < size; i += 1) sum[i] += one[i];
  }
  return sum.map((value) => value / some.length);
}

/**
 * The images with different predictions, by which model is right; the most confident disagreements first.
 * @param {Picture[]} first @param {Picture[]} second predictions of the other model for the same images
 * @returns {Record<string, number[]>} positions
 */
export function tally(first, second) {
  /** @type {Record<string, number[]>} */
  const found = { differ: [], both: [], a: [], b: [], neither: [] };
  /** @param {number} i */
  const sure = (i) => Math.min(first[i].sure, second[i].sure);
  first.forEach((own, i) => {
    const other = second[i];
    if (own.saidIndex !== other.saidIndex) found.differ.push(i);
    if (own.right !== null) found[own.right ? (other.right ? "both" : "a") : other.right ? "b" : "neither"].push(i);
  });
  for (const name of ["differ", "a", "b", "neither"]) found[name].sort((i, k) => sure(k) - sure(i) || i - k);
  return found;
}
