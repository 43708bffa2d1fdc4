/** An image with a heatmap drawn over it, cell by cell; where the map is zero the image stays visible. */
import { html } from "../dom.js";
import { colorUnit, size } from "../parts/paint.js";

/** @typedef {import("../types.js").Ramps} Ramps */

/** The opacity of the strongest cell, and of every cell of a map with a dark middle. */
const COVER = 0.75;
const SHADE = 0.45;

/** @type {[number, number]} */
const WHOLE = [1, 1];

/** @param {number} height @param {number} width of the drawing */
export function overlay(height, width) {
  const picture = html("canvas", { "aria-hidden": "true", width, height });
  const veil = html("canvas", { "aria-hidden": "true", class: "veil" });
  const root = html("div", { class: "overlaid", role: "img" }, picture, veil);
  const below = new ImageData(width, height);
  let above = new ImageData(1, 1);
  let veiled = false;
  const pens = [picture, veil].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));

  /** The share of the image that the overlay spans. */
  /** @type {[number, number]} */
  let spanned = [0, 0];
  /** @param {[number, number]} extent */
  function span(extent) {
    if (extent[0] === spanned[0] && extent[1] === spanned[1]) return;
    spanned = extent;
    veil.style.height = `${extent[0] * parseFloat(picture.style.height)}px`;
    veil.style.width = `${extent[1] * parseFloat(picture.style.width)}px`;
  }

  return {
    root,
    /** The drawing and its overlay, if any, each with the share of the image's height and width that it spans. */
    get layers() {
      return [{ canvas: picture, extent: WHOLE }, ...(veiled ? [{ canvas: veil, extent: spanned }] : [])];
    },
    /** @param {Float32Array} unit @param {number} channels @param {import("../values/bands.js").Bands | null} [bands] */
    picture(unit, channels, bands = null) {
      colorUnit(unit, channels, below.data, bands);
      pens[0].putImageData(below, 0, 0);
    },
    /**
     * @param {Float32Array} values @param {number} rows @param {number} columns
     * @param {number} reach the value of the last color @param {boolean} signed @param {Uint8Array} ramp
     * @param {[number, number]} [extent] how much of the image's height and width the cells span
     * @param {boolean} [alone] whether the overlay is opaque
     */
    lay(values, rows, columns, reach, signed, ramp, extent = WHOLE, alone = false) {
      if (above.width !== columns || above.height !== rows || veil.width !== columns || veil.height !== rows) {
        veil.width = columns;
        veil.height = rows;
        above = new ImageData(columns, rows);
      }
      veilColors(values, reach, signed, ramp, above.data, alone);
      pens[1].putImageData(above, 0, 0);
      span(extent);
      veiled = true;
    },
    clear() { veiled = false; pens[1].clearRect(0, 0, veil.width, veil.height); },
    /** @param {number} room CSS pixels @returns {number} CSS pixels used */
    resize(room) {
      const cell = size(picture, width, height, room);
      const now = spanned;
      spanned = [0, 0];
      span(now[0] ? now : WHOLE);
      return cell * width;
    },
    /** @param {string} words */
    label(words) { root.setAttribute("aria-label", words); },
  };
}

/**
 * The RGBA pixels of a map as an overlay.
 * @param {ArrayLike<number>} values @param {number} reach the value of the last color @param {boolean} signed
 * @param {Uint8Array} ramp @param {Uint8ClampedArray} data four bytes per value @param {boolean} [alone] opaque
 */
export function veilColors(values, reach, signed, ramp, data, alone = false) {
  const last = ramp.length / 3 - 1;
  for (let i = 0, to = 0; i < values.length; i += 1, to += 4) {
    const share = reach > 0 ? Math.max(signed ? -1 : 0, Math.min(1, values[i] / reach)) : 0;
    const step = 3 * Math.round((signed ? (share + 1) / 2 : share) * last);
    data[to] = ramp[step];
    data[to + 1] = ramp[step + 1];
    data[to + 2] = ramp[step + 2];
    data[to + 3] = alone ? 255 : 255 * (signed ? SHADE + (COVER - SHADE) * Math.sqrt(Math.abs(share)) : COVER * share);
  }
}

/**
 * Draw a map over an image's pixels, cell by cell.
 * @param {Uint8ClampedArray} rgba the image, changed @param {number} height @param {number} width
 * @param {{ values: ArrayLike<number>, rows: number, columns: number }} map @param {number} reach @param {boolean} signed
 * @param {Ramps} ramps
 */
export function layOver(rgba, height, width, { values, rows, columns }, reach, signed, ramps) {
  const veil = new Uint8ClampedArray(4 * values.length);
  veilColors(values, reach, signed, signed ? ramps.diverging : ramps.viridis, veil);
  for (let y = 0, to = 0; y < height; y += 1) {
    const row = Math.min(rows - 1, Math.floor(((y + 0.5) * rows) / height)) * columns;
    for (let x = 0; x < width; x += 1, to += 4) {
      const from = 4 * (row + Math.min(columns - 1, Math.floor(((x + 0.5) * columns) / width)));
      const share = veil[from + 3] / 255;
      for (let c = 0; c < 3; c += 1) rgba[to + c] += share * (veil[from + c] - rgba[to + c]);
    }
  }
}
