/** A channel's responses over many images: packed by Python, or computed from the images of the page. */
import { gridded } from "./histogram-bins.js";
import { isFlat } from "../values/signal.js";
import { bytes } from "../values/unpack.js";

/** @typedef {import("../types.js").ModelData} ModelData */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {{ position: number, cell: number, value: number }} Place an image, the cell of its highest value, that value */

/**
 * @typedef {object} ChannelResponses
 * @property {number} low the lowest of the images' highest values
 * @property {number} high the highest
 * @property {number} lowTies images whose highest value is exactly the lowest one
 * @property {number} highTies
 * @property {number} start of the first bin
 * @property {number} width of each bin
 * @property {number[]} bins number of images whose highest value is in each bin, up to the last one in use
 * @property {Place[]} top the images that activate it most, the strongest first
 * @property {Place[]} bottom those that activate it least
 * @property {number | null} active share of cells that are not zero, if known
 * @property {number} flat share of images whose map is flat
 * @property {{ index: number, mean: number }[]} profile mean value by class, the highest first; NaN for a class without images
 */

/**
 * @typedef {object} Responses
 * @property {number} pictures number of images
 * @property {boolean} whole whether they are from a whole set in Python, not only from the images of this page
 * @property {number} classes number of classes of the model; profiles may hold only the highest
 * @property {number[]} counts number of these images per class
 * @property {"label" | "predicted" | null} by whether profiles are by label or by prediction
 * @property {(channel: number) => ChannelResponses} of
 */

const PICTURES = 9;

/** Python's responses of a layer's channels; null if there are none. @param {ModelData} data @param {string} path @returns {Promise<Responses | null>} */
export async function responsesOfSet(data, path) {
  const { by, counts, layers } = data.sections.channel ?? { by: null, counts: [], layers: {} };
  const entry = layers[path];
  return entry ? unpacked(await bytes(entry.blob), entry, by, counts) : null;
}

/**
 * The same or, without a set, the responses to the images of the page; null if these are too few or too many.
 * @param {ModelData} data @param {string} path @param {LayerMaps | null} maps
 * @returns {Promise<Responses | null>}
 */
export async function responsesTo(data, path, maps) {
  const packed = await responsesOfSet(data, path);
  if (packed) return packed;
  if (!maps || maps.positions.length < 2) return null;
  if (maps.live) {
    if (!maps.live.whenReady) return null;
    await maps.live.whenReady;
  }
  return found(maps);
}

/**
 * @param {Uint8Array} raw @param {{ pictures: number, channels: number, bins: number, kept: number, classes: number, of: number }} entry
 * @param {Responses["by"]} by @param {number[]} counts images of each class
 * @returns {Responses}
 */
export function unpacked(raw, entry, by, counts) {
  const { pictures, channels, bins, kept, classes } = entry;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  let at = 0;
  /** The next array, with `each` numbers per channel. @param {number} each @param {boolean} whole */
  const next = (each, whole) => {
    const from = at;
    at += 4 * each * channels;
    /** @param {number} channel @param {number} [i] */
    return (channel, i = 0) => {
      const place = from + 4 * (channel * each + i);
      return whole ? view.getUint32(place, true) : view.getFloat32(place, true);
    };
  };
  const low = next(1, false), high = next(1, false), active = next(1, false), flat = next(1, false);
  const lowTies = next(1, true), highTies = next(1, true);
  const start = next(1, false), width = next(1, false), binned = next(bins, true);
  const ends = [0, 1].map(() => ({ position: next(kept, true), cell: next(kept, true), value: next(kept, false) }));
  const index = next(classes, true), mean = next(classes, false);
  return {
    pictures, by, counts, whole: true, classes: entry.of,
    of: (channel) => {
      const [top, bottom] = ends.map((end) => row(kept, (i) => (
        { position: end.position(channel, i), cell: end.cell(channel, i), value: end.value(channel, i) })));
      return {
        top, bottom, low: low(channel), high: high(channel), active: active(channel), flat: flat(channel),
        lowTies: lowTies(channel), highTies: highTies(channel), start: start(channel), width: width(channel),
        bins: row(Math.min(bins, Math.floor((high(channel) - start(channel)) / width(channel)) + 1), (i) => binned(channel, i)),
        profile: row(classes, (i) => ({ index: index(channel, i), mean: mean(channel, i) })),
      };
    },
  };
}

/** The same, over the images that have maps. @param {LayerMaps} maps @returns {Responses} */
export function found(maps) {
  const { positions } = maps;
  return {
    pictures: positions.length, whole: false, classes: 0, by: null, counts: [],
    of(channel) {
      const peaks = positions.map((position) => maps.range(position, channel)[1]);
      const ranked = row(peaks.length, (i) => i).sort((a, b) => peaks[b] - peaks[a] || a - b);
      const low = peaks[ranked[ranked.length - 1]], high = peaks[ranked[0]];
      const least = [...ranked].sort((a, b) => peaks[a] - peaks[b] || a - b);
      const kept = Math.min(PICTURES, Math.floor(peaks.length / 2));
      /** @param {number} i @returns {Place} */
      const place = (i) => {
        const values = maps.values(positions[i], channel);
        return { position: positions[i], cell: values.indexOf(values.reduce((a, b) => Math.max(a, b))), value: peaks[i] };
      };
      return {
        low, high, active: null, profile: [], ...gridded(peaks, low, high),
        flat: positions.filter((position) => isFlat(maps, position, channel)).length / positions.length,
        lowTies: peaks.filter((peak) => peak === low).length, highTies: peaks.filter((peak) => peak === high).length,
        top: ranked.slice(0, kept).map(place), bottom: least.slice(0, kept).map(place),
      };
    },
  };
}

/** @template T @param {number} count @param {(i: number) => T} make @returns {T[]} */
function row(count, make) {
  return Array.from({ length: count }, (_, i) => make(i));
}
