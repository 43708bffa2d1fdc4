/** Encodes sheets as PNG, or as GIF frame by frame. */
import { gif } from "./gif.js";
import { INKS, paper } from "./paper.js";
import { palette } from "./gif-palette.js";

/**
 * A drawing of a fixed size.
 * @typedef {object} Sheet
 * @property {number} width in units
 * @property {number} height in units
 * @property {number} unit pixels
 * @property {(paper: import("./paper.js").Paper) => void} draw
 */

/** Every GIF plays twice and then stops. */
const PLAYS = 2;

/** @param {Sheet} sheet @returns {Promise<Blob>} */
export async function png(sheet) {
  const page = paper(sheet.width, sheet.height, sheet.unit);
  page.clear();
  sheet.draw(page);
  const blob = await new Promise((done) => page.canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("this browser cannot make an image of that size");
  return blob;
}

/**
 * All frames have the size of the largest. Work pauses between frames, so that the page stays responsive.
 * @param {number} count of frames @param {(i: number) => Sheet | Promise<Sheet>} sheetOf called for each twice
 * @param {{ hundredths: (i: number) => number, ramps: Uint8Array[], pictures: Uint8ClampedArray[], told?: (done: number) => void }} options
 */
export async function animation(count, sheetOf, { hundredths, ramps, pictures, told }) {
  let [width, height, unit] = [0, 0, 1];
  for (let i = 0; i < count; i += 1) {
    const sheet = await sheetOf(i);
    width = Math.max(width, sheet.width);
    height = Math.max(height, sheet.height);
    unit = sheet.unit;
  }
  const page = paper(width, height, unit);
  const { bytes, index } = palette(ramps, Object.values(INKS), pictures);
  const out = gif(page.canvas.width, page.canvas.height, bytes, PLAYS);
  const indices = new Uint8Array(page.canvas.width * page.canvas.height);
  for (let i = 0; i < count; i += 1) {
    page.clear();
    (await sheetOf(i)).draw(page);
    index(page.pixels(), indices);
    out.add(indices, hundredths(i));
    told?.(i + 1);
    await new Promise((go) => setTimeout(go));
  }
  return out.finish();
}
