/** Resampling of images, the same as cnnviz/data/resample.py, which is TensorFlow's and Keras's. No DOM. */

const { fround } = Math;

/** @typedef {{ before: Int32Array, after: Int32Array, share: Float32Array }} Neighbors */

/**
 * An image at another size, bilinear with half-pixel centers; with `antialias` an axis that shrinks is filtered with a
 * triangle as wide as two of the new pixels.
 * @param {ArrayLike<number>} values @param {number} height @param {number} width @param {number} channels
 * @param {number} rows @param {number} columns @param {boolean} antialias
 */
export function resampled(values, height, width, channels, rows, columns, antialias) {
  if (rows === height && columns === width) return Float32Array.from(values);
  if (antialias) {
    // First the axis that shrinks more, so that nothing larger than both images is held.
    if (rows * width <= columns * height) {
      return filtered(filtered(values, height, width * channels, 1, rows), width, channels, rows, columns);
    }
    return filtered(filtered(values, width, channels, height, columns), height, columns * channels, 1, rows);
  }
  const down = neighbors(height, rows);
  const across = neighbors(width, columns);
  const out = new Float32Array(rows * columns * channels);
  let to = 0;
  for (let y = 0; y < rows; y += 1) {
    const upper = down.before[y] * width;
    const lower = down.after[y] * width;
    for (let x = 0; x < columns; x += 1) {
      const left = across.before[x];
      const right = across.after[x];
      for (let c = 0; c < channels; c += 1) {
        /** @param {number} row */
        const between = (row) => {
          const first = values[(row + left) * channels + c];
          return fround(first + fround((values[(row + right) * channels + c] - first) * across.share[x]));
        };
        const top = between(upper);
        out[to] = top + fround(fround(between(lower) - top) * down.share[y]);
        to += 1;
      }
    }
  }
  return out;
}

/**
 * A part of an image at another size, each pixel the one under its center.
 * @param {ArrayLike<number>} values @param {number} width @param {number} channels
 * @param {import("./fit.js").Box} part @param {number} rows @param {number} columns
 */
export function nearestPixels(values, width, channels, part, rows, columns) {
  const down = under(part.top, part.bottom, rows);
  const across = under(part.left, part.right, columns);
  const out = new Float32Array(rows * columns * channels);
  let to = 0;
  for (const y of down) {
    for (const x of across) {
      for (let c = 0; c < channels; c += 1) {
        out[to] = values[(y * width + x) * channels + c];
        to += 1;
      }
    }
  }
  return out;
}

/** For each new pixel of an axis the old one that its center lies in. @param {number} start @param {number} end @param {number} wanted */
function under(start, end, wanted) {
  const found = new Int32Array(wanted);
  const step = (end - start) / wanted;
  // Added up, as Pillow does it: a center between two pixels then falls to the same side.
  let center = start + step * 0.5;
  for (let i = 0; i < wanted; i += 1) {
    found[i] = Math.min(Math.trunc(center), end - 1);
    center += step;
  }
  return found;
}

/** For each new pixel of an axis its two old ones, and the share of the second, in float32. @param {number} extent @param {number} wanted @returns {Neighbors} */
function neighbors(extent, wanted) {
  const found = { before: new Int32Array(wanted), after: new Int32Array(wanted), share: new Float32Array(wanted) };
  const step = fround(extent / wanted);
  for (let i = 0; i < wanted; i += 1) {
    const at = fround(fround((i + 0.5) * step) - 0.5);
    const floor = Math.floor(at);
    found.before[i] = Math.max(floor, 0);
    found.after[i] = Math.min(Math.ceil(at), extent - 1);
    found.share[i] = at - floor;
  }
  return found;
}

/**
 * Filtered with a triangle along one axis: `count` blocks of `extent` items of `size` numbers each.
 * @param {ArrayLike<number>} values @param {number} extent @param {number} size @param {number} count @param {number} wanted
 */
function filtered(values, extent, size, count, wanted) {
  if (extent === wanted) return Float32Array.from(values);
  const out = new Float64Array(count * wanted * size);
  const step = extent / wanted;
  const reach = Math.max(step, 1);
  for (let to = 0; to < wanted; to += 1) {
    const center = (to + 0.5) * step;
    const first = Math.max(Math.ceil(center - reach - 0.5), 0);
    const last = Math.min(Math.floor(center + reach - 0.5), extent - 1);
    const weights = [];
    for (let from = first; from <= last; from += 1) weights.push(Math.max(0, 1 - Math.abs(from + 0.5 - center) / reach));
    const whole = weights.reduce((a, b) => a + b, 0);
    weights.forEach((weight, k) => {
      const share = weight / whole;
      for (let block = 0; block < count; block += 1) {
        const source = (block * extent + first + k) * size;
        const target = (block * wanted + to) * size;
        for (let i = 0; i < size; i += 1) out[target + i] += share * values[source + i];
      }
    });
  }
  return Float32Array.from(out);
}
