/** The 256-color palette of a GIF: color ramps first, then grays for text, then the colors of the images. */

const MOST = 256;
/** Colours that ramps may take. */
const FOR_RAMPS = 128;
/** Slots of the table that remembers the nearest colour. */
const SLOTS = 1 << 15;

/** @typedef {{ bytes: Uint8Array, index: (rgba: Uint8ClampedArray, out: Uint8Array) => void }} Palette */

/**
 * A ramp in fewer steps, ends included; one that has a middle keeps it.
 * @param {Uint8Array} ramp @param {number} [ramps] how many share the palette
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
 * @param {Uint8Array[]} ramps short ones; their colours are kept exactly
 * @param {string[]} inks "#rrggbb", kept exactly too
 * @param {Uint8ClampedArray[]} pictures RGBA that will be shown
 * @returns {Palette}
 */
export function palette(ramps, inks, pictures) {
  /** @type {Set<number>} */
  const kept = new Set(inks.map((ink) => parseInt(ink.slice(1), 16)));
  for (const ramp of ramps) for (let i = 0; i < ramp.length; i += 3) kept.add((ramp[i] << 16) | (ramp[i + 1] << 8) | ramp[i + 2]);
  const coloured = sampled(pictures);
  const left = MOST - kept.size;
  const greys = coloured.length ? Math.min(24, left) : left;
  for (let i = 0; i < greys; i += 1) kept.add(Math.round((255 * i) / (greys - 1)) * 0x010101);
  for (const colour of divided(coloured, MOST - kept.size)) kept.add(colour);
  const colours = Uint32Array.from(kept);
  const bytes = new Uint8Array(3 * colours.length);
  colours.forEach((colour, i) => bytes.set([colour >> 16, (colour >> 8) & 255, colour & 255], 3 * i));
  return { bytes, index: finder(bytes) };
}

/** The colours of some pixels of all pictures, none if all are grey. @param {Uint8ClampedArray[]} pictures */
function sampled(pictures) {
  const total = pictures.reduce((sum, rgba) => sum + rgba.length / 4, 0);
  const stride = Math.max(1, Math.floor(total / 20_000));
  /** @type {number[]} */
  const found = [];
  let coloured = false;
  for (const rgba of pictures) {
    for (let i = 0; i < rgba.length; i += 4 * stride) {
      coloured ||= rgba[i] !== rgba[i + 1] || rgba[i] !== rgba[i + 2];
      found.push((rgba[i] << 16) | (rgba[i + 1] << 8) | rgba[i + 2]);
    }
  }
  return coloured ? found : [];
}

/** At most `count` colours for many: the box with the widest spread is halved at its middle colour, again and again. @param {number[]} colours @param {number} count */
function divided(colours, count) {
  if (!colours.length || count < 1) return [];
  const boxes = [spread(colours)];
  while (boxes.length < count) {
    boxes.sort((a, b) => b.reach * Math.sqrt(b.colours.length) - a.reach * Math.sqrt(a.colours.length));
    const { colours: all, shift, reach } = boxes[0];
    if (!reach) break;
    all.sort((a, b) => ((a >> shift) & 255) - ((b >> shift) & 255));
    const middle = all.length >> 1;
    boxes.splice(0, 1, spread(all.slice(0, middle)), spread(all.slice(middle)));
  }
  return boxes.map(({ colours: all }) => [16, 8, 0].reduce((sum, shift) =>
    sum | (Math.round(all.reduce((total, colour) => total + ((colour >> shift) & 255), 0) / all.length) << shift), 0));
}

/** How far the colours of a box lie apart, and in which channel. @param {number[]} colours */
function spread(colours) {
  let [reach, shift] = [0, 0];
  for (const candidate of [16, 8, 0]) {
    let [low, high] = [255, 0];
    for (const colour of colours) {
      const value = (colour >> candidate) & 255;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > reach) [reach, shift] = [high - low, candidate];
  }
  return { colours, reach, shift };
}

/** Finds the nearest colour of a palette for each pixel, remembering what it found. @param {Uint8Array} bytes */
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
      const colour = (rgba[from] << 16) | (rgba[from + 1] << 8) | rgba[from + 2];
      const slot = (Math.imul(colour, 0x9e3779b1) >>> 17) & (SLOTS - 1);
      if (seen[slot] !== colour) {
        seen[slot] = colour;
        found[slot] = nearest(rgba[from], rgba[from + 1], rgba[from + 2]);
      }
      out[i] = found[slot];
    }
  };
}
