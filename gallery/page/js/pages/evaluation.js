/** `#/evaluation?cells=row&show=random`: accuracy with confidence intervals, calibration, and where the model is wrong. */
import { choice } from "../parts/radio-buttons.js";
import { letter } from "../compare/sides.js";
import { confusionOf } from "../values/confusion-counts.js";
import { html, named, replace } from "../dom.js";
import { classFigures } from "../evaluation/classes.js";
import { twoModels } from "../evaluation/models.js";
import { oneByOne } from "../evaluation/predictions-film.js";
import { PICKS, pickGrid } from "../evaluation/example-images.js";
import { reliability } from "../evaluation/reliability.js";
import { between, claim, fine, intervalWord, nats } from "../evaluation/wording.js";
import { CELLS, confusedList, hasMatrix, matrix } from "../parts/confusion-matrix.js";
import { someAreHere } from "../parts/evaluation-scope.js";
import { classNamer } from "../values/images.js";
import { saveControl } from "../save/save-button.js";
import { evaluationOffers } from "../save/evaluation.js";
import { counted, cut, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "evaluation", menu: () => ({ label: "Evaluation" }), open };

/** @param {HTMLElement} host @param {import("../types.js").With<"evaluation">} context @param {import("../route.js").Route} route */
function open(host, context, route) {
  const { data } = context;
  const entry = data.sections.evaluation;
  const nameOf = classNamer(data);
  const classes = data.pictures.probabilities.classes;
  const found = confusionOf(entry.confusion, classes);
  const few = hasMatrix(classes);
  let state = read(route.selection), playing = "";

  /** @param {Record<string, string>} selection */
  function read(selection) {
    return {
      cells: CELLS.some((way) => way.name === selection.cells) ? selection.cells : CELLS[0].name,
      show: PICKS.some((pick) => pick.name === selection.show) ? selection.show : PICKS[0].name,
    };
  }
  /** @param {Partial<typeof state>} change */
  function go(change) {
    const next = { ...state, ...change };
    context.go(context.address("evaluation", null, { cells: next.cells === CELLS[0].name ? null : next.cells, show: next.show === PICKS[0].name ? null : next.show }), { replace: true });
  }

  const cells = choice("Cells", CELLS, (name) => go({ cells: name }));
  const show = choice("Images", PICKS, (name) => go({ show: name }));
  const grid = html("div"), shown = html("div"), film = oneByOne(context, nameOf);
  const sides = [{ name: data.model.name, side: "of-a", entry }, ...(entry.other ? [{ name: entry.other.model.name, side: "of-b", entry: entry.other }] : [])];
  // With two models, single-model content is marked with its letter.
  const own = () => (entry.other ? [" ", letter("a")] : null);
  const diagrams = sides.map(({ name, side, entry: { calibration } }) => ({ name, side, bins: calibration.bins, error: calibration.expected_error }));

  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "Evaluation"), saveControl(context.tell, () => evaluationOffers(context, found, nameOf))),
    html("p", { class: "lead" }, entry.other ? letter("a") : null, named(cut(data.model.name, 60)), entry.other ? [" compared with ", letter("b"), named(cut(entry.other.model.name, 60))] : null, ` on ${counted(entry.pictures, "image")} of `, named(cut(data.pictures.source, 60)), "."),
    someAreHere(context),
    figures(entry),
    entry.other ? twoModels(context, /** @type {import("../types.js").EvaluatedPair} */ (entry)) : null,
    html("section", {},
      html("div", { class: "all-head" }, html("h2", {}, few ? "Confusion matrix" : "Most often confused", own(), html("span", { class: "aside" }, "click a cell to see its images")), few ? cells.root : null),
      entry.other ? html("p", { class: "note" }, "This matrix and the images below show ", letter("a"), "only. For ", letter("b"), ", run ", html("code", {}, "cnnviz evaluate --model"), ".") : null,
      grid, entry.confused.length ? (few ? pairs(context, entry.confused) : null) : html("p", { class: "note" }, "No classes are confused.")),
    html("section", {}, html("h2", {}, "Class by class", html("span", { class: "aside" }, `small numbers: ${intervalWord(entry.interval.level)}s`)),
      classFigures(context, entry.classes, entry.other?.classes ?? null, nameOf),
      html("p", { class: "note after" }, "Precision: share of the images predicted as this class that belong to it. Recall: share of this class's images that are predicted as it. F1: harmonic mean of both.")),
    html("section", {}, html("h2", {}, "Calibration"),
      html("div", { class: "calibrated" }, reliability(diagrams),
        html("div", { class: "calibrated-words" },
          sides.map(({ name, entry: { calibration } }) => html("p", {}, html("b", { class: "figure" }, fine(calibration.expected_error)),
            "expected calibration error", entry.other ? [" of ", named(cut(name, 30))] : null, `: ${claim(calibration.excess)}.`)),
          html("p", { class: "note" }, "Each point is the accuracy of the images in one confidence bin, with its confidence interval. On the dashed line confidence equals accuracy; below it the model is overconfident."),
          sides.map(({ side, entry: { scaling } }) => html("p", {}, entry.other ? letter(side === "of-a" ? "a" : "b") : null, scaling))))),
    html("section", {}, html("div", { class: "all-head" }, html("h2", {}, "Images", own()), show.root), film.root, shown),
    html("p", { class: "note after" }, `Confidence intervals: bootstrap percentiles of ${whole(entry.interval.rounds)} resamples of the images (seed ${entry.interval.seed}); exact binomial for shares of 0 and 100 % and for the reliability diagram. They show how much a metric varies over other images from the same distribution, not over a different one.`));

  function draw() {
    cells.set(state.cells);
    show.set(state.show);
    replace(grid, few ? matrix(context, found, classes, nameOf, state.cells) : found.confused.length ? confusedList(context, found, nameOf) : null);
    const pick = /** @type {typeof PICKS[0] & { name: keyof typeof entry.picks }} */ (PICKS.find((one) => one.name === state.show));
    replace(shown, pickGrid(context, entry.picks[pick.name], nameOf, pick.none));
    if (playing === pick.name) return;
    playing = pick.name;
    film.show(entry.picks[pick.name]);
  }
  draw();
  return {
    title: "Evaluation",
    /** @param {import("../route.js").Route} next */
    update(next) {
      const asked = read(next.selection);
      if (asked.cells === state.cells && asked.show === state.show) return true;
      const told = asked.cells === state.cells ? PICKS.find((one) => one.name === asked.show) : CELLS.find((one) => one.name === asked.cells);
      state = asked;
      draw();
      context.tell(told?.label ?? "");
      return true;
    },
    close: film.close,
  };
}

