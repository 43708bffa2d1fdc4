/** The images of the page, with labels and predictions. */
import { floats } from "./unpack.js";
import { cut, number, percent } from "../words.js";

/** The most outputs of a regression in a caption. */
const SHOWN = 2;

/** @typedef {import("../types.js").ModelData} ModelData */

/**
 * @typedef {object} Picture
 * @property {number} position index on this page @property {number} id its number
 * @property {string} name its file's name, or ""
 * @property {string | null} label its true class
 * @property {boolean} scored whether there is a prediction: not of a model without class scores
 * @property {string} said the predicted class; of a regression its outputs, else "" without a prediction
 * @property {number} sure the predicted class's probability, NaN without one
 * @property {boolean | null} right null without a label
 * @property {Float32Array} probabilities
 * @property {number | null} labelIndex the true class's number
 * @property {number} saidIndex the predicted class's, -1 without one
 * @property {number[]} outputs the values of a regression
 */

/** Whether the model has class scores. @param {ModelData} data */
export function hasClasses(data) {
  return data.model.class_names.length > 0;
}

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
    const scored = hasClasses(data);
    const said = scored ? set.predicted[position] : -1;
    const outputs = set.outputs?.[position] ?? [];
    const label = set.labels ? set.labels[position] : null;
    const labelName = label === null ? null : (set.class_names[label] ?? nameOf(label));
    return {
      position, id,
      name: set.names[position] ?? "",
      label: labelName,
      scored,
      said: scored ? nameOf(said) : outputWords(data.model.output_names, outputs),
      sure: scored ? shares[position * classes + said] : NaN,
      right: label === null || !scored ? null : label === said,
      probabilities: shares.subarray(position * classes, (position + 1) * classes),
      labelIndex: label,
      saidIndex: said,
      outputs,
    };
  });
}

/** The number of classes: the model's, else those of the data. @param {ModelData} data */
export function classCount({ model, pictures: set }) {
  return model.class_names.length || set.class_names.length;
}

/** The name of a class by its number: from the model, else from the data. @param {ModelData} data @returns {(i: number) => string} */
export function classNamer(data) {
  const { model, pictures: set } = data;
  return (i) => model.class_names[i] ?? set.class_names[i] ?? `class ${i}`;
}

/** An image in one sentence. @param {Picture} picture */
export function sentence(picture) {
  const said = saidWords(picture);
  const what = [picture.label, said].filter(Boolean).join(", ");
  return `Image ${picture.id}${picture.name ? ` (${cut(picture.name)})` : ""}${what ? `: ${what}` : ""}${picture.right === false ? ", wrong" : ""}`;
}

/** The prediction in words, or the outputs of a regression; "" without either. @param {Picture} picture */
export function saidWords(picture) {
  return picture.scored ? `predicted ${picture.said} ${percent(picture.sure)}` : picture.said;
}

/** What an image is called: its true class, else the predicted one, else its outputs or its number. @param {Picture} picture */
export function titleOf(picture) {
  return picture.label ?? (picture.said || `Image ${picture.id}`);
}

/** The first outputs of a regression. @param {string[]} names @param {number[]} outputs */
function outputWords(names, outputs) {
  return outputs.slice(0, SHOWN).map((value, i) => `${names[i]} ${number(value)}`).join(", ") + (outputs.length > SHOWN ? ", …" : "");
}
