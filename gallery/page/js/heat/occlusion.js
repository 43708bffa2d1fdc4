/** Occlusion as a heatmap: the drop of a class's score when a patch is hidden; computed in a worker, so it arrives in parts. */
import { named } from "../dom.js";
import { patchGrid, patchOf, perPixel } from "../engine/occlusion.js";
import { prepare } from "../values/model-input.js";
import { cut, number, percent } from "../words.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../contract.js").Manifest} Manifest */

/** The most patches. */
const MOST = 1100;

/** Selectable patch sizes, in pixels. @param {number} height @param {number} width */
export function patchSizes(height, width) {
  const side = Math.min(height, width);
  // Odd sizes are centered on a pixel.
  const offered = [3, 5, 7, 9, ...[16, 8, 4, 2].map((part) => 2 * Math.floor((side / part - 1) / 2) + 1)];
  const sizes = [...new Set(offered)].sort((a, b) => a - b).filter((size) => {
    if (size < 3 || size > side / 2) return false;
    const { rows, columns } = patchGrid(height, width, size);
    return rows * columns <= MOST;
  });
  return sizes.length ? sizes : [Math.max(1, Math.floor(side / 2))];
}

/** The size nearest to a quarter of the image. @param {number[]} sizes @param {number} height @param {number} width */
export function usualSize(sizes, height, width) {
  const wanted = Math.min(height, width) / 4;
  return sizes.reduce((best, size) => (Math.abs(size - wanted) < Math.abs(best - wanted) ? size : best));
}

/**
 * The color of a patch, from black 0 to white 1, one value per channel: the background of the model's images, or the
 * image mean.
 * @param {Float32Array} unit @param {number} channels @param {string} kind "ground" or "mean" @param {string | null} background
 */
export function fillOf(unit, channels, kind, background) {
  if (kind === "ground" && background) return new Float32Array(channels).fill(background === "light" ? 1 : 0);
  const sums = new Float64Array(channels);
  for (let i = 0; i < unit.length; i += 1) sums[i % channels] += unit[i];
  return Float32Array.from(sums, (sum) => (sum * channels) / unit.length);
}

/**
 * @param {ReturnType<typeof import("../worker/occlusion-jobs.js").occluder>} occluder
 * @param {Manifest} manifest @param {string | null} background @param {(i: number) => string} nameOf
 */
export function hiddenHeat(occluder, manifest, background, nameOf) {
  const [height, width, channels] = manifest.picture;
  let grid = patchGrid(height, width, Math.min(height, width));
  let values = new Float32Array(1);
  let chances = new Float32Array(1);
  /** @type {Float32Array} */
  let fill = new Float32Array(channels);
  let [target, score, chance, done, total] = [0, 0, 0, 0, 0];
  /** The last request. @type {{ unit: Float32Array, key: string } | null} */
  let asked = null;

  /** The cell with the largest drop. */
  const dearest = () => values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
  /** Whether it belongs to this image. @param {Float32Array} unit */
  const holds = (unit) => asked !== null && asked.unit.every((value, i) => value === unit[i]);
  const finished = () => total > 0 && done === total;
  function fillWords() {
    if (channels === 1 || fill.every((value) => value === fill[0])) {
      if (fill[0] === 0) return "black";
      if (fill[0] === 1) return "white";
    }
    return `the image mean, ${[...fill].map((value) => number(Number(value.toFixed(2)))).join(", ")}`;
  }

  return {
    name: "occlusion", title: "Occlusion", unit: "score lost when hidden", signed: true, fine: false,
    get known() { return done > 0; },
    get rows() { return grid.rows; },
    get columns() { return grid.columns; },
    /** @type {[number, number]} */
    get extent() { return [(grid.rows * grid.stride) / height, (grid.columns * grid.stride) / width]; },
    get values() { return values; },
    /** The share that is done, or null if nothing is running. */
    get progress() { return asked && !finished() ? (total ? done / total : 0) : null; },
    /**
     * Start, unless the same was requested before.
     * @param {Float32Array} unit @param {number} wanted the class @param {number} size @param {string} kind
     * @param {(finished: boolean) => void} heard
     */
    ask(unit, wanted, size, kind, heard) {
      const key = `${wanted} ${size} ${kind}`;
      if (asked?.key === key && holds(unit)) return;
      asked = { unit: unit.slice(), key };
      [target, done, total] = [wanted, 0, 0];
      grid = patchGrid(height, width, size);
      values = new Float32Array(grid.rows * grid.columns);
      chances = new Float32Array(values.length);
      fill = fillOf(unit, channels, kind, background);
      const picture = new Float32Array(unit.length);
      prepare(manifest.input, unit, picture);
      const hidden = new Float32Array(channels);
      prepare(manifest.input, fill, hidden);
      occluder.ask({ picture, fill: [...hidden], size, stride: grid.stride, target }, (progress) => {
        values.set(progress.drops);
        chances.set(progress.chances);
        ({ done, total, score, chance } = progress);
        heard(finished());
      });
    },
    holds,
    /** Cancel. */
    forget() {
      if (!asked) return;
      asked = null;
      done = total = 0;
      occluder.stop();
    },
    /** @param {Float32Array} out */
    smooth: (out) => perPixel(grid, values, out),
    /** @param {boolean} smooth */
    grain: (smooth) => `${grid.rows}×${grid.columns} cells, ${grid.size}×${grid.size} patches, stride ${grid.stride}${smooth
      ? ", averaged over the patches of each pixel" : ""}`,
    words() {
      if (!finished()) return [];
      const begin = ["Occlusion for ", named(cut(nameOf(target), 40)), `, each patch hidden with ${fillWords()}. `];
      if (isFlatHeatmap(values)) return [...begin, values[0] ? `Each lowers the score by ${number(values[0])}.` : "No patch changes the score."];
      const cell = dearest();
      if (values[cell] <= 0) return [...begin, "No patch lowers the score."];
      const [top, left, bottom, right] = patchOf(grid, cell, [0, 0, 0, 0]);
      return [...begin, `Rows ${top}–${bottom - 1}, columns ${left}–${right - 1} have the largest effect: `,
        `score ${number(score)} to ${number(score - values[cell])}, probability ${percent(chance)} to ${percent(Math.max(0, chance - chances[cell]))}.`];
    },
    label: () => `the drop of the score of ${nameOf(target)} when a patch is hidden${finished() ? "" : ", not computed yet"}`,
    numbers: () => (finished() ? [{ title: "Drop of the score", values }, { title: "Drop of the probability", values: chances }] : []),
  };
}
