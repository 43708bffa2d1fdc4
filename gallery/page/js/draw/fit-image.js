/** Fits any image to the model's input exactly as cnnviz/data/image_files.py does, with the same notes. No DOM. */
import { fitOf, fitWords, placement } from "./fit.js";
import { groundOf, inversion } from "./ground.js";
import { nearestPixels, resampled } from "./resample.js";

/** @typedef {{ data: Uint8ClampedArray, width: number, height: number }} Rgba */
/** @typedef {{ height: number, width: number, channels: number, background: string | null, fit: string, invert: string }} Wanted */

/**
 * @param {Rgba} image
 * @param {Wanted} wanted
 * @returns {{ unit: Float32Array, notes: string[] }} pixels from 0 to 1, and the edits, one phrase each
 */
export function fitted(image, wanted) {
  /** @type {string[]} */
  const notes = [];
  const { width, height } = image;
  const { channels, height: rows, width: columns } = wanted;
  const opaque = withoutTransparency(image, notes);
  let values = opaque;
  if (channels === 1) {
    const { gray, colored } = toGrayscale(opaque);
    values = gray;
    if (colored) notes.push("converted to grayscale");
  }
  const { turned, note } = inversion(groundOf(values, height, width, channels), wanted);
  const unit = new Float32Array(rows * columns * channels);
  const { shape, antialias, nearest } = fitOf(wanted.fit);
  const place = placement(shape, height, width, rows, columns);
  const { top, left, bottom, right } = place.fitted;
  const [down, across] = [bottom - top, (right - left) * channels];
  const part = nearest
    ? nearestPixels(values, width, channels, place.original, down, right - left)
    : resampledPart(values, width, channels, place.original, down, right - left, antialias);
  for (let y = top; y < bottom; y += 1) {
    for (let i = 0; i < across; i += 1) {
      const value = part[(y - top) * across + i];
      unit[(y * columns + left) * channels + i] = (turned ? 255 - value : value) / 255;
    }
  }
  if (rows !== height || columns !== width) {
    notes.push(`resized from ${width}×${height} to ${columns}×${rows} (${fitWords(wanted.fit, height, width, rows, columns)})`);
  }
  if (note) notes.push(note);
  return { unit, notes };
}

/**
 * The part of an image in a box, resampled.
 * @param {Uint8Array} values @param {number} width @param {number} channels @param {import("./fit.js").Box} box
 * @param {number} rows @param {number} columns @param {boolean} antialias
 */
function resampledPart(values, width, channels, { top, left, bottom, right }, rows, columns, antialias) {
  const across = (right - left) * channels;
  const out = new Uint8Array((bottom - top) * across);
  for (let y = top; y < bottom; y += 1) {
    const start = (y * width + left) * channels;
    out.set(values.subarray(start, start + across), (y - top) * across);
  }
  return resampled(out, bottom - top, right - left, channels, rows, columns, antialias);
}

/** Opaque pixels, on black or white, whichever differs more from what is opaque. @param {Rgba} image @param {string[]} notes */
function withoutTransparency({ data }, notes) {
  const out = new Uint8Array((data.length / 4) * 3);
  let sum = 0;
  let solid = 0;
  let clear = false;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 255) clear = true;
    if (data[i + 3] < 128) continue;
    sum += luma(data[i], data[i + 1], data[i + 2]);
    solid += 1;
  }
  const backdrop = clear && solid && sum / solid > 127.5 ? 0 : 255;
  if (clear) notes.push(`transparency filled with ${backdrop ? "white" : "black"}`);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const cover = data[from + 3];
    for (let c = 0; c < 3; c += 1) {
      out[to + c] = cover === 255 ? data[from + c] : Math.round((backdrop * (255 - cover) + data[from + c] * cover) / 255);
    }
  }
  return out;
}

/** The luma of Rec. 601, rounded as Pillow does it. @param {number} red @param {number} green @param {number} blue */
function luma(red, green, blue) {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** @param {Uint8Array} rgb */
function toGrayscale(rgb) {
  const gray = new Uint8Array(rgb.length / 3);
  let colored = false;
  for (let p = 0, i = 0; p < gray.length; p += 1, i += 3) {
    colored ||= rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2];
    gray[p] = luma(rgb[i], rgb[i + 1], rgb[i + 2]);
  }
  return { gray, colored };
}
