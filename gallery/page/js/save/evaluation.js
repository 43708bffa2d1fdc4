/** The files that the evaluation page can save. */
import { hasMatrix } from "../parts/confusion-matrix.js";
import { confusionSheet } from "./confusion-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {import("../types.js").With<"evaluation">} context @param {ReturnType<typeof import("../values/confusion-counts.js").confusionOf>} found @param {(i: number) => string} nameOf
 * @returns {import("./save-button.js").Offer[]}
 */
export function evaluationOffers(context, found, nameOf) {
  const { data, pictures } = context;
  const { evaluation } = data.sections;
  const all = evaluation.classes.map((_, /** @type {number} */ i) => i);
  const few = hasMatrix(all.length);
  /** @param {string} suffix @param {string} [what] */
  const named = (suffix, what = "evaluation") => titled(context, [what], suffix);

  async function sheet() {
    const view = { found, count: evaluation.pictures, names: all.map(nameOf), ramp: context.ramps.viridis, credit: credit(data, []) };
    download(named("png", "confusion"), await png(confusionSheet(view, 2)), "image/png");
  }

  function classes() {
    const columns = Object.keys(evaluation.classes[0]);
    const { other } = evaluation;
    // With two models, a row begins with its model.
    /** @type {[string | null, { classes: import("../contract.js").EvaluatedClasses }][]} */
    const sides = other ? [[`A ${data.model.name}`, evaluation], [`B ${other.model.name}`, other]] : [[null, evaluation]];
    const rows = sides.flatMap(([name, side]) => side.classes.map((row) => [...(name ? [name] : []), ...columns.map((column) => row[column])]));
    download(named("csv", "classes"), csv(other ? ["model", ...columns] : columns, rows), "text/csv;charset=utf-8");
  }

  function bins() {
    const columns = Object.keys(evaluation.calibration.bins[0]);
    download(named("csv", "reliability"), csv(columns, evaluation.calibration.bins.map((bin) => columns.map((column) => /** @type {Record<string, number | null>} */ (bin)[column]))), "text/csv;charset=utf-8");
  }

  function everything() {
    const picks = Object.fromEntries(Object.entries(evaluation.picks).map(([name, places]) => [name, /** @type {number[]} */ (places).map((place) => pictureFacts(pictures[place]))]));
    download(named("json"), jsonText({ ...origin(context, "evaluation"), ...evaluation, picks }), "application/json");
  }

  return [
    ...(few ? [{ kind: "PNG", what: "sheet with the confusion matrix", save: sheet }] : []),
    { kind: "CSV", what: "precision, recall and F1 of each class", save: classes },
    { kind: "CSV", what: "reliability diagram, one row per bin", save: bins },
    { kind: "JSON", what: "everything, with confidence intervals", save: everything },
  ];
}
