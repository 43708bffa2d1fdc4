/** The data report as a sheet: the classes with their mean images and the correlations between them. */
import { fixed } from "../data/section-parts.js";
import { luminance } from "../parts/confusion-matrix.js";
import { colors } from "../parts/paint.js";
import { counted, cut, whole } from "../words.js";
import { foot, FOOT, heading, MARGIN, rampKey, TOP, zoomFor } from "./sheet-parts.js";

/** @typedef {import("../types.js").BareContext} BareContext */

/** Units: a row, its image, the text columns, and a cell of the matrix. */
const ROW = 52;
const PICTURE = 44;
const WORDS = 300;
const CELL = 46;
/** The most classes on a sheet. */
const MOST = 20;

/**
 * @param {BareContext} context @param {import("../data/unpack-report.js").Report} report @param {import("../data/unpack-report.js").State} state
 * @param {number} unit pixels @returns {import("./png-gif.js").Sheet}
 */
export function dataSheet(context, report, state, unit) {
  const { doc, names, sets, height, width } = report;
  const shown = report.shown.slice(0, MOST).map((k, i) => ({ k, i }));
  const order = state.clustered ? doc.correlation.order.filter((k) => shown.some((one) => one.k === k)).map((k) => /** @type {typeof shown[0]} */ (shown.find((one) => one.k === k))) : shown;
  const likeness = names.length > 1 && doc.correlation.sets.length > 0;
  const left = MARGIN + PICTURE + 16 + WORDS;
  const across = likeness ? order.length * CELL : 0;
  const bottom = TOP + 24 + order.length * ROW;
  const values = doc.correlation.sets[0];
  return {
    width: Math.max(720, left + across + MARGIN), height: bottom + 56 + FOOT, unit,
    draw(on) {
      heading(on, `The data of ${cut(sets[0].source.replace(/:train$/, ""), 60)}`, `${sets.map((set) => `${cut(set.name, 30)}: ${counted(set.pictures, "image")}, mean pixel ${fixed(set.mean, 4)}`).join(" · ")}`);
      on.text(MARGIN, TOP + 12, "mean image, number of images, mean pixel", { size: 11, ink: "muted" });
      order.forEach(({ k, i }, /** @type {number} */ row) => {
        const y = TOP + 24 + row * ROW;
        const one = sets[0].classes[k];
        const face = report.face(0, "mean", i);
        if (!Number.isNaN(face[0])) on.cells(MARGIN, y, report.seen(face, sets[0].peak), width, height, zoomFor({ height, width }, PICTURE * unit));
        on.text(MARGIN + PICTURE + 16, y + 20, one.name, { size: 14, weight: 600, room: 170 });
        on.text(MARGIN + PICTURE + 16, y + 38, whole(one.pictures), { size: 12, ink: "muted", room: 170 });
        on.text(left - 24, y + 20, fixed(one.mean), { size: 14, align: "right" });
        if (report.same) on.text(left - 24, y + 38, `${cut(sets[1].name, 12)} ${fixed(sets[1].classes[k].mean)}`, { size: 11, ink: "muted", align: "right" });
        if (likeness) order.forEach((other, /** @type {number} */ column) => cell(left + column * CELL, y, values[k][other.k]));
      });
      if (likeness) {
        on.text(left, TOP + 12, "correlation of mean images, %; columns in the order of the rows", { size: 11, ink: "muted" });
        rampKey(on, left + across - 220, bottom + 14, 220, context.ramps.diverging, { from: "−100", middle: "0", to: "100", words: "correlation, %" });
      }
      foot(on, ["Computed from the pixels alone.", shown.length < names.length ? `${shown.length} of ${names.length} classes.` : "", context.data.generator]);

      /** @param {number} x @param {number} y @param {number | null} value */
      function cell(x, y, value) {
        if (value === null) return;
        const rgba = colors([value], -1, 1, context.ramps.diverging);
        on.cells(x, y, rgba, 1, 1, (CELL - 2) * unit, (ROW - 2) * unit);
        on.text(x + CELL / 2 - 1, y + ROW / 2 + 4, fixed(100 * value, 0), { size: 12, align: "center", ink: luminance(rgba[0], rgba[1], rgba[2]) > 0.179 ? "ink" : "paper" });
      }
    },
  };
}
