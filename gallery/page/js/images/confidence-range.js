/** A range of confidence: one slider with two handles. */
import { html, replace } from "../dom.js";

/** Steps of the slider; an address may be finer. */
const STEP = 0.01;

/**
 * @param {string} title
 * @param {(low: number, high: number) => void} moved
 */
export function between(title, moved) {
  let ends = [0, 1];
  const inputs = ["Lowest", "Highest"].map((name, side) => html("input", {
    type: "range", min: 0, max: 1, step: STEP, "aria-label": `${name} ${title.toLowerCase()}`,
    input: (/** @type {Event} */ event) => {
      const value = Number(/** @type {HTMLInputElement} */ (event.target).value);
      ends = side ? [ends[0], Math.max(ends[0], value)] : [Math.min(ends[1], value), ends[1]];
      show();
      moved(ends[0], ends[1]);
    },
  }));
  const filled = html("span", { class: "between-filled" });
  const words = html("span", { class: "between-words" });
  const root = html("div", { class: "between", role: "group", "aria-label": title },
    html("span", { "aria-hidden": "true" }, title),
    html("span", { class: "between-track" }, filled, inputs), words);

  function show() {
    inputs.forEach((input, side) => {
      input.value = String(ends[side]);
      input.setAttribute("aria-valuetext", inPercent(ends[side]));
    });
    // If both handles are at the upper end, the lower one must be on top.
    inputs[0].classList.toggle("above", ends[0] > 0.5);
    filled.style.left = `${100 * ends[0]}%`;
    filled.style.right = `${100 - 100 * ends[1]}%`;
    replace(words, ends[0] === 0 && ends[1] === 1 ? "any" : `${inPercent(ends[0], "")}–${inPercent(ends[1])}`);
  }
  show();
  return {
    root,
    /** @param {number} low @param {number} high */
    set(low, high) { ends = [low, high]; show(); },
  };
}

/** @param {number} share @param {string} [unit] */
function inPercent(share, unit = "\u202f%") {
  return `${Number((100 * share).toFixed(6))}${unit}`;
}
