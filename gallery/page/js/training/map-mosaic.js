/** Many small maps of one size on one canvas, with a gap of one cell. */
import { html } from "../dom.js";
import { cellSize, colors } from "../parts/paint.js";

/** The largest width of a tile in CSS pixels, and the smallest before columns are reduced. */
const MOST = 76, LEAST = 22;

/**
 * The tiles per row: as many as wanted, or half or a quarter of them if they would be too small.
 * @param {number} wanted @param {number} width cells of a tile @param {number} room CSS pixels @param {number} ratio
 */
export function columnsFor(wanted, width, room, ratio) {
  let columns = wanted;
  while (columns > 1 && columns % 2 === 0 && width * cellSize(columns * (width + 1) - 1, room, ratio) < LEAST) columns /= 2;
  return columns;
}

/**
 * RGBA bytes of all tiles, with transparent gaps.
 * @param {ArrayLike<number>[]} tiles @param {number} height @param {number} width cells @param {number} columns
 * @param {[number, number]} ends @param {Uint8Array} ramp
 */
export function mosaicColors(tiles, height, width, columns, ends, ramp) {
  const across = Math.min(columns, tiles.length) * (width + 1) - 1;
  const down = Math.ceil(tiles.length / columns) * (height + 1) - 1;
  const rgba = new Uint8ClampedArray(4 * across * down);
  tiles.forEach((values, k) => {
    const part = colors(values, ends[0], ends[1], ramp);
    const [top, left] = [Math.floor(k / columns) * (height + 1), (k % columns) * (width + 1)];
    for (let y = 0; y < height; y += 1) rgba.set(part.subarray(4 * y * width, 4 * (y + 1) * width), 4 * ((top + y) * across + left));
  });
  return { rgba, width: across, height: down };
}

/**
 * @param {{ height: number, width: number, columns: number, most?: number, tall?: number }} shape cells of a tile,
 * tiles per row, largest width of a tile in CSS pixels, and height of a cell relative to its width
 */
export function mosaic({ height, width, columns, most = MOST, tall = 1 }) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  const root = html("div", { class: "mosaic", role: "img" }, canvas);
  return {
    root,
    /** @param {ArrayLike<number>[]} tiles @param {[number, number]} ends @param {Uint8Array} ramp @param {string} words */
    paint(tiles, ends, ramp, words) {
      const ratio = devicePixelRatio || 1;
      const room = root.clientWidth || 320;
      const row = columnsFor(Math.min(columns, tiles.length), width, room, ratio);
      const made = mosaicColors(tiles, height, width, row, ends, ramp);
      if (canvas.width !== made.width || canvas.height !== made.height) [canvas.width, canvas.height] = [made.width, made.height];
      /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(new ImageData(made.rgba, made.width, made.height), 0, 0);
      const whole = Math.max(1, Math.floor((most * ratio) / Math.max(width, height))) / ratio;
      const cell = Math.min(cellSize(made.width, room, ratio), whole);
      canvas.classList.toggle("shrunk", cell * ratio < 1);
      canvas.style.width = `${made.width * cell}px`;
      canvas.style.height = `${made.height * cell * tall}px`;
      root.setAttribute("aria-label", words);
    },
  };
}
