/** Whether two sets differ; what is known of each; and what was left out. */
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
    root: section("drift", `Could ${a} and ${b} be parts of one set?`, held.alarm ? "no" : "yes, by all that was tested",
      html("p", { class: "data-words" }, `p is how often random parts of one set would differ as much. Of ${held.tests.length} tests together, one would raise an alarm by chance ${percent(held.level)} of the time (Holm's rule).`),
      scroller("Tests", table("Tests of whether the two sets differ", [{ title: "What" }, { title: "Test" }, { title: "Statistic", number: true }, { title: "p", number: true }, { title: "p adjusted", number: true }, { title: "Verdict" }, { title: "In words" }],
        held.tests.map((test) => [test.what, test.method, number(test.statistic), number(test.p), number(test.adjusted_p), html("span", { class: test.alarm ? "wrong" : "muted" }, test.alarm ? "differs" : "no difference found"), test.words])))),
  };
}

/** @param {Report} report @returns {Part} */
export function facts(report) {
  return {
    name: "facts", title: "Facts",
    root: section("facts", "The files", null, html("div", { class: "two data-two" }, report.sets.map((set) => html("div", {}, report.two ? html("h3", {}, named(cut(set.name, 40))) : null, html("dl", { class: "pairs" }, lines(set).map(([what, value]) => html("div", {}, html("dt", {}, what), html("dd", {}, value))))))),
      report.doc.left_out.length ? [html("h3", {}, "Left out of this report"), html("ul", { class: "data-left" }, report.doc.left_out.map((/** @type {string} */ words) => html("li", {}, words)))] : null),
  };
}

/** @param {import("./document.js").SetFacts} set @returns {[string, import("../dom.js").Child][]} */
function lines(set) {
  const { missing } = set;
  return [
    ["from", named(cut(set.source, 80))],
    ["pictures", whole(set.pictures)],
    ["size", set.shape.join("×")],
    ["type", `${set.type}, ${set.range.map((/** @type {number} */ end) => number(end)).join(" to ")}`],
    ["mean, deviation", `${fixed(set.mean, 4)}, ${fixed(set.deviation, 4)}`],
    ["missing values", missing.values ? `${whole(missing.values)}, in pictures ${missing.pictures.slice(0, 8).join(", ")}${missing.pictures.length > 8 ? ", …" : ""}` : "none"],
    ["darkest picture", `picture ${set.darkest_maximum.picture}: no pixel above ${number(set.darkest_maximum.value)}`],
    ["lightest picture", `picture ${set.lightest_minimum.picture}: no pixel below ${number(set.lightest_minimum.value)}`],
    ["one value alone", set.constant.length ? `pictures ${set.constant.slice(0, 8).join(", ")}${set.constant.length > 8 ? ", …" : ""}` : "none"],
    ["labels", set.labelled ? `${whole(set.classes.filter((one) => one.pictures).length)} of ${whole(set.classes.length)} classes` : "none"],
    ...(set.notes.length ? /** @type {[string, HTMLElement][]} */ ([["changed", named(set.notes.join("; "))]]) : []),
    ...(set.hash ? /** @type {[string, HTMLElement][]} */ ([["hash", html("code", {}, set.hash)]]) : []),
  ];
}
