/** The images with the largest errors of an output. */
import { html, replace } from "../dom.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { number } from "../words.js";

/** @param {import("../types.js").With<"regression">} context @param {number} output */
export function errorCards(context, output) {
  const { worst, true: truth } = context.data.sections.regression;
  const list = html("ul", { class: "picks" });
  replace(list, worst[output].map((position) => {
    const picture = context.pictures[position], right = truth[position][output], said = picture.outputs[output];
    const canvas = html("canvas", { "aria-hidden": "true" });
    context.painter.show(canvas, position, 84);
    /** @param {string} name @param {number} value */
    const line = (name, value) => html("span", { class: "specimen-class" }, html("span", { class: "specimen-name" }, name), html("span", { class: "number" }, number(value)));
    return html("li", {}, html("a", { href: context.address("image", picture.id), class: "specimen", "aria-label": `Image ${picture.id}: true ${number(right)}, predicted ${number(said)}` },
      html("span", { class: "specimen-thumb" }, canvas),
      html("span", { class: "specimen-words", "aria-hidden": "true" },
        html("span", { class: "specimen-verdict" }, said > right ? "too high" : said < right ? "too low" : "right", html("span", { class: "specimen-id" }, `No. ${picture.id}`)),
        line("true", right), line("predicted", said), line("error", said - right))));
  }));
  arrowKeys(list, "a").mark(undefined);
  return list;
}
