/** The worker's side: it has its own network and runs occlusion until a newer job arrives. */
import { network } from "../engine/network.js";
import { inSlices } from "./time-slices.js";

/** Milliseconds after which it checks for messages. */
const SLICE = 30;

/**
 * A message to the worker: a network to hold, a job, or neither to cancel the current job.
 * @typedef {{ manifest?: import("../contract.js").Manifest, weights?: Uint8Array, turn?: number,
 *   job?: import("./time-slices.js").Job }} Order
 */

/** @param {{ onmessage: ((event: MessageEvent<Order>) => void) | null, postMessage: (message: unknown) => void }} scope the worker itself */
export function serve(scope) {
  /** @type {import("../engine/network.js").Network | null} */
  let net = null;
  let shape = [0, 0];
  let newest = 0;
  scope.onmessage = async ({ data }) => {
    try {
      if (data.manifest) {
        net = network(data.manifest, /** @type {Uint8Array} */ (data.weights));
        shape = data.manifest.picture;
        return;
      }
      newest = /** @type {number} */ (data.turn);
      if (!data.job || !net) return;
      await inSlices(net, shape, data.job, {
        slice: SLICE,
        pause: () => new Promise((go) => { setTimeout(go, 0); }),
        stale: () => newest !== data.turn,
        heard: ({ done, total, score, chance, drops, chances }) =>
          scope.postMessage({ turn: data.turn, progress: { done, total, score, chance, drops, chances } }),
      });
    } catch (fault) {
      scope.postMessage({ fault: String(fault) });
    }
  };
  scope.postMessage({ ready: true });
}
