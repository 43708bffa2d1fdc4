/** The stored heatmaps of one image, each with its target, score and settings. */
import { html, named, replace } from "../dom.js";
import { highest } from "../heat/heatmap.js";
import { panel } from "../heat/panel.js";
import { storedHeat } from "../heat/stored.js";
import { bandsOf } from "../values/bands.js";
import { classNamer } from "../values/images.js";
import { folded } from "../parts/table.js";
import { counted, cut, number } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */

/** The scopes of the color range. */
export const HEAT_SCALES = [
  { name: "", label: "per map" },
  { name: "pictures", label: "all images" },
  { name: "unit", label: "equal units" },
];

/** The selectable scopes. @param {Stored[]} all */
export function heatScales(all) {
  const many = all.some((one) => one.maps.pictures > 1);
  const units = all.map((one) => one.how.measures);
  const equal = new Set(units).size < units.length;
  return HEAT_SCALES.filter(({ name }) => !name || (name === "pictures" ? many : equal));
}

/**
 * The value of the last color and its scope; null for each map's own maximum.
 * @param {Stored[]} all @param {Stored} one @param {number} position @param {string} scale
 * @returns {{ reach: number | null, scale: string }}
 */
export function reachOf(all, one, position, scale) {
  if (scale === "pictures") return { reach: one.reach, scale: `all ${counted(one.maps.pictures, "image")}` };
  const alike = all.filter((other) => other.how.measures === one.how.measures);
  if (scale === "unit" && alike.length > 1) {
    return { reach: Math.max(...alike.map((other) => highest(other.values(position)))), scale: `${counted(alike.length, "map")} of this unit` };
  }
  return { reach: null, scale: "this map" };
}

/** @param {Stored[]} all @param {Context} context @param {Float32Array} unit the image, filled by the caller */
export function storedPanels(all, context, unit) {
  const { height, width, channels } = context.data.pictures;
  const nameOf = classNamer(context.data);
  const made = all.map((one) => {
    const heat = storedHeat(one, height, width);
    const shown = panel([height, width, channels], context.ramps, [heat], "this map", bandsOf(context.data.pictures));
    const score = html("p", { class: "heat-target" });
    shown.note(notesOf(one), recipe(one));
    const figure = html("figure", { class: "heat", "data-heat": one.key },
      html("figcaption", { class: "heat-head" }, html("h3", {}, heat.title),
        one.how.layers.length ? html("span", { class: "muted" }, named(cut(one.how.layers.join(" + "), 24))) : null, score),
      html("div", { class: "heat-room" }, shown.root), shown.meaning);
    return { one, heat, shown, score, figure };
  });
  return {
    figures: made.map(({ figure }) => figure),
    panels: made.map(({ shown }) => shown),
    /** @param {number} position */
    has: (position) => all[0].maps.has(position),
    /** @param {number} position @param {{ smooth: boolean, alone: boolean, scale: string }} wish @param {string} words the image's name */
    show(position, wish, words) {
      for (const { one, heat, shown, score, figure } of made) {
        figure.hidden = !one.maps.has(position);
        if (figure.hidden) continue;
        heat.at(position);
        replace(score, "for ", html("b", {}, heat.target()), meant(one, position, nameOf), ` · score ${number(one.score(position))}`);
        shown.paint(unit, heat, wish.smooth, { alone: wish.alone, ...reachOf(all, one, position, wish.scale) });
        shown.tell(heat, wish.smooth, words);
      }
    },
    /** The displayed heatmaps, to be saved. @param {number} position */
    seen: (position) => made.filter(({ one }) => one.maps.has(position)).map(({ one, heat }) => ({ one, heat })),
  };
}

/** The class of a target such as "predicted class" for this image. @param {Stored} one @param {number} position @param {(i: number) => string} nameOf @returns {import("../dom.js").One[] | null} */
export function meant(one, position, nameOf) {
  const index = one.explains(position);
  return index === null || one.how.target.includes(nameOf(index)) ? null : [", ", named(cut(nameOf(index), 32))];
}

/** Notes on reading the maps. @param {Stored} one */
function notesOf({ how }) {
  return how.notes.map((/** @type {string} */ words) => html("p", { class: "note" }, words[0].toUpperCase() + words.slice(1), "."));
}

/** How it was made. @param {Stored} one */
export function recipe({ how }) {
  const facts = [["Target", how.target], ["Layer", how.layers.join(" + ")], ...Object.entries(how.parameters), ["Measures", how.measures],
    ["Paper", how.paper], ["Computed by", how.engine]].filter(([, value]) => value);
  return folded("How it was made", () => html("dl", { class: "recipe" },
    facts.map(([name, value]) => html("div", {}, html("dt", {}, name), html("dd", {}, named(value))))));
}
