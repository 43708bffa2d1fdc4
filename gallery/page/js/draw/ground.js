/** What is behind a drawing or a garment, as in cnnviz/data/background.py. No DOM. */

/** The level between dark and light, and the least level of a plain light background. */
const MIDDLE = 127.5;
const LIGHT = 200;
/** How far the mean of a corner may be from the others', and its deviation. */
const EVEN = 25;
const ROUGH = 20;

/** @typedef {{ level: number, plain: boolean }} Ground */

/**
 * The background of an image of 0 to 255: its level, and whether it is plain, as behind a drawing.
 * @param {ArrayLike<number>} values @param {number} height @param {number} width @param {number} channels
 * @returns {Ground}
 */
export function groundOf(values, height, width, channels) {
  const down = Math.max(1, even(height / 14));
  const across = Math.max(1, even(width / 14));
  const weights = channels === 3 ? [0.299, 0.587, 0.114] : [1];
  const corners = [[0, 0], [0, width - across], [height - down, 0], [height - down, width - across]].map(([top, left]) => {
    const lumas = [];
    for (let y = top; y < top + down; y += 1) {
      for (let x = left; x < left + across; x += 1) {
        let luma = 0;
        for (let c = 0; c < channels; c += 1) luma += weights[c] * values[(y * width + x) * channels + c];
        lumas.push(luma);
      }
    }
    const mean = lumas.reduce((a, b) => a + b, 0) / lumas.length;
    return { mean, deviation: Math.sqrt(lumas.reduce((a, b) => a + (b - mean) ** 2, 0) / lumas.length) };
  });
  const means = corners.map((corner) => corner.mean).sort((a, b) => a - b);
  const level = (means[1] + means[2]) / 2;
  const plain = corners.filter(({ mean, deviation }) => Math.abs(mean - level) <= EVEN && deviation <= ROUGH
    && (level > MIDDLE ? mean >= LIGHT : mean <= 255 - LIGHT)).length >= 3;
  return { level, plain };
}

/** Rounded as Python does it: a half to the even number. @param {number} value */
function even(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/**
 * Whether an image is turned round for the model, and the note that says so, or why not.
 * @param {Ground} ground @param {{ height: number, width: number, channels: number, background: string | null, invert: string }} wanted
 * @returns {{ turned: boolean, note: string }}
 */
export function inversion(ground, { height, width, channels, background, invert }) {
  if (invert !== "auto") return { turned: invert === "yes", note: invert === "yes" ? "inverted" : "" };
  const light = ground.level > MIDDLE;
  if (background === null) {
    const alike = height === 28 && width === 28 && channels === 1 && light && ground.plain;
    return { turned: false, note: alike ? "not inverted, since it is unknown whether the model was trained on light on dark" : "" };
  }
  const opposite = background === "dark" ? light : ground.level < MIDDLE;
  const kind = background === "dark" ? "light" : "dark";
  if (!opposite) return { turned: false, note: "" };
  return ground.plain ? { turned: true, note: `inverted (${kind} background)` }
    : { turned: false, note: `not inverted: ${kind} corners, but no plain background` };
}
