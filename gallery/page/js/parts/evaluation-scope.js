/** The evaluation of all images of a set, where the page shows only a selection of them. */
import { confusion, confusionOf } from "../values/confusion-counts.js";
import { html } from "../dom.js";
import { counted, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** The evaluation, if it covers more images than the page has; else null. @param {Context} context */
export function ofAll(context) {
  const { evaluation } = context.data.sections;
  return evaluation && evaluation.pictures > context.pictures.length ? evaluation : null;
}

/** The confusions over all evaluated images, and their number. @param {Context} context @param {number} classes */
export function confusionOfAll(context, classes) {
  const all = ofAll(context);
  return all
    ? { found: confusionOf(all.confusion, classes), count: all.pictures }
    : { found: confusion(context.pictures, classes), count: context.pictures.length };
}

/** A note that metrics cover more images than the page; nothing if they are the same. @param {Context} context */
export function someAreHere(context) {
  const all = ofAll(context);
  if (!all) return null;
  return html("p", { class: "note" }, `The metrics cover all ${counted(all.pictures, "image")}. This page contains ${whole(context.pictures.length)} of them: mistakes first, then the least confident, then a random sample.`);
}
