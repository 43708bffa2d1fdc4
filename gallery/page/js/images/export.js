/** The chosen pictures as a file: what they are, and what the model said of them. */
import { csv } from "../save/csv.js";
import { jsonText } from "../save/json.js";
import { lossOf } from "./columns.js";

/** @typedef {import("../picture.js").Picture} Picture */

/** @param {Picture[]} chosen @param {string[]} classes the names of the model's classes */
export function asCsv(chosen, classes) {
  const columns = ["number", "file", "true class", "predicted class", "confidence", "right", "loss", ...classes.map((name) => `p(${name})`)];
  return csv(columns, chosen.map((picture) => [
    picture.id, picture.name, picture.label, picture.said, exact(picture.sure),
    picture.right === null ? null : String(picture.right), loss(picture),
    ...Array.from(picture.probabilities, exact),
  ]));
}

/**
 * @param {Picture[]} chosen @param {string[]} classes
 * @param {Record<string, unknown>} about what the file says of itself before its pictures
 */
export function asJson(chosen, classes, about) {
  const keys = apart(classes);
  return jsonText({
    ...about,
    count: chosen.length,
    pictures: chosen.map((picture) => ({
      number: picture.id,
      file: picture.name || null,
      true_class: picture.label,
      predicted_class: picture.said,
      confidence: exact(picture.sure),
      right: picture.right,
      loss: loss(picture),
      // Not by assignment: a class may be called __proto__.
      probabilities: Object.fromEntries(Array.from(picture.probabilities, (share, i) => [keys[i], exact(share)])),
    })),
  });
}

/** Names as keys of an object, in which no two may be the same. @param {string[]} classes */
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
  return value === null ? null : exact(value);
}

/** Nine digits are all that a 32-bit float has. @param {number} value */
function exact(value) {
  return Number(value.toPrecision(9));
}
