/** The files that the data report can save: a sheet, one row per class, the whole document. */
import { csv } from "./csv.js";
import { dataSheet } from "./data-sheet.js";
import { download } from "./download.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";

/** @typedef {import("../types.js").BareContext} BareContext */

const COLUMNS = ["set", "class", "pictures", "share", "mean", "spread", "difference", "difference_low", "difference_high", "silhouette", "nearest"];

/**
 * @param {BareContext} context @param {import("../data/unpack-report.js").Report} report @param {import("../data/unpack-report.js").State} state
 * @returns {import("./save-button.js").Offer[]}
 */
export function dataOffers(context, report, state) {
  const { doc, sets } = report;
  const stem = sets[0].source.replace(/:train$/, "").split("/").pop();
  /** @param {string} suffix */
  const called = (suffix) => `${stem}_data.${suffix}`;

  /** The same rows as reports/dataset/tables.py writes. */
  function rows() {
    return sets.flatMap((set, /** @type {number} */ i) => set.classes.map((one, /** @type {number} */ k) => {
      const gap = i === 0 && doc.mean_differences ? doc.mean_differences[k] : null;
      const apart = i === 0 && doc.separability ? doc.separability.classes[k] : null;
      return [set.name, one.name, one.pictures, one.share, one.mean, one.spread, gap?.difference ?? null, gap?.low ?? null, gap?.high ?? null, apart?.silhouette ?? null, apart?.nearest ?? null];
    }));
  }
  return [
    { kind: "PNG", what: "sheet with mean images, mean pixels and correlations", save: async () => download(called("png"), await png(dataSheet(context, report, state, 2)), "image/png") },
    { kind: "CSV", what: "one row per class: images, mean pixel, spread, difference, silhouette", save: () => download(called("csv"), csv(COLUMNS, rows()), "text/csv;charset=utf-8") },
    { kind: "JSON", what: doc.correlation.sets.length ? "everything except the images" : "everything except the images and, with this many classes, the correlations", save: () => download(called("json"), jsonText(doc), "application/json") },
  ];
}
