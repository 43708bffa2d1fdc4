/**
 * Where maps come from. Pages know only a provider and the maps that it opens, so an engine that computes them live
 * can take the place of the stored ones.
 */
import { levels } from "./quantise.js";

/**
 * The maps of one layer for all pictures.
 * @typedef {object} LayerMaps
 * @property {string} path
 * @property {number} pictures
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {boolean} signed whether any value is negative
 * @property {boolean} spatial maps (true) or a row of units (false, height and width are 1)
 * @property {(picture: number, channel: number) => Float32Array} values row by row
 * @property {(picture: number, channel: number) => [number, number]} range lowest and highest value, exact
 * @property {Live} [live] of maps that are computed in the page
 */

/**
 * What is known of maps that are computed in the page only when all pictures have been seen.
 * @typedef {object} Live
 * @property {boolean} ready whether they have
 * @property {Promise<void> | null} whenReady null where there are too many of them
 * @property {() => number[]} silent channels that are flat for all pictures
 */

/**
 * @typedef {object} MapProvider
 * @property {string[]} layers the layers that it has maps of, in the model's order
 * @property {(path: string) => Promise<LayerMaps>} open
 */

/** @typedef {{path: string, blob: number, pictures: number, height: number, width: number, channels: number,
 *   signed: boolean, spatial: boolean}} StoredMaps */

/**
 * A provider of the maps that are stored in the page.
 * @param {StoredMaps[]} stored
 * @param {(blob: number) => Promise<Uint8Array>} bytes
 * @returns {MapProvider}
 */
export function storedMaps(stored, bytes) {
  /** @type {Map<string, Promise<LayerMaps>>} */
  const opened = new Map();
  return {
    layers: stored.map((entry) => entry.path),
    open(path) {
      let maps = opened.get(path);
      if (!maps) {
        const entry = stored.find((candidate) => candidate.path === path);
        if (!entry) return Promise.reject(new Error(`no maps of layer ${path} in this page`));
        maps = bytes(entry.blob).then((raw) => unpacked(entry, raw));
        opened.set(path, maps);
      }
      return maps;
    },
  };
}

/** @param {StoredMaps} entry @param {Uint8Array} raw @returns {LayerMaps} */
export function unpacked(entry, raw) {
  const { path, pictures, height, width, channels, signed, spatial } = entry;
  const count = pictures * channels;
  const cells = height * width;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  /** @param {number} map @returns {[number, number]} */
  const range = (map) => [view.getFloat32(4 * map, true), view.getFloat32(4 * (count + map), true)];
  return {
    path, pictures, height, width, channels, signed, spatial,
    range: (picture, channel) => range(picture * channels + channel),
    values(picture, channel) {
      const map = picture * channels + channel;
      const table = levels(...range(map));
      const first = 8 * count + map * cells;
      const values = new Float32Array(cells);
      for (let i = 0; i < cells; i += 1) values[i] = table[raw[first + i]];
      return values;
    },
  };
}
