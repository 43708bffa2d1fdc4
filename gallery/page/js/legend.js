/** What the colours of a map mean: a strip of the ramp with the numbers at its ends, the unit and the scale's name. */
import { html, replace } from "./dom.js";
import { colours } from "./paint.js";
import { number, short } from "./words.js";

/** @typedef {import("./paint.js").Ramp} Ramp */

/** @param {{ viridis: Ramp, diverging: Ramp }} ramps */
export function legend(ramps) {
  const strip = html("canvas", { class: "strip", "aria-hidden": "true" });
  const numbers = html("div", { class: "ends" });
  const words = html("span", { class: "legend-words" });
  const root = html("div", { class: "legend" }, strip, numbers, words);
  /** @param {[number, number]} ends @param {boolean} signed @param {string} scale */
  function set(ends, signed, scale) {
    const ramp = signed ? ramps.diverging : ramps.viridis;
    const steps = ramp.length / 3;
    strip.width = steps;
    strip.height = 1;
    const values = Array.from({ length: steps }, (_, i) => i);
    strip.getContext("2d").putImageData(new ImageData(colours(values, 0, steps - 1, ramp), steps, 1), 0, 0);
    const [low, high] = ends;
    replace(numbers,
      html("span", { title: number(low) }, short(low)),
      signed ? html("span", {}, "0") : null,
      html("span", { title: number(high) }, high === 0 && !signed ? "0 (flat)" : short(high)));
    replace(words, "activation, ", html("b", {}, scale));
  }
  return { root, set };
}
