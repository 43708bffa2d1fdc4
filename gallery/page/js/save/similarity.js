/** The files that the comparison of layers can save. */
import { luminance } from "../parts/confusion-matrix.js";
import { colors } from "../parts/paint.js";
import { counted } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";
import { foot, FOOT, heading, MARGIN, rampKey, TOP } from "./sheet-parts.js";

/** @typedef {import("../types.js").Context} Context */

/** Units: names at the left and above, a cell with a number and one without, the legend. */
const NAMES = 150, CELL = [76, 40], SMALL = [18, 18], KEY = 220;
/** With more columns than this, cells have no numbers. */
const NUMBERED = 16;

/** @param {import("../types.js").With<"similarity">} context @returns {import("./save-button.js").Offer[]} */
export function similarityOffers(context) {
  const { rows, columns, other, pictures, batch, values } = context.data.sections.similarity;
  /** @param {string} suffix */
  const named = (suffix) => titled(context, ["similarity"], suffix);
  return [
    { kind: "PNG", what: "table of all pairs, in the page's colors", save: async () => download(named("png"), await png(similaritySheet(context, 2)), "image/png") },
    { kind: "CSV", what: "similarity of each pair of layers", save: () => download(named("csv"),
      csv(["layer", ...columns], rows.map((/** @type {string} */ path, /** @type {number} */ i) => [path, ...values[i]])), "text/csv;charset=utf-8") },
    { kind: "JSON", what: "the same, with the measurement settings", save: () => download(named("json"), jsonText({
      ...origin(context, "similarity"), measure: "linear CKA, unbiased estimate", other, pictures, batch, rows, columns, values,
    }), "application/json") },
  ];
}

/** @param {import("../types.js").With<"similarity">} context @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
function similaritySheet(context, unit) {
  const { rows, columns, other, pictures, batch, values } = context.data.sections.similarity;
  const dense = columns.length > NUMBERED;
  const [across, tall] = dense ? SMALL : CELL;
  const left = MARGIN + NAMES, top = TOP + (dense ? 0 : 24);
  const right = left + columns.length * across, bottom = top + rows.length * tall;
  return {
    width: Math.max(720, right + MARGIN), height: bottom + 64 + FOOT, unit,
    draw(on) {
      heading(on, "Layer similarity", other === null ? `Linear CKA over ${counted(pictures, "image")}` : `Linear CKA over ${counted(pictures, "image")} · rows: ${context.data.model.name} · columns: ${other}`);
      if (!dense) columns.forEach((/** @type {string} */ path, /** @type {number} */ j) => on.text(left + (j + 0.5) * across, top - 10, path, { size: 11, ink: "muted", align: "center", room: across - 6 }));
      rows.forEach((/** @type {string} */ path, /** @type {number} */ i) => {
        const y = top + i * tall;
        on.text(MARGIN, y + tall / 2 + 4, path, { size: dense ? 10 : 12, room: NAMES - 16 });
        columns.forEach((/** @type {string} */ _, /** @type {number} */ j) => cell(left + j * across, y, values[i][j]));
      });
      rampKey(on, left, bottom + 18, KEY, context.ramps.viridis, { from: "0", to: "1", words: "1 = identical up to rotation and scale" });
      foot(on, [
        dense ? `Columns from left to right are ${other === null ? "the same layers as the rows" : `the layers of ${other}`}, in the model's order.` : "",
        `Unbiased estimate from batches of up to ${batch} images; unrelated layers give about 0.`,
        credit(context.data, []),
      ].filter(Boolean));

      /** @param {number} x @param {number} y @param {number | null} value */
      function cell(x, y, value) {
        if (value === null) {
          if (!dense) on.text(x + across / 2, y + tall / 2 + 4, "–", { size: 12, align: "center" });
          return;
        }
        const rgba = colors([value], 0, 1, context.ramps.viridis);
        on.cells(x, y, rgba, 1, 1, across * unit, tall * unit);
        if (!dense) on.text(x + across / 2, y + tall / 2 + 4, value.toFixed(2), { size: 12, align: "center", ink: luminance(rgba[0], rgba[1], rgba[2]) > 0.179 ? "ink" : "paper" });
      }
    },
  };
}
