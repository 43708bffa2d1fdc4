/**
* The source of maps. Pages know only a provider and the maps that it opens, so an engine that computes maps live
 * can replace the stored ones.
 */
import { levels } from "./quantize.js";
import { floats } from "./unpack.js";

/**
 * The maps of one layer for all images.
 * @typedef {object} LayerMaps
 * @property {string} path
 * @property {number} pictures number of images with maps @property {number[]} positions of these images @property
 * {(picture: number) => boolean} has whether it has maps of this image @property {Overall} [overall] ranges over a
 * whole set of images
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {boolean} signed whether any value is negative
 * @property {boolean} spatial maps (true) or a row of units (false, height and width are 1)
 * @property {(picture: number, channel: number) => Float32Array} values row by row
 * @property {(picture: number, channel: number) => [number, number]} range lowest and highest value, exact
 * @property {Live} [live] for maps computed in the page
 */

/**
 * The range of each channel over a whole set of images, computed in Python.
 * @typedef {object} Overall
 * @property {number} pictures how many
 * @property {Float32Array} low
 * @property {Float32Array} high
 */

/**
 * Properties of computed maps that need a scan of all images.
 * @typedef {object} Live
 * @property {boolean} ready whether the scan is complete @property {Promise<void> | null} whenReady null if there are
 * too many images
 * @property {() => number[]} dead channels that are flat at one value for all images
 * @property {() => number[]} [silent] the earlier name of ``dead``
 */

/**
 * @typedef {object} MapProvider
 * @property {string[]} layers the layers with maps, in the model's order @property {number[] | null} mapped positions
 * of the images with maps; null for all
 * @property {(path: string) => Promise<LayerMaps>} open
 */

/** @typedef {{path: string, blob: number, pictures: number, height: number, width: number, channels: number,
 *   signed: boolean, spatial: boolean}} StoredMaps */

/**
 * A provider of stored maps.
 * @param {StoredMaps[]} stored
 * @param {(blob: number) => Promise<Uint8Array>} bytes
 * @param {number[] | null} mapped positions of the images with maps, if not all @returns {MapProvider}
 */
export function storedMaps(stored, bytes, mapped) {
  /** @type {Map<string, Promise<LayerMaps>>} */
  const opened = new Map();
  return {
    mapped,
    layers: stored.map((entry) => entry.path),
    open(path) {
      let maps = opened.get(path);
      if (!maps) {
        const entry = stored.find((candidate) => candidate.path === path);
        if (!entry) return Promise.reject(new Error(`no maps of layer ${path} in this page`));
        maps = bytes(entry.blob).then((raw) => unpacked(entry, raw, mapped));
        opened.set(path, maps);
      }
      return maps;
    },
  };
}

/** @param {StoredMaps} entry @param {Uint8Array} raw @param {number[] | null} [mapped] @returns {LayerMaps} */
export function unpacked(entry, raw, mapped = null) {
  const { path, pictures, height, width, channels, signed, spatial } = entry;
  const count = pictures * channels;
  const places = mapped && new Map(mapped.map((position, place) => [position, place]));
  /** @param {number} picture @param {number} channel */
  const mapOf = (picture, channel) => (places ? (places.get(picture) ?? NaN) : picture) * channels + channel;
  const cells = height * width;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  /** @param {number} map @returns {[number, number]} */
  const range = (map) => [view.getFloat32(4 * map, true), view.getFloat32(4 * (count + map), true)];
  return {
    path, pictures, height, width, channels, signed, spatial,
    positions: mapped ?? Array.from({ length: pictures }, (_, i) => i),
    has: (picture) => (places ? places.has(picture) : picture >= 0 && picture < pictures),
    range: (picture, channel) => range(mapOf(picture, channel)),
    values(picture, channel) {
      const map = mapOf(picture, channel);
      const table = levels(...range(map));
      const first = 8 * count + map * cells;
      const values = new Float32Array(cells);
      for (let i = 0; i < cells; i += 1) values[i] = table[raw[first + i]];
      return values;
    },
  };
}

/** The number of images behind a statement about all. @param {LayerMaps} maps */
export function pool(maps) {
  return maps.overall?.pictures ?? maps.pictures;
}

/**
 * The same maps with the range of each channel over a whole set of images.
 * @param {MapProvider} provider
 * @param {Record<string, { pictures: number, blob: number }>} overall by layer
 * @param {(blob: number) => Promise<Uint8Array>} bytes
 * @returns {MapProvider}
 */
export function withOverall(provider, overall, bytes) {
  return {
    ...provider,
    async open(path) {
      const maps = await provider.open(path);
      const entry = overall[path];
      if (entry && !maps.overall) {
        const reach = floats(await bytes(entry.blob));
        maps.overall = { pictures: entry.pictures, low: reach.subarray(0, maps.channels), high: reach.subarray(maps.channels) };
      }
      return maps;
    },
  };
}
