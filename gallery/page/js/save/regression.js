/** The files that the evaluation page of a regression can save. */
import { csv } from "./csv.js";
import { download } from "./download.js";
import { jsonText } from "./json.js";
import { origin, plain, titled } from "./shared-facts.js";

/** @param {import("../types.js").With<"regression">} context @returns {import("./save-button.js").Offer[]} */
export function regressionOffers(context) {
  const { regression: entry } = context.data.sections;
  const named = entry.outputs.map(({ output }) => output);

  function images() {
    return context.pictures.map(({ id, name, outputs, position }) => ({ id, name: name || null, true: entry.true[position], predicted: outputs.map(plain) }));
  }

  function table() {
    const columns = ["number", "name", ...named.flatMap((name) => [`${name} true`, `${name} predicted`, `${name} error`])];
    const rows = images().map((one) => [one.id, one.name, ...named.flatMap((_, i) => [one.true[i], one.predicted[i], one.predicted[i] - one.true[i]])]);
    download(titled(context, ["regression"], "csv"), csv(columns, rows), "text/csv;charset=utf-8");
  }

  function everything() {
    const { pictures, interval, outputs, means } = entry;
    download(titled(context, ["regression"], "json"), jsonText({ ...origin(context, "regression evaluation"), pictures, interval, outputs, means, images: images() }), "application/json");
  }

  return [
    { kind: "CSV", what: "true and predicted values of the images on this page", save: table },
    { kind: "JSON", what: "everything, with confidence intervals", save: everything },
  ];
}
