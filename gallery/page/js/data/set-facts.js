/** Tests of whether two sets differ, facts about each set, and what was left out. */
import { html, named } from "../dom.js";
import { scroller, table } from "../parts/table.js";
import { cut, number, percent, whole } from "../words.js";
import { fixed, section } from "./section-parts.js";

/** @typedef {import("./section-parts.js").Report} Report */
/** @typedef {import("./section-parts.js").Part} Part */

/** @param {Report} report @returns {Part | null} */
export function drift(report) {
  const held = report.doc.drift;
  if (!held || !held.tests.length) return null;
  const [a, b] = report.sets.map((set) => cut(set.name, 40));
  return {
    name: "drift", title: "Drift",
    root: section("drift", `Do ${a} and ${b} differ?`, held.alarm ? "yes" : "no difference found",
      html("p", { class: "data-words" }, `p is the probability that two random halves of one set differ at least this much. Over all ${held.tests.length} tests, the chance of a false alarm is ${percent(held.level)} (Holm correction).`),
      scroller("Tests", table("Tests of whether the two sets differ", [{ title: "Property" }, { title: "Test" }, { title: "Statistic", number: true }, { title: "p", number: true }, { title: "Adjusted p", number: true }, { title: "Verdict" }, { title: "Interpretation" }],
        held.tests.map((test) => [test.what, test.method, number(test.statistic), number(test.p), number(test.adjusted_p), html("span", { class: test.alarm ? "wrong" : "muted" }, test.alarm ? "differs" : "no difference found"), test.words])))),
  };
}

/** @param {Report} report @returns {Part} */
export function facts(report) {
  return {
    name: "facts", title: "Facts",
    root: section("facts", "Data set", null, html("div", { class: "two data-two" }, report.sets.map((set) => html("div", {}, report.two ? html("h3", {}, named(cut(set.name, 40))) : null, html("dl", { class: "pairs" }, lines(set).map(([what, value]) => html("div", {}, html("dt", {}, what), html("dd", {}, value))))))),
      report.doc.left_out.length ? [html("h3", {}, "Left out of this report"), html("ul", { class: "data-left" }, report.doc.left_out.map((/** @type {string} */ words) => html("li", {}, words)))] : null),
  };
}

/** @param {import("./document.js").SetFacts} set @returns {[string, import("../dom.js").Child][]} */
function lines(set) {
  const { missing } = set;
  return [
    ["source", named(cut(set.source, 80))],
    ["images", whole(set.pictures)],
    ["size", set.shape.join("×")],
    ["type", `${set.type}, ${set.range.map((/** @type {number} */ end) => number(end)).join(" to ")}`],
    ["mean, standard deviation", `${fixed(set.mean, 4)}, ${fixed(set.deviation, 4)}`],
    ["missing values", missing.values ? `${whole(missing.values)}, in images ${missing.pictures.slice(0, 8).join(", ")}${missing.pictures.length > 8 ? ", …" : ""}` : "none"],
    ["darkest image", `image ${set.darkest_maximum.picture}: no pixel above ${number(set.darkest_maximum.value)}`],
    ["brightest image", `image ${set.lightest_minimum.picture}: no pixel below ${number(set.lightest_minimum.value)}`],
    ["constant images", set.constant.length ? `images ${set.constant.slice(0, 8).join(", ")}${set.constant.length > 8 ? ", …" : ""}` : "none"],
    ["labels", set.labelled ? `${whole(set.classes.filter((one) => one.pictures).length)} of ${whole(set.classes.length)} classes` : "none"],
    ...(set.notes.length ? /** @type {[string, HTMLElement][]} */ ([["changed", named(set.notes.join("; "))]]) : []),
    ...(set.hash ? /** @type {[string, HTMLElement][]} */ ([["hash", html("code", {}, set.hash)]]) : []),
  ];
}
