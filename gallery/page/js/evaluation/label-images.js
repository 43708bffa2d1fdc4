/** Images for which a label is wrong: predicted without being there, or missed. */
import { html, named, replace } from "../dom.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { classNamer } from "../values/images.js";
import { cut, percent } from "../words.js";

/** @typedef {import("../types.js").With<"labels">} LabelContext */

/** Labels per image. */
const SHOWN = 4;

/** @type {{ name: "alarms" | "misses", label: string, verdict: string, none: string }[]} */
export const LABEL_PICKS = [
  { name: "alarms", label: "wrongly predicted", verdict: "✕ wrongly predicted", none: "The label is not predicted for any image that lacks it." },
  { name: "misses", label: "missed", verdict: "✕ missed", none: "The label is predicted for every image that has it." },
];

/** @param {LabelContext} context @param {number[]} positions @param {number} label @param {typeof LABEL_PICKS[number]} kind */
export function labelCards(context, positions, label, kind) {
  if (!positions.length) return html("p", { class: "note" }, kind.none);
  const list = html("ul", { class: "picks" });
  replace(list, positions.map((position) => card(context, position, label, kind)));
  arrowKeys(list, "a").mark(undefined);
  return list;
}

/** @param {LabelContext} context @param {number} position @param {number} label @param {typeof LABEL_PICKS[number]} kind */
function card(context, position, label, kind) {
  const picture = context.pictures[position], nameOf = classNamer(context.data);
  const there = new Set(context.data.sections.labels.true[position]);
  const canvas = html("canvas", { "aria-hidden": "true" });
  context.painter.show(canvas, position, 84);
  const shares = picture.probabilities;
  // The label in question, those that the image has, then the most probable.
  const ranked = Array.from(shares, (_, i) => i).sort((a, b) => Number(b === label) - Number(a === label) || Number(there.has(b)) - Number(there.has(a)) || shares[b] - shares[a] || a - b);
  const words = `Image ${picture.id}: ${nameOf(label)} ${kind.label} (${percent(shares[label])}); labels ${[...there].map(nameOf).join(", ") || "none"}`;
  return html("li", {}, html("a", { href: context.address("image", picture.id), "aria-label": words, class: "specimen is-wrong" },
    html("span", { class: "specimen-thumb" }, canvas),
    html("span", { class: "specimen-words", "aria-hidden": "true" },
      html("span", { class: "specimen-verdict wrong" }, kind.verdict, html("span", { class: "specimen-id" }, `No. ${picture.id}`)),
      ranked.slice(0, SHOWN).map((i) => {
        const bar = html("span", { class: i === label ? "bar top" : "bar" });
        bar.style.width = `${100 * shares[i]}%`;
        return html("span", { class: i === label ? "specimen-class top" : "specimen-class" },
          html("span", { class: "specimen-name" }, named(cut(nameOf(i), 16)), there.has(i) ? html("span", { class: "tag" }, "true") : null),
          html("span", { class: "number" }, percent(shares[i])), html("span", { class: "bar-room" }, bar));
      }))));
}
