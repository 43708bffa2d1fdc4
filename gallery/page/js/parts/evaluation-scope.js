/** The evaluation of all images of a set, where the page shows only a selection of them. */
import { confusion, confusionOf } from "../values/confusion-counts.js";
import { html } from "../dom.js";
import { counted, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** The evaluation of more pictures than the page holds; null where it holds all of them. @param {Context} context */
export function ofAll(context) {
  const { evaluation } = context.data.sections;
  return evaluation && evaluation.pictures > context.pictures.length ? evaluation : null;
}

/** What the model takes for what, over all pictures, and over how many. @param {Context} context @param {number} classes */
export function confusionOfAll(context, classes) {
  const all = ofAll(context);
  return all
    ? { found: confusionOf(all.confusion, classes), count: all.pictures }
    : { found: confusion(context.pictures, classes), count: context.pictures.length };
}

/** That figures are of all pictures and lists of fewer; nothing where there are as many. @param {Context} context */
export function someAreHere(context) {
  const all = ofAll(context);
  if (!all) return null;
  return html("p", { class: "note" }, `The metrics cover all ${counted(all.pictures, "image")}. This page contains ${whole(context.pictures.length)} of them: mistakes first, then the least confident, then a random sample.`);
}
