/** Each channel's mean activation over the images of a class: packed by Python, or computed from the images of the page. */
import { MOST_SURVEYED } from "../values/live-maps.js";
import { floats } from "../values/unpack.js";
import { classOf, measured } from "./difference.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

/**
 * @typedef {object} Profile
 * @property {number} pictures number of images in the mean @property {Map<string, ArrayLike<number>>} rows one number
 * per channel, by layer
 */

/**
 * @param {import("../types.js").With<"compare">} context
 * @param {(blob: number) => Promise<Uint8Array>} bytes
 * @param {LayerMaps[]} layers whose maps the page has
 * @returns {{ paths: string[], of: (number: number) => Promise<Profile | null> }} null where there is nothing to go by,
 *   or too much to compute
 */
export function profiles(context, bytes, layers) {
  const packed = context.data.sections.compare.profiles;
  if (packed) {
    return {
      paths: context.data.model.layers.map((layer) => layer.path).filter((/** @type {string} */ path) => path in packed.layers),
      async of(number) {
        if (!packed.counts[number]) return null;
        /** @type {Map<string, ArrayLike<number>>} */
        const rows = new Map();
        for (const [path, blob] of Object.entries(packed.layers)) {
          const all = floats(await bytes(/** @type {number} */ (blob)));
          const channels = all.length / packed.counts.length;
          rows.set(path, all.subarray(number * channels, (number + 1) * channels));
        }
        return { pictures: packed.counts[number], rows };
      },
    };
  }
  /** @type {Map<number, Promise<Profile | null>>} */
  const known = new Map();
  return {
    paths: layers.map((maps) => maps.path),
    of(number) {
      let found = known.get(number);
      if (!found) known.set(number, (found = computed(context, layers, number)));
      return found;
    },
  };
}

/** @param {import("../types.js").With<"compare">} context @param {LayerMaps[]} layers @param {number} number @returns {Promise<Profile | null>} */
async function computed(context, layers, number) {
  const some = context.pictures.filter((p) => classOf(p) === number && layers.every((maps) => maps.has(p.position)));
  if (!some.length || some.length > MOST_SURVEYED) return null;
  const sums = layers.map((maps) => new Float64Array(maps.channels));
  for (const picture of some) {
    // One image at a time through all layers, so that the network runs once per image.
    await new Promise((go) => setTimeout(go, 0));
    layers.forEach((maps, i) => measured(maps, picture.position, "mean").forEach((value, c) => { sums[i][c] += value / some.length; }));
  }
  return { pictures: some.length, rows: new Map(layers.map((maps, i) => [maps.path, sums[i]])) };
}
