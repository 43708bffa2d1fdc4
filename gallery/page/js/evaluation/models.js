/** Two models side by side: metrics, which is right where, and whether the difference may be chance. */
import { fourfold, tallied } from "../compare/model-agreement.js";
import { letter } from "../compare/sides.js";
import { html, named } from "../dom.js";
import { scroller, table } from "../parts/table.js";
import { counted, cut, whole } from "../words.js";
import { fine, nats, tenths } from "./wording.js";

/** @typedef {import("../types.js").Context} Context */

/** @param {Context} context @param {import("../types.js").EvaluatedPair} entry */
export function twoModels(context, entry) {
  const { other } = entry;
  const own = { ...entry, model: context.data.model };
  const sides = [own, other];
  /** @param {string} what @param {(side: typeof own | typeof other) => import("../dom.js").Child} of @returns {import("../dom.js").Child[]} */
  const row = (what, of) => [what, ...sides.map(of)];
  /** @param {string} first @param {string} small */
  const figured = (first, small) => html("span", { class: "figured" }, html("span", {}, first), html("span", { class: "ends-of" }, small));
  return html("section", {},
    html("h2", {}, "Two models", html("span", { class: "aside" }, html("a", { href: context.address("compare", null, { of: "models" }) }, "image by image"))),
    html("p", { class: "verdict" }, named(/** @type {string} */ (entry.verdict))),
    html("div", { class: "two evaluated-models" },
      scroller("Two models", table("Metrics of both models", [{ title: "Metric" }, { title: "A", number: true }, { title: "B", number: true }], [
        row("model", (side) => [letter(side === own ? "a" : "b"), named(cut(side.model.name, 28))]),
        row("right", (side) => figured(fine(side.accuracy.value), ends(side.accuracy))),
        row("macro F1", (side) => figured(fine(side.macro_f1.value), ends(side.macro_f1))),
        row("cross-entropy", (side) => figured(/** @type {number} */ (side.loss.value).toFixed(3), nats(side.loss, "–"))),
        row("calibration error", (side) => fine(side.calibration.expected_error)),
        row("best temperature", (side) => (side.temperature ? side.temperature.temperature.toFixed(2) : "–")),
        row("parameters", (side) => whole(side.model.parameters)),
      ])),
      html("div", {}, fourfold(tallied(entry), (show) => context.address("compare", null, { of: "models", show })),
        html("p", { class: "note" }, test(other.mcnemar)))));
}

/** The ends of an interval, in short form for a narrow table. @param {import("./wording.js").Estimate} one */
function ends(one) {
  return `${tenths(one.low)}–${tenths(one.high)}`;
}

/** @param {NonNullable<import("../contract.js").OtherEvaluation["mcnemar"]>} found */
function test(found) {
  const what = `McNemar's test on the ${counted(found.only_first + found.only_second, "image")} that only one model predicts correctly`;
  const how = found.exact ? "exact binomial test, because there are few" : `χ²\u00a0=\u00a0${found.statistic.toFixed(2)} with continuity correction and one degree of freedom`;
  return `${what} ${how}; p\u00a0${found.p < 0.001 ? "<\u00a00.001" : `=\u00a0${found.p.toFixed(3)}`}.`;
}
