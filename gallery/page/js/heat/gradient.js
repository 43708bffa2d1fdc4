/** The gradient as a heatmap: which pixels change the score, and in which direction. */
import { named } from "../dom.js";
import { plant } from "../engine/score.js";
import { cut, number } from "../words.js";
import { highest, whereabouts } from "./heatmap.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../contract.js").Manifest} Manifest */

/**
 * @param {import("../engine/network.js").Network} net
 * @param {Manifest} manifest
 * @param {(i: number) => string} nameOf
 */
export function gradientHeat(net, manifest, nameOf) {
  const [height, width, channels] = manifest.picture;
  const seed = new Float32Array(net.logits.length);
  const gradients = new Float32Array(height * width);
  let target = 0;
  /** @type {number | null} */
  let rival = null;
  return {
    name: "change", title: "Gradient", unit: "change of the score per unit of brightness", signed: true, fine: true, known: true,
    rows: height, columns: width, values: gradients,
    extent: /** @type {[number, number]} */ ([1, 1]),
    /** Explain a class, or one against another, after a run. @param {number} wanted @param {number | null} against */
    compute(wanted, against) {
      target = wanted;
      rival = against;
      seed.fill(0);
      plant(seed, target, 1);
      if (rival !== null) plant(seed, rival, -1);
      const gradient = net.gradient(seed, null);
      const { factor } = manifest.input;
      // For color images, the sum over channels.
      for (let p = 0, i = 0; p < gradients.length; p += 1) {
        let sum = 0;
        for (let c = 0; c < channels; c += 1, i += 1) sum += gradient[i] * factor[c % factor.length];
        gradients[p] = sum;
      }
    },
    /** @param {Float32Array} out */
    smooth(out) { out.set(gradients); return out; },
    grain: () => `${height}×${width} cells, one per pixel`,
    words: () => ["Brightening orange pixels or darkening blue pixels raises the score of ", named(cut(nameOf(target), 40)),
      rival === null ? null : [" relative to ", named(cut(nameOf(rival), 40))],
      isFlatHeatmap(gradients) ? ". No pixel has an effect." : `. Strongest ${whereabouts(gradients, height, width)}, ${number(highest(gradients))}.`],
    label: () => `the pixels that raise the score of ${nameOf(target)}`,
    numbers: () => [{ title: "Change of the score per unit of brightness", values: gradients }],
  };
}
