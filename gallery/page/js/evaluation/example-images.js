/** Example predictions: the most confident mistakes, the least confident correct predictions, and a random sample. */
import { html, named, replace } from "../dom.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { sentence } from "../values/images.js";
import { cut, percent } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** Classes per image, besides the true one. */
const SHOWN = 3;

/** @type {{ name: string, label: string, none: string }[]} */
export const PICKS = [
  { name: "worst", label: "most confident mistakes", none: "No image is wrong." },
  { name: "unsure", label: "least confident correct", none: "No image is right." },
  { name: "random", label: "random", none: "No images." },
];

/** @param {Context} context @param {number[]} positions @param {(i: number) => string} nameOf @param {string} none text for an empty list */
export function pickGrid(context, positions, nameOf, none) {
  if (!positions.length) return html("p", { class: "note" }, none);
  const list = html("ul", { class: "picks" });
  replace(list, positions.map((position) => card(context, context.pictures[position], nameOf)));
  arrowKeys(list, "a").mark(undefined);
  return list;
}

/** @param {Context} context @param {import("../values/images.js").Picture} picture @param {(i: number) => string} nameOf */
function card(context, picture, nameOf) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  context.painter.show(canvas, picture.position, 84);
  const wrong = picture.right === false;
  const ranked = Array.from(picture.probabilities, (_, i) => i).sort((a, b) => picture.probabilities[b] - picture.probabilities[a] || a - b);
  const label = /** @type {number} */ (picture.labelIndex);
  const shown = ranked.slice(0, SHOWN);
  if (!shown.includes(label)) shown.splice(SHOWN - 1, 1, label);
  return html("li", {}, html("a", { href: context.address("image", picture.id), "aria-label": sentence(picture), class: wrong ? "specimen is-wrong" : "specimen" },
    html("span", { class: "specimen-thumb" }, canvas),
    html("span", { class: "specimen-words", "aria-hidden": "true" },
      html("span", { class: wrong ? "specimen-verdict wrong" : "specimen-verdict" }, wrong ? "✕ wrong" : "✓ right", html("span", { class: "specimen-id" }, `No. ${picture.id}`)),
      shown.map((i) => {
        const bar = html("span", { class: i === picture.saidIndex ? "bar top" : "bar" });
        bar.style.width = `${100 * picture.probabilities[i]}%`;
        return html("span", { class: i === picture.saidIndex ? "specimen-class top" : "specimen-class" },
          html("span", { class: "specimen-name" }, named(cut(nameOf(i), 16)), i === label ? html("span", { class: "tag" }, "true") : null),
          html("span", { class: "number" }, percent(picture.probabilities[i])), html("span", { class: "bar-room" }, bar));
      }))));
}
