/** The legend of a map: a strip of the color ramp with the numbers at its ends, the unit and the scale's name. */
import { html, replace } from "../dom.js";
import { colors } from "./paint.js";
import { number, short } from "../words.js";

/** @typedef {import("./paint.js").Ramp} Ramp */

/**
 * The legend of many maps, each on its own scale.
 * @param {{ viridis: Ramp, diverging: Ramp }} ramps @param {boolean} signed
 */
export function ownScales(ramps, signed) {
  const strip = html("canvas", { class: "strip", "aria-hidden": "true" });
  paintStrip(strip, signed ? ramps.diverging : ramps.viridis);
  return html("span", { class: "legend inline" },
    html("span", {}, signed ? "− maximum" : "0"), strip, html("span", {}, signed ? "+ maximum" : "maximum"));
}

/** @param {HTMLCanvasElement} strip @param {Ramp} ramp */
function paintStrip(strip, ramp) {
  const steps = ramp.length / 3;
  strip.width = steps;
  strip.height = 1;
  const values = Array.from({ length: steps }, (_, i) => i);
  const pen = /** @type {CanvasRenderingContext2D} */ (strip.getContext("2d"));
  pen.putImageData(new ImageData(colors(values, 0, steps - 1, ramp), steps, 1), 0, 0);
}

/** @param {{ viridis: Ramp, diverging: Ramp }} ramps @param {string} [unit] of the numbers */
export function legend(ramps, unit = "activation") {
  const strip = html("canvas", { class: "strip", "aria-hidden": "true" });
  const numbers = html("div", { class: "ends" });
  const words = html("span", { class: "legend-words" });
  const root = html("div", { class: "legend" }, strip, numbers, words);
  /** @type {Ramp | null} the current ramp of the strip, and its labels */
  let painted = null;
  let said = "";
  /** @param {[number, number]} ends @param {boolean} signed @param {string} scale */
  function set(ends, signed, scale) {
    const ramp = signed ? ramps.diverging : ramps.viridis;
    if (ramp !== painted) paintStrip(strip, (painted = ramp));
    const [low, high] = ends;
    const now = `${number(low)} ${number(high)} ${signed} ${scale}`;
    if (now === said) return;
    said = now;
    replace(numbers,
      html("span", { title: number(low) }, short(low)),
      signed && low < high ? html("span", {}, "0") : null,
      html("span", { title: number(high) }, low === high ? `${short(high)} (flat)` : short(high)));
    replace(words, `${unit}, `, html("b", {}, scale));
  }
  return {
    root, set,
    /** For maps with different ranges: words instead of numbers at the ends. @param {boolean} signed @param {string} scale */
    own(signed, scale) {
      paintStrip(strip, (painted = signed ? ramps.diverging : ramps.viridis));
      said = "";
      replace(numbers, (signed ? ["−", "0", "+"] : ["0", "maximum"]).map((end) => html("span", {}, end)));
      replace(words, `${unit}, `, html("b", {}, scale));
    },
  };
}
