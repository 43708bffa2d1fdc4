/** The errors of a regression: predicted against true numbers, and how large the errors are. */
import { html, svg } from "../dom.js";
import { columns, ticks } from "../parts/chart.js";
import { folded, table } from "../parts/table.js";
import { counted, number, short, whole } from "../words.js";

/** @typedef {import("../types.js").With<"regression">} RegressionContext */

const W = 460, LEFT = 56, RIGHT = 14, TOP = 10, SIDE = 390, FOOT = 40;
/** The most rows of the table of points. */
const ROWS = 500;

/** Predicted against true numbers; points on the line are right. @param {RegressionContext} context @param {number} output */
export function scatter(context, output) {
  const { points, pictures } = context.data.sections.regression;
  const truth = points.true[output], said = points.predicted[output];
  let low = Math.min(...truth, ...said), high = Math.max(...truth, ...said);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  /** @param {number} v */
  const x = (v) => LEFT + ((v - low) / (high - low)) * (W - LEFT - RIGHT);
  /** @param {number} v */
  const y = (v) => TOP + (1 - (v - low) / (high - low)) * SIDE;
  const base = TOP + SIDE;
  const marks = ticks(low, high, 5);
  const drawn = svg("svg", { viewBox: `0 0 ${W} ${base + FOOT}`, role: "img", class: "chart reliability scattered",
    "aria-label": `Predicted against true values of ${counted(truth.length, "image")}: true from ${number(Math.min(...truth))} to ${number(Math.max(...truth))}, predicted from ${number(Math.min(...said))} to ${number(Math.max(...said))}` },
  marks.map((v) => [
    svg("line", { class: "rule", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }),
    svg("text", { class: "tick", x: LEFT - 8, y: y(v) + 4, "text-anchor": "end" }, short(v)),
    svg("text", { class: "tick", x: x(v), y: base + 18, "text-anchor": "middle" }, short(v)),
  ]),
  svg("line", { class: "even", x1: x(low), y1: y(low), x2: x(high), y2: y(high) }),
  svg("text", { class: "tick", x: LEFT + 8, y: TOP + 12 }, "predicted"),
  svg("text", { class: "tick", x: W - RIGHT, y: base + 35, "text-anchor": "end" }, "true"),
  truth.map((value, i) => {
    const picture = context.pictures[points.places[i]];
    return svg("circle", { class: picture ? "point of-a here" : "point of-a", cx: x(value), cy: y(said[i]), r: 3.5, click: picture ? () => context.go(context.address("image", picture.id)) : null },
      svg("title", {}, `${picture ? `Image ${picture.id}: ` : ""}true ${number(value)}, predicted ${number(said[i])}`));
  }),
  svg("line", { class: "axis", x1: LEFT, x2: W - RIGHT, y1: base, y2: base }));
  const some = truth.length < pictures ? html("p", { class: "note" }, `${whole(truth.length)} of ${counted(pictures, "image")}, drawn at random.`) : null;
  return html("div", { class: "calibrated" }, html("div", {}, drawn, some,
    folded("Predicted and true as a table", () => table("Predicted and true values", [{ title: "Image" }, { title: "True", number: true }, { title: "Predicted", number: true }, { title: "Error", number: true }],
      truth.slice(0, ROWS).map((value, i) => [context.pictures[points.places[i]] ? `No. ${context.pictures[points.places[i]].id}` : "–", number(value), number(said[i]), number(said[i] - value)])))),
  html("div", { class: "calibrated-words" }, html("p", { class: "note" }, "Each point is an image. On the dashed line the prediction is right; above the line it is too high, below it too low.")));
}

/** How many images have an error of which size. @param {import("../contract.js").Regression["errors"][number]} held @param {import("../contract.js").Regression["outputs"][number]} row @param {number} pictures */
export function errorHistogram(held, row, pictures) {
  const wide = (held.high - held.low) / held.counts.length;
  /** @param {number} i */
  const range = (i) => `${number(held.low + i * wide)} to ${number(held.low + (i + 1) * wide)}`;
  return html("div", { class: "error-bars" },
    html("p", { class: "note" }, "Predicted minus true: right of zero the prediction is too high."),
    columns({ words: `Errors of ${counted(pictures, "image")} from ${number(held.low)} to ${number(held.high)}, mean ${number(row.mean_error.value ?? 0)}`, values: held.counts, from: short(held.low), to: short(held.high),
      top: `up to ${counted(Math.max(...held.counts), "image")}`, width: 560, height: 140, tell: (i) => `${range(i)}: ${counted(held.counts[i], "image")}` }),
    folded("Errors as a table", () => table("Images by error", [{ title: "Error" }, { title: "Images", number: true }], held.counts.map((count, i) => [range(i), whole(count)]))));
}
