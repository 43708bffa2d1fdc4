/** The measures of a layer's filters, saved as CSV or JSON. */
import { counted } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, plain, titled } from "./shared-facts.js";
import { jsonText } from "./json.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../filters/filter-measures.js").FilterNumbers} FilterNumbers */

/**
 * @param {Context} context @param {string} path @param {import("../contract.js").Filters["layers"][string]} entry
 * @param {FilterNumbers[]} all in the page's order @param {string} noun channel or unit
 * @returns {import("./save-button.js").Offer[]}
 */
export function filterOffers(context, path, entry, all, noun) {
  const measure = entry.measure || "structure";
  /** @param {string} suffix */
  const named = (suffix) => titled(context, [path, "filters"], suffix);
  const facts = all.map((one) => ({
    [noun]: one.filter, norm: known(one.norm), entropy: known(one.entropy), dead: known(one.dead), selectivity: known(one.selectivity),
    twin: one.twin < 0 ? null : one.twin, cosine: known(one.cosine), correlation: known(one.correlation),
    [measure]: known(one.structure), p: known(one.p), shuffled_low: known(one.shuffled[0]), shuffled_high: known(one.shuffled[1]),
    is_dead: one.isDead, is_twin: one.isTwin, like_shuffled: one.likeShuffled,
  }));
  const columns = [noun, "norm", "entropy", "dead", "selectivity", "twin", "cosine", "correlation", measure, "p", "shuffled_low", "shuffled_high", "is_dead", "is_twin", "like_shuffled"];

  function rows() {
    /** @param {unknown} value */
    const cell = (value) => (typeof value === "boolean" ? String(value) : /** @type {number | null} */ (value));
    download(named("csv"), csv(columns, facts.map((fact) => columns.map((name) => cell(/** @type {Record<string, unknown>} */ (fact)[name])))), "text/csv;charset=utf-8");
  }

  function everything() {
    const { finding, pictures, entropy_most, shuffles } = entry;
    download(named("json"), jsonText({
      ...origin(context, "filters"), layer: path, pictures, finding, entropy_most, measure: entry.measure, shuffles, filters: facts,
    }), "application/json");
  }

  const what = `measures of ${counted(all.length, "filter")}: norm, entropy, dead, selectivity, twin`;
  return [
    { kind: "CSV", what, save: rows },
    { kind: "JSON", what: `${what}, and the findings`, save: everything },
  ];
}

/** A number, or null if undefined. @param {number} value */
function known(value) {
  return Number.isNaN(value) ? null : plain(value);
}
