/** The confusion matrix as a sheet. */
import { luminance } from "../parts/confusion-matrix.js";
import { colors } from "../parts/paint.js";
import { counted, percent, whole } from "../words.js";
import { foot, FOOT, heading, MARGIN, rampKey, TOP } from "./sheet-parts.js";

/** Units: a row's height, the names at the left, the accuracy at the right, the column names above. */
const ROW = 34;
const NAMES = 136;
const RECALL = 64;
const HEAD = 52;
const KEY = 220;

/**
 * @typedef {object} ConfusionView
 * @property {ReturnType<typeof import("../values/confusion-counts.js").confusion>} found
 * @property {number} count of images
 * @property {string[]} names of the classes
 * @property {Uint8Array} ramp
 * @property {string} credit
 */

/** @param {ConfusionView} view @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
export function confusionSheet({ found, count, names, ramp, credit }, unit) {
  const across = Math.max(46, Math.min(74, Math.floor(900 / names.length)));
  const left = MARGIN + NAMES, top = TOP + HEAD;
  const right = left + names.length * across;
  const bottom = top + names.length * ROW;
  return {
    width: Math.max(720, right + RECALL + MARGIN), height: bottom + 64 + FOOT, unit,
    draw(on) {
      heading(on, "Confusion matrix", `${whole(found.right)} of ${counted(count, "image")} correct · rows: true class · columns: predicted class`);
      names.forEach((name, i) => {
        const lines = inTwo(name);
        lines.forEach((line, k) => on.text(left + (i + 0.5) * across, top - 10 - 14 * (lines.length - 1 - k), line, { size: 11, ink: "muted", align: "center", room: across - 6 }));
      });
      on.text(right + RECALL, top - 10, "right", { size: 11, weight: 600, align: "right" });
      names.forEach((name, label) => {
        const y = top + label * ROW;
        on.text(MARGIN, y + ROW / 2 + 4, name, { size: 12, room: NAMES - 16 });
        names.forEach((_, said) => {
          const often = found.count(label, said);
          const x = left + said * across;
          if (often) shade(x, y, often / found.totals[label], whole(often));
          else if (said === label) on.rect(x + across / 2 - 4, y + ROW / 2, 8, 1, "rule");
        });
        const own = found.totals[label];
        on.text(right + RECALL, y + ROW / 2 + 4, own ? percent(found.count(label, label) / own) : "–", { size: 12, align: "right" });
        on.rect(left, y, right - left, 1, "rule");
      });
      on.rect(left, bottom, right - left, 1, "rule");
      rampKey(on, right - KEY, bottom + 18, KEY, ramp, { from: "0 %", to: "100 %", words: "share of the true class's images" });
      foot(on, ["Numbers are image counts. Colors: each row separately, from none to all of the true class's images.", credit]);

      /** @param {number} x @param {number} y @param {number} share @param {string} words */
      function shade(x, y, share, words) {
        const rgba = colors([share], 0, 1, ramp);
        on.cells(x, y, rgba, 1, 1, across * unit, ROW * unit);
        on.text(x + across / 2, y + ROW / 2 + 4, words, { size: 12, align: "center", ink: luminance(rgba[0], rgba[1], rgba[2]) > 0.179 ? "ink" : "paper" });
      }
    },
  };
}

/** A long name in two lines, if it can be split. @param {string} name */
function inTwo(name) {
  const at = [...name.matchAll(/[\s/-]/g)].map((found) => found.index).sort((a, b) => Math.abs(a - name.length / 2) - Math.abs(b - name.length / 2))[0];
  if (name.length < 9 || at === undefined) return [name];
  return [name.slice(0, at + 1).trimEnd(), name.slice(at + 1)];
}
