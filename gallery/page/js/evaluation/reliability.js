/** The reliability diagram: accuracy against confidence. */
import { ticks } from "../parts/chart.js";
import { html, svg } from "../dom.js";
import { folded, table } from "../parts/table.js";
import { counted, whole } from "../words.js";
import { fine, tenths } from "./wording.js";

/** @typedef {{ from: number, to: number, pictures: number, confidence: number | null, accuracy: number | null, low: number | null, high: number | null }} Bin */

const W = 460, LEFT = 44, RIGHT = 12, TOP = 10, SIDE = 300, GAP = 22, UNDER = 74, FOOT = 40;

/**
 * @param {{ name: string, side: string, bins: Bin[], error: number }[]} models one or two
 */
export function reliability(models) {
  /** @param {number} share */
  const x = (share) => LEFT + share * (W - LEFT - RIGHT);
  /** @param {number} share */
  const y = (share) => TOP + (1 - share) * SIDE;
  const base = TOP + SIDE + GAP + UNDER;
  const most = Math.max(...models.flatMap(({ bins }) => bins.map((bin) => bin.pictures)));
  /** Logarithmic, since most predictions are confident. @param {number} count */
  const tall = (count) => (UNDER * Math.log1p(count)) / Math.log1p(most);
  const words = models.map(({ name, bins, error }) => `${name}: expected calibration error ${fine(error)}; ${spoken(bins)}`).join(". ");
  const drawn = svg("svg", { viewBox: `0 0 ${W} ${base + FOOT}`, role: "img", "aria-label": words, class: "chart reliability" },
    ticks(0, 1, 5).map((v) => [
      svg("line", { class: "rule", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }),
      svg("text", { class: "tick", x: LEFT - 8, y: y(v) + 4, "text-anchor": "end" }, `${Math.round(100 * v)}`),
      svg("text", { class: "tick", x: x(v), y: base + 18, "text-anchor": v === 1 ? "end" : "middle" }, v === 1 ? "100 %" : `${Math.round(100 * v)}`),
    ]),
    svg("line", { class: "even", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    svg("text", { class: "tick", x: x(0.03), y: y(0.95) }, "accuracy, %"),
    svg("text", { class: "tick", x: x(0.03), y: TOP + SIDE + GAP - 4 }, `images, log scale, up to ${whole(most)}`),
    svg("text", { class: "tick", x: W - RIGHT, y: base + 35, "text-anchor": "end" }, "confidence in the predicted class"),
    models.map(({ bins, side }, m) => {
      const held = bins.filter((bin) => bin.pictures);
      return [
        held.map((bin) => svg("line", { class: `whisker ${side}`, x1: x(spot(bin.confidence)), x2: x(spot(bin.confidence)), y1: y(spot(bin.low)), y2: y(spot(bin.high)) })),
        svg("path", { class: `joined ${side}`, d: held.map((bin, i) => `${i ? "L" : "M"}${x(spot(bin.confidence)).toFixed(1)} ${y(spot(bin.accuracy)).toFixed(1)}`).join("") }),
        held.map((bin) => (m ? svg("rect", { class: `point ${side}`, x: x(spot(bin.confidence)) - 4, y: y(spot(bin.accuracy)) - 4, width: 8, height: 8 })
          : svg("circle", { class: `point ${side}`, cx: x(spot(bin.confidence)), cy: y(spot(bin.accuracy)), r: 4.5 }))),
        held.map((bin) => {
          const wide = (x(bin.to) - x(bin.from)) / models.length;
          return svg("rect", { class: `held ${side}`, x: x(bin.from) + m * wide + 0.75, y: base - tall(bin.pictures), width: wide - 1.5, height: tall(bin.pictures) },
            svg("title", {}, `${tenths(bin.from)} to ${tenths(bin.to)} %: ${counted(bin.pictures, "image")}`));
        }),
      ];
    }),
    svg("line", { class: "axis", x1: LEFT, x2: W - RIGHT, y1: base, y2: base }));
  return html("div", {}, drawn, folded("Reliability as a table", () => html("div", {}, models.map((model) => table(
    models.length > 1 ? model.name : "Reliability, bin by bin",
    [{ title: "Confidence, %" }, { title: "Images", number: true }, { title: "Mean confidence, %", number: true }, { title: "Accuracy, %", number: true }, { title: "Interval, %", number: true }],
    model.bins.filter((bin) => bin.pictures).map((bin) => [`${tenths(bin.from)}–${tenths(bin.to)}`, whole(bin.pictures), tenths(bin.confidence), tenths(bin.accuracy), `${tenths(bin.low)}–${tenths(bin.high)}`]),
    { captioned: models.length > 1 })))));
}

/** @param {number | null} value of a bin that has images */
function spot(value) {
  return /** @type {number} */ (value);
}

/** The two ends of a diagram in words. @param {Bin[]} bins */
function spoken(bins) {
  const held = bins.filter((bin) => bin.pictures);
  return [held[0], held[held.length - 1]].filter((bin, i, all) => i === 0 || bin !== all[0])
    .map((bin) => `of ${counted(bin.pictures, "prediction")} with a mean confidence of ${tenths(bin.confidence)} %, ${tenths(bin.accuracy)} % are right`).join(", ");
}
