/** Paints values on a canvas: one pixel per cell, enlarged by a whole number of screen pixels. */

/** @typedef {Uint8Array} Ramp three bytes per color */
/** @typedef {import("../values/bands.js").Bands} Bands */

/**
 * The colors of values, as RGBA bytes. If both ends are equal, all get the color of zero: the first of a ramp, or the
 * middle of a diverging one.
 * @param {ArrayLike<number>} values @param {number} low @param {number} high @param {Ramp} ramp
 * @param {Uint8ClampedArray<ArrayBuffer>} [out]
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function colors(values, low, high, ramp, out = new Uint8ClampedArray(4 * values.length)) {
  const last = ramp.length / 3 - 1;
  const factor = high > low ? last / (high - low) : 0;
  const zero = factor || last % 2 ? 0 : last / 2;
  for (let i = 0; i < values.length; i += 1) {
    const step = 3 * Math.min(last, Math.max(0, zero + Math.floor((values[i] - low) * factor + 0.5)));
    out[4 * i] = ramp[step];
    out[4 * i + 1] = ramp[step + 1];
    out[4 * i + 2] = ramp[step + 2];
    out[4 * i + 3] = 255;
  }
  return out;
}

/**
 * RGBA bytes of an image with one or three channels, or of its bands.
 * @param {Uint8Array} pixels @param {number} channels @param {Bands | null} [bands]
 */
export function pictureColors(pixels, channels, bands = null) {
  const out = new Uint8ClampedArray((4 * pixels.length) / channels);
  if (bands) return bandColors(pixels, channels, bands.at, bands.codes, out);
  for (let i = 0; i < out.length / 4; i += 1) {
    for (let c = 0; c < 3; c += 1) out[4 * i + c] = pixels[channels === 1 ? i : 3 * i + c];
    out[4 * i + 3] = 255;
  }
  return out;
}

/**
 * RGBA of unit pixels.
 * @param {ArrayLike<number>} unit @param {number} channels @param {Uint8ClampedArray<ArrayBuffer>} out
 * @param {Bands | null} [bands] to draw, if not all channels
 */
export function colorUnit(unit, channels, out, bands = null) {
  if (bands) {
    bandColors(unit, channels, bands.at, bands.unit, out);
    return;
  }
  for (let to = 0, from = 0; to < out.length; to += 4, from += channels) {
    out[to] = 255 * unit[from];
    out[to + 1] = 255 * unit[channels === 1 ? from : from + 1];
    out[to + 2] = 255 * unit[channels === 1 ? from : from + 2];
    out[to + 3] = 255;
  }
}

/**
 * RGBA of three channels, or of one in gray, each from the value that is black to the one that is white.
 * @param {ArrayLike<number>} values @param {number} channels @param {number[]} at @param {[number, number][]} ends
 * @param {Uint8ClampedArray<ArrayBuffer>} out
 */
function bandColors(values, channels, at, ends, out) {
  for (let to = 0, from = 0; to < out.length; to += 4, from += channels) {
    for (let c = 0; c < 3; c += 1) {
      const k = at.length === 1 ? 0 : c;
      const [black, white] = ends[k];
      out[to + c] = (255 * (values[from + at[k]] - black)) / (white - black);
    }
    out[to + 3] = 255;
  }
  return out;
}

/**
 * Show RGBA bytes on a canvas, as large as fits into `room` CSS pixels at an integer zoom.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8ClampedArray} rgba
 * @param {number} width @param {number} height
 * @param {number} room
 * @returns {number} CSS pixels a cell
 */
export function show(canvas, rgba, width, height, room) {
  // Setting the size, even to the same value, clears the canvas.
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  return size(canvas, width, height, room);
}

/** Set the size of a canvas on the screen. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height @param {number} room */
export function size(canvas, width, height, room) {
  const cell = cellSize(Math.max(width, height), room, globalThis.devicePixelRatio || 1);
  canvas.classList.toggle("shrunk", cell * (globalThis.devicePixelRatio || 1) < 1);
  canvas.style.width = `${width * cell}px`;
  canvas.style.height = `${height * cell}px`;
  return cell;
}

/**
 * CSS pixels per cell: a whole number of screen pixels, unless not even one fits.
 * @param {number} cells @param {number} room @param {number} ratio screen pixels per CSS pixel
 */
export function cellSize(cells, room, ratio) {
  const whole = Math.floor((room * ratio) / cells);
  return whole >= 1 ? whole / ratio : room / cells;
}
