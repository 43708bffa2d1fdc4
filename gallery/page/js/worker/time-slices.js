/** Occlusion in time slices, so that the thread can receive newer jobs in between. */
import { occlusion, patchGrid } from "../engine/occlusion.js";

/**
 * @typedef {object} Job
 * @property {Float32Array} picture the image as the model takes it @property {number[]} fill the patch's color, one
 * value per channel, as the model takes it
 * @property {number} size of a patch @property {number} stride @property {number} target the class
 */
/**
 * @typedef {object} Progress
 * @property {number} done @property {number} total patches
 * @property {number} score @property {number} chance of the class without a patch
 * @property {Float32Array} drops @property {Float32Array} chances their drops, one per cell
 */

/**
 * @param {import("../engine/network.js").Network} net
 * @param {number[]} shape height and width of the image
 * @param {Job} job
 * @param {object} way
 * @param {number} way.slice milliseconds
 * @param {() => Promise<unknown>} way.pause between slices
 * @param {() => boolean} way.stale whether the job is obsolete
 * @param {(progress: Progress) => void} way.heard after each slice; the arrays change with the next one
 */
export async function inSlices(net, shape, job, { slice, pause, stale, heard }) {
  const grid = patchGrid(shape[0], shape[1], job.size, job.stride);
  const hiding = occlusion(net, grid, job.picture, job.fill, job.target);
  for (;;) {
    const until = performance.now() + slice;
    while (hiding.step() && performance.now() < until);
    heard(hiding);
    if (hiding.done === hiding.total) return;
    await pause();
    if (stale()) return;
  }
}
