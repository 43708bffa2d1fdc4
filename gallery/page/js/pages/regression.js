/** `#/regression?output=1`: predicted against true numbers, their errors, and the images with the largest ones. */
import { html, named, replace } from "../dom.js";
import { errorCards } from "../evaluation/error-images.js";
import { errorHistogram, scatter } from "../evaluation/errors.js";
import { intervalWord } from "../evaluation/wording.js";
import { pick } from "../parts/select.js";
import { scroller, table } from "../parts/table.js";
import { regressionOffers } from "../save/regression.js";
import { saveControl } from "../save/save-button.js";
import { counted, cut, number, whole } from "../words.js";

/** @typedef {import("../types.js").With<"regression">} RegressionContext */
/** @typedef {import("../contract.js").Estimate} Estimate */

export const page = { name: "regression", menu: () => ({ label: "Evaluation" }), open };

/** @param {HTMLElement} host @param {RegressionContext} context @param {import("../route.js").Route} route */
function open(host, context, route) {
  const { data } = context;
  const entry = data.sections.regression;
  const several = entry.outputs.length > 1;
  let output = read(route.selection);

  /** @param {Record<string, string>} selection */
  function read(selection) {
    const asked = Number(selection.output ?? 0);
    return Number.isInteger(asked) && asked >= 0 && asked < entry.outputs.length ? asked : 0;
  }

  const outputs = pick("Output", entry.outputs.map((row, i) => ({ name: String(i), label: row.output })),
    (name) => context.go(context.address("regression", null, { output: name === "0" ? null : name }), { replace: true }));
  const shown = html("div");
  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "Evaluation"), saveControl(context.tell, () => regressionOffers(context))),
    html("p", { class: "lead" }, named(cut(data.model.name, 60)), ` on ${counted(entry.pictures, "image")} of `, named(cut(data.pictures.source, 60)), `: ${several ? `${whole(entry.outputs.length)} numbers per image` : "one number per image"}.`),
    entry.pictures > context.pictures.length ? html("p", { class: "note" }, `The figures cover all ${counted(entry.pictures, "image")}. This page contains ${whole(context.pictures.length)} of them: the largest errors first, then a random sample.`) : null,
    entry.against.map((line) => html("p", {}, named(line))),
    several ? html("section", {}, html("h2", {}, "Output by output", html("span", { class: "aside" }, `small numbers: ${intervalWord(entry.interval.level)}s`)), eachOutput(entry)) : null,
    several ? html("div", { class: "all-head after" }, outputs.root) : null,
    shown,
    html("p", { class: "note after" }, `Confidence intervals: bootstrap percentiles of ${whole(entry.interval.rounds)} resamples of the images (seed ${entry.interval.seed}). They show how much a figure varies over other images from the same distribution, not over a different one.`));

  function draw() {
    outputs.set(String(output));
    const row = entry.outputs[output];
    replace(shown, figures(entry, row),
      html("section", {}, html("h2", {}, "Predicted and true", html("span", { class: "aside" }, "click a point to see its image")), scatter(context, output)),
      html("section", {}, html("h2", {}, "Errors"), errorHistogram(entry.errors[output], row, entry.pictures)),
      html("section", {}, html("h2", {}, "Largest errors"), errorCards(context, output)));
  }
  draw();
  return {
    title: "Evaluation",
    /** @param {import("../route.js").Route} next */
    update(next) {
      const asked = read(next.selection);
      if (asked === output) return true;
      output = asked;
      draw();
      context.tell(entry.outputs[output].output);
      return true;
    },
  };
}

/** @param {Estimate} one */
function figure(one) {
  return one.value === null ? "–" : number(one.value);
}

/** @param {Estimate} one */
function ends(one) {
  return one.low === null || one.high === null ? "" : `${number(one.low)} to ${number(one.high)}`;
}

/** The key figures of an output. @param {import("../contract.js").Regression} entry @param {import("../contract.js").Regression["outputs"][number]} row */
function figures(entry, row) {
  const word = intervalWord(entry.interval.level);
  /** @param {Estimate} held @param {string} words */
  const one = (held, words) => html("li", {}, html("span", { class: "figure" }, figure(held)), html("span", { class: "finding-text" }, `${words}.${ends(held) ? ` ${word} ${ends(held)}.` : ""}`));
  return html("ul", { class: "findings evaluated" },
    one(row.mae, "mean absolute error, in the units of the labels"),
    one(row.rmse, "root of the mean squared error"),
    one(row.r2, row.r2.value === null ? "R² is undefined: all true values are equal" : "R², the share of the variance that is predicted; 0 is as good as always predicting the mean"),
    one(row.mean_error, `mean error: predictions are too ${/** @type {number} */ (row.mean_error.value) > 0 ? "high" : "low"} on average by this much`));
}

/** @param {import("../contract.js").Regression} entry */
function eachOutput(entry) {
  /** @param {Estimate} one */
  const cell = (one) => html("span", { class: "figured" }, html("span", {}, figure(one)), ends(one) ? html("span", { class: "ends-of" }, ends(one)) : null);
  const columns = [{ title: "Output" }, ...["Mean absolute error", "RMSE", "R²", "Mean error"].map((title) => ({ title, number: true }))];
  return scroller("Figures per output", table("Figures of each output", columns,
    entry.outputs.map((row) => [named(cut(row.output, 32)), cell(row.mae), cell(row.rmse), cell(row.r2), cell(row.mean_error)])));
}
