/** The 256-color palette of a GIF: color ramps first, then grays for text, then the colors of the images. */

const MOST = 256;
/** The most colors for ramps. */
const FOR_RAMPS = 128;
/** Slots of the cache of nearest colors. */
const SLOTS = 1 << 15;

/** @typedef {{ bytes: Uint8Array, index: (rgba: Uint8ClampedArray, out: Uint8Array) => void }} Palette */

/**
 * A ramp in fewer steps, with both ends; a diverging ramp keeps its middle.
 * @param {Uint8Array} ramp @param {number} [ramps] the number of ramps in the palette
 */
export function shortRamp(ramp, ramps = 1) {
  const all = ramp.length / 3;
  const room = Math.floor(FOR_RAMPS / ramps);
  const steps = Math.min(all, all % 2 ? room - 1 + (room % 2) : room);
  const out = new Uint8Array(3 * steps);
  for (let i = 0; i < steps; i += 1) {
    const from = 3 * Math.round((i * (all - 1)) / (steps - 1));
    out.set(ramp.subarray(from, from + 3), 3 * i);
  }
  return out;
}

/**
 * @param {Uint8Array[]} ramps short ones; their colors are kept exactly
 * @param {string[]} inks "#rrggbb", kept exactly too
 * @param {Uint8ClampedArray[]} pictures RGBA images to show
 * @returns {Palette}
 */
export function palette(ramps, inks, pictures) {
  /** @type {Set<number>} */
  const kept = new Set(inks.map((ink) => parseInt(ink.slice(1), 16)));
  for (const ramp of ramps) for (let i = 0; i < ramp.length; i += 3) kept.add((ramp[i] << 16) | (ramp[i + 1] << 8) | ramp[i + 2]);
  const colored = sampled(pictures);
  const left = MOST - kept.size;
  const grays = colored.length ? Math.min(24, left) : left;
  for (let i = 0; i < grays; i += 1) kept.add(Math.round((255 * i) / (grays - 1)) * 0x010101);
  for (const color of divided(colored, MOST - kept.size)) kept.add(color);
  const colors = Uint32Array.from(kept);
  const bytes = new Uint8Array(3 * colors.length);
  colors.forEach((color, i) => bytes.set([color >> 16, (color >> 8) & 255, color & 255], 3 * i));
  return { bytes, index: finder(bytes) };
}

/** The colors of some pixels of all images, none if all are gray. @param {Uint8ClampedArray[]} pictures */
function sampled(pictures) {
  const total = pictures.reduce((sum, rgba) => sum + rgba.length / 4, 0);
  const stride = Math.max(1, Math.floor(total / 20_000));
  /** @type {number[]} */
  const found = [];
  let colored = false;
  for (const rgba of pictures) {
    for (let i = 0; i < rgba.length; i += 4 * stride) {
      colored ||= rgba[i] !== rgba[i + 1] || rgba[i] !== rgba[i + 2];
      found.push((rgba[i] << 16) | (rgba[i + 1] << 8) | rgba[i + 2]);
    }
  }
  return colored ? found : [];
}

/** At most `count` colors for many, by median cut: the box with the widest range is split at its median, repeatedly. @param {number[]} colors @param {number} count */
function divided(colors, count) {
  if (!colors.length || count < 1) return [];
  const boxes = [spread(colors)];
  while (boxes.length < count) {
    boxes.sort((a, b) => b.reach * Math.sqrt(b.colors.length) - a.reach * Math.sqrt(a.colors.length));
    const { colors: all, shift, reach } = boxes[0];
    if (!reach) break;
    all.sort((a, b) => ((a >> shift) & 255) - ((b >> shift) & 255));
    const middle = all.length >> 1;
    boxes.splice(0, 1, spread(all.slice(0, middle)), spread(all.slice(middle)));
  }
  return boxes.map(({ colors: all }) => [16, 8, 0].reduce((sum, shift) =>
    sum | (Math.round(all.reduce((total, color) => total + ((color >> shift) & 255), 0) / all.length) << shift), 0));
}

/** The range of the colors in a box, and its channel. @param {number[]} colors */
function spread(colors) {
  let [reach, shift] = [0, 0];
  for (const candidate of [16, 8, 0]) {
    let [low, high] = [255, 0];
    for (const color of colors) {
      const value = (color >> candidate) & 255;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > reach) [reach, shift] = [high - low, candidate];
  }
  return { colors, reach, shift };
}

/** Finds the nearest color of a palette for each pixel, with a cache. @param {Uint8Array} bytes */
function finder(bytes) {
  const seen = new Int32Array(SLOTS).fill(-1);
  const found = new Uint8Array(SLOTS);
  /** @param {number} r @param {number} g @param {number} b */
  function nearest(r, g, b) {
    let [best, least] = [0, Infinity];
    for (let i = 0; i < bytes.length; i += 3) {
      const apart = (bytes[i] - r) ** 2 + (bytes[i + 1] - g) ** 2 + (bytes[i + 2] - b) ** 2;
      if (apart < least) [best, least] = [i / 3, apart];
    }
    return best;
  }
  return (/** @type {Uint8ClampedArray} */ rgba, /** @type {Uint8Array} */ out) => {
    for (let i = 0, from = 0; i < out.length; i += 1, from += 4) {
      const color = (rgba[from] << 16) | (rgba[from + 1] << 8) | rgba[from + 2];
      const slot = (Math.imul(color, 0x9e3779b1) >>> 17) & (SLOTS - 1);
      if (seen[slot] !== color) {
        seen[slot] = color;
        found[slot] = nearest(rgba[from], rgba[from + 1], rgba[from + 2]);
      }
      out[i] = found[slot];
    }
  };
}
