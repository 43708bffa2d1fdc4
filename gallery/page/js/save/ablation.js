/** The files that the ablation page can save. */
import { costliest, costsOf } from "../ablation/filter-costs.js";
import { chartTitle } from "../ablation/curves.js";
import { ORDERS } from "../ablation/curve-layout.js";
import { capital, counted } from "../words.js";
import { ablationSheet } from "./ablation-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";

/** @typedef {import("../types.js").Context} Context */

/** The most filters on a sheet. */
const MOST = 15;

/**
 * @param {import("../types.js").With<"ablation">} context @param {import("../contract.js").Ablation["layers"]} layers that are shown @param {import("../contract.js").AblationCurves} curves
 * @param {{ path: string | null, whose: string, by: "accuracy" | "loss", mode: string }} state
 * @returns {import("./save-button.js").Offer[]}
 */
export function ablationOffers(context, layers, curves, { path, whose, by, mode }) {
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

  async function sheet() {
    const ranked = costliest(layers.flatMap((layer) => costsOf(layer, mode)));
    const costs = ranked.slice(0, MOST);
    const removed = mode === "mean" ? "set to its mean" : "set to zero";
    const view = {
      curves, by, costs, titles: ablation.titles, bound: curves.accuracy.cost[0] - ablation.within, chart: chartTitle(by, whose),
      bars: `Cross-entropy and accuracy with each ${removed}${ranked.length > costs.length ? `: the ${MOST} costliest of ${ranked.length}` : ""}`,
      notes: [`${capital(curves.evidence)}.`,
        `Least important first.${curves.random.accuracy.length ? ` Gray: range of ${counted(curves.random.accuracy.length, "random order")}.` : ""}${by === "accuracy" ? ` Dashed line: ${Number((100 * ablation.within).toPrecision(3))} points below the full model.` : ""}`,
        credit(context.data, [])],
    };
    download(named("png"), await png(ablationSheet(view, 2)), "image/png");
  }

  return [
    { kind: "PNG", what: "sheet with the curves and the costliest filters", save: sheet },
    { kind: "CSV", what: "cost, norm and Taylor score of each filter", save: filters },
    { kind: "CSV", what: `curves of ${whose}`, save: lines },
    { kind: "JSON", what: "everything, with the findings as text", save: () => download(named("json"), jsonText({ ...origin(context, "ablation"), ...ablation }), "application/json") },
  ];
}
