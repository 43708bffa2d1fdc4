/** The files that the evaluation page of labels can save. */
import { csv } from "./csv.js";
import { download } from "./download.js";
import { jsonText } from "./json.js";
import { origin, titled } from "./shared-facts.js";

/** @param {import("../types.js").With<"labels">} context @returns {import("./save-button.js").Offer[]} */
export function labelOffers(context) {
  const { labels: entry } = context.data.sections;
  const columns = Object.keys(entry.labels[0]);

  function table() {
    download(titled(context, ["labels"], "csv"), csv(columns, entry.labels.map((row) => columns.map((column) => /** @type {Record<string, string | number | null>} */ (row)[column]))), "text/csv;charset=utf-8");
  }

  function everything() {
    const ids = context.pictures.map(({ id }) => id);
    const { true: there, picks, ...figures } = entry;
    const mistakes = picks.map(({ alarms, misses }, i) => ({ label: entry.labels[i].label, wrongly_predicted: alarms.map((at) => ids[at]), missed: misses.map((at) => ids[at]) }));
    const images = there.map((held, at) => ({ id: ids[at], labels: held.map((i) => entry.labels[i].label) }));
    download(titled(context, ["labels"], "json"), jsonText({ ...origin(context, "label evaluation"), ...figures, mistakes, images }), "application/json");
  }

  return [
    { kind: "CSV", what: "figures of each label", save: table },
    { kind: "JSON", what: "everything, with confidence intervals", save: everything },
  ];
}