/** The key figures. @param {import("../contract.js").Evaluation} entry */
function figures(entry) {
  const word = intervalWord(entry.interval.level);
  const right = Math.round(/** @type {number} */ (entry.accuracy.value) * entry.pictures);
  const meant = entry.classes.filter((row) => row.f1 !== null).length;
  /** @param {string} figure @param {string} words */
  const one = (figure, words) => html("li", {}, html("span", { class: "figure" }, figure), html("span", { class: "finding-text" }, words));
  return html("ul", { class: "findings evaluated" },
    one(fine(entry.accuracy.value), `${entry.other ? "accuracy of A" : "accuracy"}: ${whole(right)} of ${counted(entry.pictures, "image")} correct. ${word} ${between(entry.accuracy)}.`),
    one(/** @type {number} */ (entry.loss.value).toFixed(3), `mean cross-entropy, in nats. ${word} ${nats(entry.loss, " to ")}.`),
    one(fine(entry.macro_f1.value), `macro F1, the mean over ${meant === entry.classes.length ? meant === 1 ? "the one class" : `the ${whole(meant)} classes` : `the ${whole(meant)} of ${whole(entry.classes.length)} classes that have images or are predicted`}. ${word} ${between(entry.macro_f1)}.`),
    one(fine(entry.calibration.expected_error), `expected calibration error: ${claim(entry.calibration.excess)}.`));
}

/** The worst pairs in words. @param {import("../types.js").With<"evaluation">} context @param {{ label: number, said: number, words: string }[]} confused */
function pairs(context, confused) {
  return html("ol", { class: "confused-words" }, confused.map(({ label, said, words }) =>
    html("li", {}, html("a", { href: context.address("images", null, { true: label, pred: said }) }, named(words)))));
}
