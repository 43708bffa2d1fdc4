/** A stored heatmap drawn over every image of the grid, and its legend. */
import { html, named, replace } from "../dom.js";
import { whereabouts } from "../heat/heatmap.js";
import { laidOver } from "../heat/stored-overlay.js";
import { legend, ownScales } from "../parts/legend.js";
import { show } from "../parts/paint.js";
import { counted, cut, shape, short } from "../words.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */

/** @param {Context} context */
export function heatLayer(context) {
  const { painter, ramps } = context;
  /** @type {Stored | null} */
  let one = null;
  let together = false;
  const words = html("p", { class: "note" });
  const key = html("div", {});
  const meaning = html("div", { class: "heat-key", hidden: true }, key, words);

  /** The text under the controls. */
  function explain() {
    meaning.hidden = one === null;
    if (!one) return;
    const { how, maps, reach } = one;
    if (together) {
      const ends = legend(ramps, how.measures);
      ends.set([how.signed ? -reach : 0, reach], how.signed, `all ${counted(maps.pictures, "image")}`);
      replace(key, ends.root);
    } else {
      const [least, most] = reaches(one);
      replace(key, ownScales(ramps, how.signed), html("span", { class: "note" }, `${how.measures}, maximum ${least === most ? short(most) : `${short(least)} to ${short(most)}`}`));
    }
    replace(words, html("b", {}, how.title), how.layers.length ? [" of ", named(cut(how.layers.join(" + "), 32))] : null, " for ", named(cut(how.target, 48)),
      `, ${shape([maps.height, maps.width])} cells, not smoothed.`);
  }

  return {
    meaning,
    /** @param {import("./layout.js").Look} look */
    set(look) {
      one = look.one;
      together = look.scale === "pictures";
      explain();
    },
    /** @param {HTMLCanvasElement} canvas @param {number} position @param {number} room */
    paint(canvas, position, room) {
      if (!one?.maps.has(position)) return painter.show(canvas, position, room);
      const { rgba, height, width } = laidOver(context, one, position, together ? one.reach : null);
      return show(canvas, rgba, width, height, room);
    },
    /** The position of a map's maximum, for screen readers. @param {number} position */
    say(position) {
      if (!one?.maps.has(position)) return "";
      const values = one.values(position);
      return isFlatHeatmap(values) ? `; ${one.how.title}: no signal` : `; ${one.how.title} strongest ${whereabouts(values, one.maps.height, one.maps.width)}`;
    },
  };
}

/** The lowest and the highest maximum of the maps. @param {Stored} one @returns {[number, number]} */
function reaches({ maps, reach }) {
  let least = reach;
  for (const position of maps.positions) {
    const [low, high] = maps.range(position, 0);
    least = Math.min(least, Math.max(Math.abs(low), Math.abs(high)));
  }
  return [least, reach];
}
