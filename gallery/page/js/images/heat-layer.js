/** A stored heatmap laid over every picture of the grid: which one, on which scale, and what its colours mean. */
import { choice } from "../choice.js";
import { html, named, replace } from "../dom.js";
import { flat, highest, whereabouts } from "../heat/heat.js";
import { layOver } from "../heat/overlay.js";
import { storedName, storedNamed } from "../heat/stored.js";
import { legend, ownScales } from "../legend.js";
import { show } from "../paint.js";
import { pick } from "../pick.js";
import { counted, cut, shape, short } from "../words.js";

/** @typedef {import("../heat/stored.js").Stored} Stored */
/** @typedef {{ heat: string | null, scale: string | null }} HeatWish what the address says; null is the usual */

/** The address's word for no heatmaps, where they are there unless told otherwise. */
const NONE = "none";

/**
 * @param {Stored[]} all at least one
 * @param {any} context
 * @param {(wish: HeatWish) => void} chosen
 */
export function heatLayer(all, context, chosen) {
  const { data, painter, ramps } = context;
  const usual = data.sections.heatmaps.shown ? all[0].key : NONE;
  /** @type {Stored | null} */
  let one = null;
  let together = false;
  /** @param {string} key @param {boolean} joint @returns {HeatWish} */
  const wished = (key, joint) => ({ heat: key === usual ? null : key, scale: key !== NONE && joint ? "pictures" : null });
  const wish = () => wished(one?.key ?? NONE, together);
  const which = pick("Heatmaps", [{ name: NONE, label: "none" }, ...all.map((stored) => ({ name: stored.key, label: storedName(stored, all) }))],
    (name) => chosen(wished(name, together)));
  const scale = choice("Scale", [{ name: "", label: "each map" }, { name: "pictures", label: "all pictures" }],
    (name) => chosen(wished(one?.key ?? NONE, name === "pictures")));
  const words = html("p", { class: "note" });
  const key = html("div", {});
  const meaning = html("div", { class: "heat-key", hidden: true }, key, words);

  /** What stands under the controls. */
  function explain() {
    meaning.hidden = one === null;
    scale.root.hidden = one === null || one.maps.pictures < 2;
    if (!one) return;
    const { how, maps, reach } = one;
    if (together) {
      const ends = legend(ramps, how.measures);
      ends.set([how.signed ? -reach : 0, reach], how.signed, `all ${counted(maps.pictures, "picture")}`);
      replace(key, ends.root);
    } else {
      const [least, most] = reaches(one);
      replace(key, ownScales(ramps, how.signed), html("span", { class: "note" }, `${how.measures}, its highest ${least === most ? short(most) : `${short(least)} to ${short(most)}`}`));
    }
    replace(words, html("b", {}, how.title), how.layers.length ? [" of ", named(cut(how.layers.join(" + "), 32))] : null, " for ", named(cut(how.target, 48)),
      `, ${shape([maps.height, maps.width])} cells, not smoothed.`);
  }

  return {
    controls: html("div", { class: "heat-choice" }, which.root, scale.root),
    meaning,
    /** @param {Record<string, string>} selection @returns {boolean} whether anything is now painted otherwise */
    set(selection) {
      const before = [one, together];
      one = storedNamed(all, selection.heat ?? usual);
      together = selection.scale === "pictures";
      which.set(one?.key ?? NONE);
      scale.set(together ? "pictures" : "");
      explain();
      return before[0] !== one || before[1] !== together;
    },
    wish,
    /** @param {HTMLCanvasElement} canvas @param {number} position @param {number} room */
    paint(canvas, position, room) {
      if (!one?.maps.has(position)) return painter.show(canvas, position, room);
      const { rgba, height, width } = painter.raster(position);
      const values = one.values(position);
      layOver(rgba, height, width, { values, rows: one.maps.height, columns: one.maps.width }, together ? one.reach : flat(values) ? 0 : highest(values), one.how.signed, ramps);
      return show(canvas, rgba, width, height, room);
    },
    /** Where a picture's map is strongest, for those who cannot see it. @param {number} position */
    say(position) {
      if (!one?.maps.has(position)) return "";
      const values = one.values(position);
      return flat(values) ? `; ${one.how.title} says nothing` : `; ${one.how.title} strongest ${whereabouts(values, one.maps.height, one.maps.width)}`;
    },
  };
}

/** The lowest and the highest end of the maps' own scales. @param {Stored} one @returns {[number, number]} */
function reaches({ maps, reach }) {
  let least = reach;
  for (const position of maps.positions) {
    const [low, high] = maps.range(position, 0);
    least = Math.min(least, Math.max(Math.abs(low), Math.abs(high)));
  }
  return [least, reach];
}
