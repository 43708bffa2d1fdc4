/** Images to review: duplicates, outliers and probable label errors. */
import { html, named } from "../dom.js";
import { counted, cut, percent, whole } from "../words.js";
import { className, fixed, section } from "./section-parts.js";

/** @typedef {import("./section-parts.js").Report} Report */
/** @typedef {import("./section-parts.js").Part} Part */

const ROOM = 84;

/** @param {Report} report @param {number} place @param {string} words */
function picture(report, place, words) {
  const canvas = html("canvas", { role: "img", "aria-label": words });
  report.thumb(canvas, place, ROOM);
  return canvas;
}

/** The set's name, if there are two. @param {Report} report @param {number} set */
const inSet = (report, set) => (report.two ? ` in ${cut(report.sets[set].name, 40)}` : "");

/** @param {Report} report @returns {Part | null} */
export function duplicates(report) {
  const { doc, entry, sets } = report;
  const across = doc.leaks;
  if (!across && sets.every((set) => set.duplicates === null)) return null;
  const blocks = /** @type {{ title: string, held: import("./document.js").Pairs, places: import("../contract.js").Couple[], leak: boolean }[]} */ ([
    ...(across ? [{ title: `In ${cut(sets[0].name, 40)} and in ${cut(sets[1].name, 40)}`, held: across, places: entry.leaks, leak: true }] : []),
    ...sets.map((set, /** @type {number} */ i) => ({ title: report.two ? `Within ${cut(set.name, 40)}` : "Within the set", held: set.duplicates, places: entry.duplicates[i], leak: false })),
  ].filter(({ held }) => held));
  return {
    name: "duplicates", title: "Duplicates",
    root: section("duplicates", "Duplicate images", across ? "an image in both sets is a leak: the model is tested on what it was trained on" : null, blocks.map(({ title, held, places, leak }) => [
      html("h3", {}, title, html("span", { class: held.count && leak ? "data-count wrong" : "data-count" }, held.count ? `${counted(held.count, "pair")}, ${whole(held.exact)} exact` : "none found")),
      held.count ? html("ul", { class: "data-pairs" }, places.map(([a, b], i) => {
        const pair = held.pairs[i];
        return html("li", {}, html("div", { class: "data-pair" }, picture(report, a, `Image ${pair.pictures[0]}`), picture(report, b, `Image ${pair.pictures[1]}`)),
          html("span", { class: "note" }, `${pair.pictures[0]} and ${pair.pictures[1]}`), html("span", { class: "note" }, pair.exact ? "identical pixels" : `correlation ${fixed(100 * pair.likeness)}\u202f%`),
          pair.other_label ? html("span", { class: "note wrong" }, "labeled differently") : null);
      })) : null,
      places.length < held.count ? html("p", { class: "note" }, `The first ${places.length} of ${whole(held.count)}; the saved JSON lists up to 1,000.`) : null,
    ])),
  };
}

/** @type {Record<string, string>} */
const KINDS = { blank: "Blank", cropped: "Cropped", inverted: "Inverted", far: "Far from their class" };

/** @param {Report} report @returns {Part | null} */
export function odd(report) {
  const { entry, sets } = report;
  const held = sets.map((set) => set.odd);
  if (held.every((one) => one === null)) return null;
  return {
    name: "odd", title: "Outliers",
    root: section("odd", "Outliers", "blank, cropped, inverted, or far from their class", held.map((one, /** @type {number} */ i) => one && [
      html("h3", {}, report.two ? named(cut(sets[i].name, 40)) : "In the set", html("span", { class: "data-count" }, one.count ? counted(one.count, "outlier") : "none found")),
      ...Object.keys(KINDS).flatMap((kind) => {
        const own = entry.odd[i].filter((/** @type {number[]} */ [, row]) => one.pictures[row]?.kind === kind);
        const all = one.pictures.filter((other) => other.kind === kind).length;
        return !own.length ? [] : [html("h4", {}, KINDS[kind], html("span", { class: "data-count" }, all > own.length ? `the top ${own.length} of ${whole(all)}` : whole(all))),
          html("ul", { class: "data-suspects" }, own.map((/** @type {number[]} */ [place, row]) => html("li", {},
            picture(report, place, `Image ${one.pictures[row].picture}, ${kind}`), html("span", { class: "note" }, `${one.pictures[row].picture}: ${one.pictures[row].reason}`))))];
      })])),
  };
}

/** The judge of the labels; a network by its name. @param {import("./document.js").SetFacts[]} sets */
function judges(sets) {
  const names = new Set(sets.filter((set) => set.label_errors && set.label_errors.agreement !== null).map((set) => set.label_errors?.judge));
  return [...names].map((name, i) => (name ? `${name}, a trained network,` : `${i ? "a" : "A"} quick classifier not trained on the image`)).join(" or ");
}

/** @param {Report} report @returns {Part | null} */
export function labelErrors(report) {
  const { entry, sets } = report;
  if (sets.every((set) => set.label_errors === null || set.label_errors.agreement === null)) return null;
  return {
    name: "labels", title: "Labels",
    root: section("labels", "Probable label errors", "given label struck through, suggested label next to it",
      html("p", { class: "data-words" }, `${judges(sets)} gives another class a probability typical of that class, and the given label a low one (confident learning, Northcutt, Jiang and Chuang 2021). It makes mistakes too: check an image before you change its label.`),
      sets.map((set, /** @type {number} */ i) => set.label_errors && [
        html("h3", {}, report.two ? named(cut(set.name, 40)) : "Suspects", html("span", { class: "data-count" }, set.label_errors.count ? `${counted(set.label_errors.count, "image")}; ${set.label_errors.judge ?? "the classifier"} agrees with ${percent(/** @type {number} */ (set.label_errors.agreement))} of the labels` : `none found${inSet(report, i)}`)),
        html("ul", { class: "data-suspects data-labels" }, entry.labels[i].map((/** @type {number} */ place, /** @type {number} */ row) => {
          const one = /** @type {import("./document.js").LabelErrors} */ (set.label_errors).pictures[row];
          return html("li", {}, picture(report, place, `Image ${one.picture}`), html("s", { class: "data-given" }, className(one.given, 20)), html("span", { class: "said-class" }, className(one.suggested, 20)),
            html("span", { class: "note" }, `${one.picture}, ${percent(one.confidence)}`));
        })),
        entry.labels[i].length < set.label_errors.count ? html("p", { class: "note" }, `The ${entry.labels[i].length} most confident of ${whole(set.label_errors.count)}.`) : null,
      ])),
  };
}
