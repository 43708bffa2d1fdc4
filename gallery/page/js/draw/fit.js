/** How an image of any shape comes into the shape that the model takes, as in cnnviz/data/fit.py. No DOM. */

const { fround } = Math;

/** @typedef {{ top: number, left: number, bottom: number, right: number }} Box */
/** @typedef {{ original: Box, fitted: Box }} Placement */

const WORDS = /** @type {Record<string, string>} */ ({ stretch: "stretched", pad: "padded with black", crop: "cropped" });

/** A fit by its name, "pad", "pad,antialias" or "pad,nearest". @param {string} name */
export function fitOf(name) {
  const [shape, how] = name.split(",");
  return { shape, antialias: how === "antialias", nearest: how === "nearest" };
}

/** What happens to an image, as in a note. @param {string} fit @param {number} height @param {number} width @param {number} rows @param {number} columns */
export function fitWords(fit, height, width, rows, columns) {
  const { shape, antialias, nearest } = fitOf(fit);
  const how = nearest ? "nearest pixel" : `bilinear${antialias ? " with antialiasing" : ""}`;
  return height * columns === width * rows ? how : `${WORDS[shape]}, ${how}`;
}

/**
 * The part of an image that is used, and the part of the fitted image that it fills.
 * @param {string} shape @param {number} height @param {number} width @param {number} rows @param {number} columns
 * @returns {Placement}
 */
export function placement(shape, height, width, rows, columns) {
  const whole = { top: 0, left: 0, bottom: height, right: width };
  const filled = { top: 0, left: 0, bottom: rows, right: columns };
  if (shape === "crop") {
    const down = Math.max(1, Math.min(height, Math.trunc(fround(fround(width * rows) / columns))));
    const across = Math.max(1, Math.min(width, Math.trunc(fround(fround(height * columns) / rows))));
    const top = (height - down) >> 1;
    const left = (width - across) >> 1;
    return { original: { top, left, bottom: top + down, right: left + across }, fitted: filled };
  }
  if (shape === "pad") {
    const ratio = Math.max(fround(width / columns), fround(height / rows));
    const [down, across] = [fround(height / ratio), fround(width / ratio)];
    const top = Math.max(0, Math.floor(fround(fround(rows - down) / 2)));
    const left = Math.max(0, Math.floor(fround(fround(columns - across) / 2)));
    const bottom = top + Math.max(1, Math.floor(down));
    const right = left + Math.max(1, Math.floor(across));
    return { original: whole, fitted: { top, left, bottom, right } };
  }
  return { original: whole, fitted: filled };
}
