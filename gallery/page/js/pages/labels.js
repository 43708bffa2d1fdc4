/** `#/labels?label=2&show=misses`: the figures of labels that do not exclude each other, and the mistakes of each. */
import { html, named, replace } from "../dom.js";
import { LABEL_PICKS, labelCards } from "../evaluation/label-images.js";
import { labelFigures } from "../evaluation/labels.js";
import { between, fine, intervalWord } from "../evaluation/wording.js";
import { choice } from "../parts/radio-buttons.js";
import { pick } from "../parts/select.js";
import { scroller, table } from "../parts/table.js";
import { labelOffers } from "../save/labels.js";
import { saveControl } from "../save/save-button.js";
import { classNamer } from "../values/images.js";
import { counted, cut, percent, whole } from "../words.js";

/** @typedef {import("../types.js").With<"labels">} LabelContext */

export const page = { name: "labels", menu: () => ({ label: "Evaluation" }), open };

/** @param {HTMLElement} host @param {LabelContext} context @param {import("../route.js").Route} route */
function open(host, context, route) {
  const { data } = context;
  const entry = data.sections.labels;
  const nameOf = classNamer(data);
  // The label with the most mistakes on the page comes first.
  const most = entry.picks.map(({ alarms, misses }) => alarms.length + misses.length);
  const first = most.indexOf(Math.max(...most));
  let state = read(route.selection);

  /** @param {Record<string, string>} selection */
  function read(selection) {
    const label = Number(selection.label ?? first);
    const known = Number.isInteger(label) && label >= 0 && label < entry.labels.length ? label : first;
    const other = entry.picks[known].alarms.length ? "alarms" : "misses";
    return { label: known, show: LABEL_PICKS.some((one) => one.name === selection.show) ? selection.show : other };
  }
  /** @param {{ label?: number, show?: string }} change */
  function go(change) {
    context.go(context.address("labels", null, { label: change.label ?? state.label, show: change.show ?? (change.label === undefined ? state.show : null) }), { replace: true });
  }

  const labels = pick("Label", entry.labels.map((row, i) => ({ name: String(i), label: row.label })), (name) => go({ label: Number(name) }));
  const show = choice("Images", LABEL_PICKS, (name) => go({ show: name }));
  const shown = html("div");
  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "Evaluation"), saveControl(context.tell, () => labelOffers(context))),
    html("p", { class: "lead" }, named(cut(data.model.name, 60)), ` on ${counted(entry.pictures, "image")} of `, named(cut(data.pictures.source, 60)), `. An image can have several of ${counted(entry.labels.length, "label")}; one is predicted at a probability of ${entry.threshold} or more.`),
    entry.pictures > context.pictures.length ? html("p", { class: "note" }, `The figures cover all ${counted(entry.pictures, "image")}. This page contains ${whole(context.pictures.length)} of them: mistakes of each label first, then a random sample.`) : null,
    entry.against.map((line) => html("p", {}, named(line))),
    figures(entry),
    html("section", {}, html("h2", {}, "Label by label", html("span", { class: "aside" }, `small numbers: ${intervalWord(entry.interval.level)}s`)),
      labelFigures(entry.labels, (i) => context.address("labels", null, { label: i })),
      html("p", { class: "note after" }, "Precision: share of the images predicted to have the label that have it. Recall: share of the images with the label for which it is predicted. F1: harmonic mean of both. Average precision: mean precision over all thresholds, weighted by the gain in recall.")),
    html("section", {}, html("div", { class: "all-head" }, html("h2", {}, "Mistakes of a label"), labels.root, show.root), shown),
    entry.together.length ? html("section", {}, html("h2", {}, "Labels together"), together(entry, nameOf)) : null,
    html("p", { class: "note after" }, `Confidence intervals: bootstrap percentiles of ${whole(entry.interval.rounds)} resamples of the images (seed ${entry.interval.seed}); exact binomial for precision, recall and exact matches of 0 and 100 %. They show how much a figure varies over other images from the same distribution, not over a different one.`));

  function draw() {
    labels.set(String(state.label));
    show.set(state.show);
    const one = /** @type {typeof LABEL_PICKS[number]} */ (LABEL_PICKS.find(({ name }) => name === state.show));
    replace(shown, labelCards(context, entry.picks[state.label][one.name], state.label, one));
  }
  draw();
  return {
    title: "Evaluation",
    /** @param {import("../route.js").Route} next */
    update(next) {
      const asked = read(next.selection);
      if (asked.label === state.label && asked.show === state.show) return true;
      state = asked;
      draw();
      context.tell(`${nameOf(state.label)}, ${state.show === "alarms" ? "wrongly predicted" : "missed"}`);
      return true;
    },
  };
}

/** The key figures. @param {import("../contract.js").LabelEvaluation} entry */
function figures(entry) {
  const word = intervalWord(entry.interval.level);
  const known = entry.labels.filter((row) => row.average_precision !== null).length;
  const right = Math.round(/** @type {number} */ (entry.exact.value) * entry.pictures);
  /** @param {string} figure @param {string} words */
  const one = (figure, words) => html("li", {}, html("span", { class: "figure" }, figure), html("span", { class: "finding-text" }, words));
  /** @param {import("../contract.js").Estimate} held */
  const ends = (held) => (held.low === null ? "" : ` ${word} ${between(held)}.`);
  return html("ul", { class: "findings evaluated" },
    one(fine(entry.mean_average_precision.value), `mean average precision over ${known === entry.labels.length ? counted(known, "label") : `the ${whole(known)} of ${counted(entry.labels.length, "label")} that any image has`}.${ends(entry.mean_average_precision)}`),
    one(fine(entry.macro_f1.value), `macro F1, the mean over labels.${ends(entry.macro_f1)}`),
    one(fine(entry.exact.value), `of the images have exactly the predicted labels: ${whole(right)} of ${counted(entry.pictures, "image")}.${ends(entry.exact)}`));
}

/** The labels that images have together most often. @param {import("../contract.js").LabelEvaluation} entry @param {(i: number) => string} nameOf */
function together(entry, nameOf) {
  return scroller("Labels together", table("Images that have two labels", [{ title: "Labels" }, { title: "Images with both", number: true }, { title: "of the first", number: true }, { title: "of the second", number: true }],
    entry.together.map(([a, b, count]) => [
      html("span", {}, named(cut(nameOf(a), 32)), " and ", named(cut(nameOf(b), 32))),
      whole(count), percent(count / entry.labels[a].images), percent(count / entry.labels[b].images),
    ])));
}
