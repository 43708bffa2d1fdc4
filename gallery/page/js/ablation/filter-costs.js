/** The cost of removing each filter: its values, their order and their wording. */
import { number } from "../words.js";

/** @typedef {{ path: string, noun: string, channel: number, accuracy: number, loss: number, rank: number, idle: boolean, of: number }} Cost */

/** How a filter is removed: its output is set to zero, or to its mean over the images. */
export const MODES = [{ name: "zero", label: "set to zero" }, { name: "mean", label: "set to its mean" }];

/** The costs of the filters of one layer of the contract. @param {import("../contract.js").Ablation["layers"][number]} layer @param {string} mode @returns {Cost[]} */
export function costsOf(layer, mode) {
  const row = mode === "mean" ? 1 : 0;
  const idle = new Set(layer.idle);
  return layer.norm.map((/** @type {number} */ _, /** @type {number} */ channel) => ({
    path: layer.path, noun: layer.noun, channel, accuracy: layer.accuracy[row][channel], loss: layer.loss[row][channel],
    rank: layer.ranks[channel], idle: idle.has(channel), of: layer.norm.length,
  }));
}

/** The costliest first, by loss, then by number. @param {Cost[]} costs */
export function costliest(costs) {
  return [...costs].sort((a, b) => b.loss - a.loss || a.channel - b.channel);
}

/** A difference of accuracies in points, with its sign: "−0.3 points". @param {number} share lost */
export function pointsLost(share) {
  const points = Number((-100 * share).toFixed(2)) + 0;
  return `${points > 0 ? "+" : ""}${String(points).replace("-", "−")} ${Math.abs(points) === 1 ? "point" : "points"}`;
}

/** A difference of losses with its sign. @param {number} loss gained */
export function lossGained(loss) {
  return `${loss > 0 ? "+" : ""}${number(Number(loss.toPrecision(3)))}`;
}
