/** The images of the page, with labels and predictions. */
import { floats } from "./unpack.js";
import { cut, percent } from "../words.js";

/** @typedef {import("../types.js").ModelData} ModelData */

/**
 * @typedef {object} Picture
 * @property {number} position index on this page @property {number} id its number
 * @property {string} name its file's name, or ""
 * @property {string | null} label its true class
 * @property {string} said the predicted class
 * @property {number} sure the predicted class's probability
 * @property {boolean | null} right null without a label
 * @property {Float32Array} probabilities
 * @property {number | null} labelIndex the true class's number
 * @property {number} saidIndex the predicted class's
 */

/**
 * @param {ModelData} data the page's data
 * @param {Uint8Array} packed the blob of probabilities
 * @returns {Picture[]}
 */
export function pictures(data, packed) {
  const set = data.pictures;
  const { classes } = set.probabilities;
  const shares = floats(packed);
  const nameOf = classNamer(data);
  return set.ids.map((/** @type {number} */ id, /** @type {number} */ position) => {
    const said = set.predicted[position];
    const label = set.labels ? set.labels[position] : null;
    const labelName = label === null ? null : (set.class_names[label] ?? nameOf(label));
    return {
      position, id,
      name: set.names[position] ?? "",
      label: labelName,
      said: nameOf(said),
      sure: shares[position * classes + said],
      right: label === null ? null : label === said,
      probabilities: shares.subarray(position * classes, (position + 1) * classes),
      labelIndex: label,
      saidIndex: said,
    };
  });
}

/** The name of a class by its number: from the model, else from the data. @param {ModelData} data @returns {(i: number) => string} */
export function classNamer(data) {
  const { model, pictures: set } = data;
  return (i) => model.class_names[i] ?? set.class_names[i] ?? `class ${i}`;
}

/** An image in one sentence. @param {Picture} picture */
export function sentence(picture) {
  const said = `predicted ${picture.said} ${percent(picture.sure)}`;
  const what = picture.label === null ? said : `${picture.label}, ${said}${picture.right ? "" : ", wrong"}`;
  return `Image ${picture.id}${picture.name ? ` (${cut(picture.name)})` : ""}: ${what}`;
}
