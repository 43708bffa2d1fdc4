/** Maps that the page computes itself, for every layer and image; stored maps take priority. */
import { network } from "../engine/network.js";
import { neverNegative } from "../engine/non-negative.js";
import { prepare } from "./model-input.js";
import { deadChannels } from "./signal.js";

/** @typedef {import("../contract.js").Manifest} Manifest */
/** @typedef {import("./map-provider.js").MapProvider} MapProvider */
/** @typedef {import("./map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("../engine/network.js").Network} Network */

/** With more images than this, scales over all images are not offered, since scanning would take too long. */
export const MOST_SURVEYED = 200;

/** The duration of one time slice of the scan, in milliseconds. */
const SLICE = 8;

/**
 * @typedef {object} Source of computed maps @property {Manifest} manifest
 * @property {() => Promise<Uint8Array>} weights
 * @property {number} pictures number of images @property {(position: number, out: Float32Array) => Float32Array} unit
 * fills `out` with an image in unit pixels
 * @property {string[]} paths of all layers, in the model's order
 */

/**
 * A provider of stored and computed maps.
 * @param {MapProvider} stored
 * @param {Source} source
 * @returns {MapProvider}
 */
export function liveMaps(stored, source) {
  const live = computable(source.manifest, source.paths).filter((path) => !stored.layers.includes(path));
  /** @type {Promise<ReturnType<typeof runner>> | null} */
  let running = null;
  /** @type {Map<string, Promise<LayerMaps>>} */
  const opened = new Map();
  return {
    mapped: null,
    layers: source.paths.filter((path) => stored.layers.includes(path) || live.includes(path)),
    open(path) {
      if (!live.includes(path)) return stored.open(path);
      let maps = opened.get(path);
      if (!maps) {
        running ??= source.weights().then((block) => runner(source, network(source.manifest, block), live));
        maps = running.then((run) => run.maps(path));
        opened.set(path, maps);
      }
      return maps;
    },
  };
}

/**
 * The layers that compute something, without those that only pass on or reshape values.
 * @param {Manifest} manifest @param {string[]} paths
 */
export function computable(manifest, paths) {
  const seen = new Set([0]);
  return paths.filter((path) => {
    const number = manifest.paths[path];
    if (number === undefined || seen.has(number) || manifest.nodes[number - 1].op === "reshape") return false;
    seen.add(number);
    return true;
  });
}

/** Whether these are maps: of more than one cell. @param {number[]} shape */
export function isSpatial(shape) {
  return shape.length === 3 && shape[0] * shape[1] > 1;
}

/** @param {Source} source @param {Network} net @param {string[]} paths */
function runner(source, net, paths) {
  const unit = new Float32Array(net.input.length);
  const positive = neverNegative(source.manifest);
  /** @type {Map<string, Ranges>} */
  const ranges = new Map(paths.map((path) => [path, rangesOf(net, path, source.pictures)]));
  let current = -1;

  /** Run the network on this image. @param {number} picture */
  function at(picture) {
    if (picture === current) return;
    prepare(source.manifest.input, source.unit(picture, unit), net.input);
    net.run();
    current = picture;
  }

  /** Scan all images once, when the page is idle. */
  async function survey() {
    for (let picture = 0; picture < source.pictures;) {
      await idle();
      const until = performance.now() + SLICE;
      do {
        at(picture);
        for (const held of ranges.values()) held.measure(picture);
        picture += 1;
      } while (picture < source.pictures && performance.now() < until);
    }
    state.ready = true;
  }
  /** @type {{ ready: boolean, whenReady: Promise<void> | null }} */
  const state = { ready: false, whenReady: null };

  return {
    /** @param {string} path @returns {LayerMaps} */
    maps(path) {
      if (source.pictures <= MOST_SURVEYED) state.whenReady ??= survey();
      const held = /** @type {Ranges} */ (ranges.get(path));
      const dead = () => (state.ready ? deadChannels({ ...held, cells: held.height * held.width }) : []);
      const { height, width, channels, spatial } = held;
      const cells = height * width;
      return {
        path, height, width, channels, spatial,
        pictures: source.pictures,
        positions: Array.from({ length: source.pictures }, (_, i) => i),
        has: (picture) => picture >= 0 && picture < source.pictures,
        signed: !positive[source.manifest.paths[path]],
        range(picture, channel) {
          if (!held.known[picture]) {
            at(picture);
            held.measure(picture);
          }
          const map = picture * channels + channel;
          // Adding zero turns -0 into 0.
          return [held.low[map] + 0, held.high[map] + 0];
        },
        values(picture, channel) {
          at(picture);
          const all = net.values(path);
          const values = new Float32Array(cells);
          for (let i = 0, from = channel; i < cells; i += 1, from += channels) values[i] = all[from];
          return values;
        },
        live: {
          get ready() { return state.ready; },
          whenReady: state.whenReady,
          dead,
          // The earlier name, which third-party pages call.
          silent: dead,
        },
      };
    },
  };
}

/** @typedef {ReturnType<typeof rangesOf>} Ranges */

/** Lowest and highest value of each map of a layer, over the images scanned so far. @param {Network} net @param {string} path @param {number} pictures */
function rangesOf(net, path, pictures) {
  const shape = net.shape(path);
  const spatial = shape.length === 3;
  const [height, width] = spatial ? shape : [1, 1];
  // As in Python: any other shape is a row of units.
  const channels = spatial ? shape[2] : net.values(path).length;
  const low = new Float32Array(pictures * channels);
  const high = new Float32Array(pictures * channels);
  const known = new Uint8Array(pictures);
  /** Read the values of the last run. @param {number} picture */
  function measure(picture) {
    if (known[picture]) return;
    const values = net.values(path);
    const first = picture * channels;
    low.fill(Infinity, first, first + channels);
    high.fill(-Infinity, first, first + channels);
    for (let i = 0; i < values.length;) {
      for (let map = first; map < first + channels; map += 1, i += 1) {
        const value = values[i];
        if (value < low[map]) low[map] = value;
        if (value > high[map]) high[map] = value;
      }
    }
    known[picture] = 1;
  }
  return { height, width, channels, spatial, pictures, low, high, known, measure };
}

/** @returns {Promise<unknown>} */
function idle() {
  return new Promise((go) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(go, { timeout: 500 });
    else setTimeout(go, 16);
  });
}
