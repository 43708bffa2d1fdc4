/** The ablation sheet: the curves, and below them the costliest filters. */
import { lossGained, pointsLost } from "../ablation/filter-costs.js";
import { curvePlot } from "../ablation/curve-layout.js";
import { foot, FOOT, heading, MARGIN, TOP } from "./sheet-parts.js";

/** Units: the sheet, the curves' height, a row of the bars, the space for names and numbers. */
const WIDTH = 1040, CURVES = 400, ROW = 24, NAMES = 150, NUMBERS = 210;

/** The style of each line, as on the page. @type {Record<string, { ink: keyof typeof import("./paper.js").INKS, wide: number, dash?: number[] }>} */
const STROKES = {
  cost: { ink: "accent", wide: 2.25 }, taylor: { ink: "taylor", wide: 2.25, dash: [7, 4] },
  norm: { ink: "ink", wide: 2.25, dash: [1.5, 4] }, random: { ink: "muted", wide: 1.25 },
};

/**
 * @typedef {object} AblationView
 * @property {import("../contract.js").AblationCurves} curves
 * @property {"accuracy" | "loss"} by
 * @property {Record<string, string>} titles of the orders
 * @property {number} bound the lowest accuracy that findings allow
 * @property {string} chart the chart's title
 * @property {string} bars the bars' title
 * @property {import("../ablation/filter-costs.js").Cost[]} costs the costliest first
 * @property {string[]} notes
 */

/** @param {AblationView} view @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
export function ablationSheet({ curves, by, titles, bound, chart, bars, costs, notes }, unit) {
  const plot = curvePlot(curves, { by, titles, bound, width: WIDTH - 2 * MARGIN, height: CURVES });
  const under = TOP + CURVES + 44;
  return {
    width: WIDTH, height: under + 12 + costs.length * ROW + 12 + FOOT, unit,
    draw(on) {
      heading(on, curves.headline, chart);
      drawCurves(on, plot);
      on.text(MARGIN, under - 8, bars, { weight: 600 });
      drawBars(on, under + 12, costs);
      foot(on, notes);
    },
  };
}

/** @param {import("./paper.js").Paper} on @param {import("../ablation/curve-layout.js").CurvePlot} plot */
function drawCurves(on, plot) {
  /** @param {number} x @param {number} y @returns {[number, number]} */
  const at = (x, y) => [MARGIN + x, TOP + y];
  const moved = (/** @type {[number, number][]} */ points) => points.map(([x, y]) => at(x, y));
  if (plot.band) on.area(moved(plot.band), "rule");
  for (const { y, words } of plot.levels) {
    on.rect(...at(plot.left, y), plot.right - plot.left, 1, "rule");
    on.text(...at(plot.left - 8, y + 4), words, { size: 11, ink: "muted", align: "right" });
  }
  for (const { x, words, align } of plot.shares) {
    on.text(...at(x, plot.foot + 18), words, { size: 11, ink: "muted", align: align === "middle" ? "center" : align });
  }
  on.text(...at((plot.left + plot.right) / 2, plot.height - 4), "removed", { size: 11, ink: "muted", align: "center" });
  if (plot.bound !== null) on.line([at(plot.left, plot.bound), at(plot.right, plot.bound)], { ink: "muted", dash: [4, 4] });
  for (const { name, points } of plot.lines) on.line(moved(points), STROKES[name]);
  for (const { name, words, x, y } of plot.names) on.text(...at(x, y), words, { weight: 600, ink: STROKES[name].ink, halo: true });
}

/** Bars from a common zero. @param {import("./paper.js").Paper} on @param {number} top @param {import("../ablation/filter-costs.js").Cost[]} costs */
function drawBars(on, top, costs) {
  const low = Math.min(0, ...costs.map((cost) => cost.loss)), high = Math.max(0, ...costs.map((cost) => cost.loss));
  const left = MARGIN + NAMES, room = WIDTH - MARGIN - NUMBERS - left;
  /** @param {number} loss */
  const x = (loss) => left + ((loss - low) / (high - low || 1)) * room;
  costs.forEach((cost, i) => {
    const y = top + i * ROW;
    on.text(MARGIN, y + 14, `${cost.path}/${cost.channel}`, { room: NAMES - 12 });
    if (cost.loss) on.rect(x(Math.min(0, cost.loss)), y + 4, Math.abs(x(cost.loss) - x(0)), 12, i ? "bar" : "accent");
    on.text(WIDTH - MARGIN - 110, y + 14, lossGained(cost.loss), { align: "right" });
    on.text(WIDTH - MARGIN, y + 14, pointsLost(cost.accuracy), { align: "right", ink: "muted" });
  });
  if (low < 0) on.rect(x(0), top, 1, costs.length * ROW - 4, "muted");
}
