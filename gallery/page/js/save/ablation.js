/** What the page of an ablation offers to save. */
import { costsOf } from "../ablation/costs.js";
import { ORDERS } from "../ablation/curves.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, titled } from "./facts.js";
import { jsonText } from "./json.js";

/**
 * @param {any} context @param {any[]} layers that are shown @param {any} curves
 * @param {{ path: string | null, whose: string }} state
 * @returns {import("./control.js").Offer[]}
 */
export function ablationOffers(context, layers, curves, { path, whose }) {
  /** @param {string} suffix @param {string} [what] */
  const named = (suffix, what = "") => titled(context, ["ablation", ...(path ? [path] : []), ...(what ? [what] : [])], suffix);
  const { ablation } = context.data.sections;

  function filters() {
    const rows = layers.flatMap((layer) => {
      const means = costsOf(layer, "mean");
      return costsOf(layer, "zero").map((cost, i) => [cost.path, cost.channel, cost.rank, cost.accuracy, cost.loss, means[i].accuracy, means[i].loss,
        layer.norm[i], layer.taylor[i], cost.idle ? 1 : 0]);
    });
    const columns = ["layer", "filter", "rank", "accuracy lost (zero)", "loss gained (zero)", "accuracy lost (mean)", "loss gained (mean)",
      "kernel norm", "taylor score", "changes no answer"];
    download(named("csv"), csv(columns, rows), "text/csv;charset=utf-8");
  }

  function lines() {
    const { random } = curves;
    const columns = ["removed", ...[...ORDERS].reverse().flatMap((name) => [`accuracy (${name})`, `loss (${name})`]),
      ...random.accuracy.flatMap((/** @type {number[]} */ _, /** @type {number} */ i) => [`accuracy (random ${i})`, `loss (random ${i})`])];
    const rows = curves.counts.map((/** @type {number} */ count, /** @type {number} */ i) => [count,
      ...[...ORDERS].reverse().flatMap((name) => [curves.accuracy[name][i], curves.loss[name][i]]),
      ...random.accuracy.flatMap((/** @type {number[]} */ row, /** @type {number} */ seed) => [row[i], random.loss[seed][i]])]);
    download(named("csv", "curves"), csv(columns, rows), "text/csv;charset=utf-8");
  }

  return [
    { kind: "CSV", what: "what each filter costs, its norm and Taylor score", save: filters },
    { kind: "CSV", what: `the curves of ${whose}`, save: lines },
    { kind: "JSON", what: "all of it, with the findings in words", save: () => download(named("json"), jsonText({ ...origin(context, "ablation"), ...ablation }), "application/json") },
  ];
}
