/** Heatmaps computed in Python: raw, at their own resolution, with their settings. */
import { named } from "../dom.js";
import { unpacked } from "../values/map-provider.js";
import { floats } from "../values/unpack.js";
import { apart, cut, number, shape } from "../words.js";
import { highest, whereabouts } from "./heatmap.js";
import { upsample } from "./upsample.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../types.js").ModelData} ModelData */

/** @typedef {import("../contract.js").Heatmaps["made"][number]} How */

/**
 * The maps of one method, layer and target, for all images that have one.
 * @typedef {object} Stored
 * @property {string} key in addresses @property {How} how it was made
 * @property {import("../values/map-provider.js").LayerMaps} maps with one channel
 * @property {(position: number) => number} score of the target, for an image
 * @property {(position: number) => number | null} explains the class of the score
 * @property {(position: number) => Float32Array} values of an image's map, row by row
 * @property {number} reach the largest absolute value over all images
 */

/** All stored heatmaps, in the order of the request. @param {ModelData} data @param {(blob: number) => Promise<Uint8Array>} bytes @returns {Promise<Stored[]>} */
export async function storedHeats(data, bytes) {
  const entry = data.sections.heatmaps;
  if (!entry) return [];
  const count = entry.pictures?.length ?? data.pictures.count;
  return Promise.all(entry.made.map(async (how) => {
    const [raw, packedScores] = await Promise.all([bytes(how.blob), bytes(how.answers)]);
    return stored(how, raw, packedScores, count, entry.pictures);
  }));
}

/** @param {How} how @param {Uint8Array} raw @param {Uint8Array} packedScores @param {number} count @param {number[] | null} pictures @returns {Stored} */
export function stored(how, raw, packedScores, count, pictures) {
  const { height, width, signed } = how;
  const maps = unpacked({ path: how.key, blob: how.blob, pictures: count, height, width, channels: 1, signed, spatial: true }, raw, pictures);
  const scores = floats(packedScores.subarray(0, 4 * count));
  const view = new DataView(packedScores.buffer, packedScores.byteOffset, packedScores.byteLength);
  const places = pictures && new Map(pictures.map((position, place) => [position, place]));
  /** @param {number} position */
  const placeOf = (position) => (places ? (places.get(position) ?? NaN) : position);
  let reach = 0;
  for (const position of maps.positions) {
    const [low, high] = maps.range(position, 0);
    reach = Math.max(reach, -low, high);
  }
  return {
    key: how.key, how, maps, reach,
    score: (position) => scores[placeOf(position)],
    explains: (position) => (how.classes ? view.getUint32(4 * (count + placeOf(position)), true) : null),
    values: (position) => maps.values(position, 0),
  };
}

/** The stored heatmap that an address names; null for none. @param {Stored[]} all @param {string | undefined} key */
export function storedNamed(all, key) {
  return all.find((one) => one.key === key) ?? null;
}

/** The name of a heatmap in a list. @param {Stored} one @param {Stored[]} all */
export function storedName({ key, how }, all) {
  const twin = all.some((other) => other.key !== key && other.how.title === how.title && other.how.target === how.target);
  return `${how.title} · ${how.target}${twin ? ` · ${how.layers.join(" + ")}` : ""}`;
}

/**
 * A stored heatmap as a Heat, for one image at a time.
 * @param {Stored} one @param {number} height @param {number} width of the image
 */
export function storedHeat(one, height, width) {
  const { how, maps } = one;
  const fine = maps.height === height && maps.width === width;
  const place = how.layers.length ? ` of ${how.layers.map((/** @type {string} */ path) => cut(path, 24)).join(" + ")}` : "";
  /** @type {Float32Array} */
  let values = new Float32Array(maps.height * maps.width);
  const where = () => whereabouts(values, maps.height, maps.width);
  return {
    name: one.key, title: how.title, unit: how.measures, signed: how.signed, fine, known: true,
    extent: /** @type {[number, number]} */ ([1, 1]),
    rows: maps.height, columns: maps.width,
    get values() { return values; },
    /** @param {number} position */
    at(position) { values = one.values(position); },
    /** @param {Float32Array} out */
    smooth: (out) => upsample(values, maps.height, maps.width, out, height, width),
    /** @param {boolean} smooth */
    grain: (smooth) => (fine ? `${shape([height, width])} cells, one per pixel`
      : `${shape([maps.height, maps.width])} cells${place}, ${smooth ? `interpolated to ${shape([height, width])} (adds no detail)` : "not smoothed"}`),
    words: () => (isFlatHeatmap(values) ? [values[0] ? `It is ${number(values[0])} everywhere.` : "It is zero everywhere."]
      : [`Strongest ${where()}, ${number(strongest(values))}.`]),
    label: () => `${how.title} for ${apart(how.target)}${isFlatHeatmap(values) ? ", the same everywhere" : `, strongest ${where()}`}`,
    numbers: () => [{ title: how.measures, values }],
    target: () => named(cut(how.target, 48)),
  };
}

/** The value farthest from zero, with its sign. @param {Float32Array} values */
export function strongest(values) {
  const most = highest(values);
  return values.includes(most) ? most : -most;
}
