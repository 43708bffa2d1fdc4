/** The files that the page of all images can save: the filtered images in their order. */
import { lossOf } from "../images/columns.js";
import { classNamer, hasClasses } from "../values/images.js";
import { counted } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { jsonText } from "./json.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/images.js").Picture} Picture */

/**
 * @param {Context} context @param {Picture[]} chosen @param {string} address of the same selection
 * @returns {import("./save-button.js").Offer[]}
 */
export function selectionOffers(context, chosen, address) {
  const nameOf = classNamer(context.data);
  const classes = Array.from(context.pictures[0].probabilities, (_, i) => nameOf(i));
  const about = { ...origin(context, "pictures"), selection: address };
  /** @param {string} suffix */
  const named = (suffix) => titled(context, [`${chosen.length}-pictures`], suffix);
  const scored = hasClasses(context.data);
  const outputs = context.data.model.output_names;
  const what = `${counted(chosen.length, "image")}: ${scored ? "classes, confidence, loss, all probabilities" : "labels and outputs"}`;
  return [
    { kind: "CSV", what, save: () => download(named("csv"), scored ? asCsv(chosen, classes) : outputsCsv(chosen, outputs), "text/csv;charset=utf-8") },
    { kind: "JSON", what, save: () => download(named("json"), asJson(chosen, classes, about), "application/json") },
  ];
}

/** @param {Picture[]} chosen @param {string[]} classes */
function asCsv(chosen, classes) {
  const columns = ["number", "file", "true class", "predicted class", "confidence", "right", "loss", ...classes.map((name) => `p(${name})`)];
  return csv(columns, chosen.map((picture) => [
    picture.id, picture.name, picture.label, picture.said, plain(picture.sure),
    picture.right === null ? null : String(picture.right), loss(picture),
    ...Array.from(picture.probabilities, plain),
  ]));
}

/** @param {Picture[]} chosen @param {string[]} names of the outputs of a regression */
function outputsCsv(chosen, names) {
  return csv(["number", "file", "label", ...names], chosen.map((picture) => [picture.id, picture.name, picture.label, ...picture.outputs.map(plain)]));
}

/** @param {Picture[]} chosen @param {string[]} classes @param {Record<string, unknown>} about what stands first */
function asJson(chosen, classes, about) {
  const keys = apart(classes);
  return jsonText({
    ...about,
    count: chosen.length,
    pictures: chosen.map((picture) => ({
      ...pictureFacts(picture),
      ...(!picture.scored ? { outputs: picture.outputs.map(plain) } : {
      loss: loss(picture),
      // Not by assignment, since a class may be named __proto__.
      probabilities: Object.fromEntries(Array.from(picture.probabilities, (share, i) => [keys[i], plain(share)])),
      }),
    })),
  });
}

/** Names as unique keys of an object. @param {string[]} classes */
function apart(classes) {
  const seen = new Set();
  return classes.map((name, i) => {
    const key = seen.has(name) ? `${name} (class ${i})` : name;
    seen.add(key);
    return key;
  });
}

/** @param {Picture} picture */
function loss(picture) {
  const value = lossOf(picture);
  return value === null ? null : plain(value);
}
