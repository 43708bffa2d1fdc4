/** One heatmap over its image, with its legend, resolution, description and values. */
import { html, replace } from "../dom.js";
import { legend } from "../parts/legend.js";
import { highest } from "./heatmap.js";
import { overlay } from "./overlay.js";
import { numbersOf } from "./value-table.js";
import { isFlatHeatmap } from "../values/signal.js";
import { short } from "../words.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("./heatmap.js").Heat} Heat */

/**
 * @typedef {object} Overlay a map over an image
 * @property {{ canvas: HTMLCanvasElement, extent: [number, number] }[]} layers the drawing and the veil over it, with the
 *   share of its height and width that each spans
 * @property {Uint8Array | null} ramp
 * @property {[string, string, string]} ends of its colors, in words
 * @property {string} unit of its values @property {string} words
 */

/**
 * @param {number[]} shape height, width and channels of the image
 * @param {Ramps} ramps
 * @param {Heat[]} heats that it can show @param {string} scale that the legend's numbers apply to
 * @param {import("../values/bands.js").Bands | null} [bands] of the image to draw
 */
export function panel([height, width, channels], ramps, heats, scale, bands = null) {
  const shown = overlay(height, width);
  const keys = new Map(heats.map((heat) => [heat, legend(ramps, heat.unit)]));
  const fine = new Float32Array(height * width);
  const mark = html("b", { class: "state", hidden: true }, "flat");
  const grain = html("span", {});
  const bar = html("progress", { max: "1", "aria-label": "Patches processed" });
  const words = html("p", { class: "note heat-words" });
  const numbers = html("div", {});
  const meaning = html("div", { class: "heat-meaning" }, html("div", { class: "heat-bar" }, bar),
    [...keys.values()].map((key) => key.root), html("p", { class: "note heat-grain" }, mark, grain), words, numbers);
  bar.hidden = true;

  /** The current overlay. @type {{ ramp: Uint8Array, reach: number, signed: boolean, unit: string } | null} */
  let laid = null;

  return {
    root: shown.root, meaning,
    /** The displayed overlay, to be drawn elsewhere. @returns {Overlay} */
    seen: () => ({
      layers: shown.layers, ramp: laid?.ramp ?? null, unit: laid?.unit ?? "", words: words.textContent ?? "",
      ends: laid ? [laid.signed ? short(-laid.reach) : "0", laid.signed ? "0" : "", short(laid.reach)] : ["", "", ""],
    }),
    /**
     * @param {Float32Array} unit the image @param {Heat | null} heat @param {boolean} smooth
     * @param {{ alone?: boolean, reach?: number | null, scale?: string }} [how] whether the map is opaque, and the
     * value of its last color with its scale, if it is not the map's own maximum
     */
    paint(unit, heat, smooth, { alone = false, reach = null, scale: named = scale } = {}) {
      shown.picture(unit, channels, bands);
      for (const [one, key] of keys) key.root.hidden = one !== heat || !heat.known;
      if (!heat || !heat.known) {
        mark.hidden = true;
        laid = null;
        return shown.clear();
      }
      // A flat map has no signal, so on its own scale it gets the lowest color.
      const flat = isFlatHeatmap(heat.values);
      const most = reach ?? (flat ? 0 : highest(heat.values));
      const ramp = heat.signed ? ramps.diverging : ramps.viridis;
      laid = { ramp, reach: most, signed: heat.signed, unit: heat.unit };
      if (smooth && !heat.fine) shown.lay(heat.smooth(fine), height, width, most, heat.signed, ramp, undefined, alone);
      else shown.lay(heat.values, heat.rows, heat.columns, most, heat.signed, ramp, heat.extent, alone);
      keys.get(heat)?.set([heat.signed ? -most : 0, most], heat.signed, named);
      mark.hidden = !flat;
    },
    /** @param {number | null} share that is done; null if nothing is running */
    progress(share) {
      bar.hidden = share === null;
      bar.value = share ?? 0;
    },
    /** Add notes above its values, and a collapsible part below them. @param {import("../dom.js").Child} notes @param {HTMLElement} more */
    note(notes, more) {
      numbers.before(html("div", { class: "heat-more" }, notes));
      meaning.append(more);
    },
    /** Announce it to screen readers when nothing moves. @param {Heat | null} heat @param {boolean} smooth @param {string} subject name of the image */
    tell(heat, smooth, subject) {
      grain.textContent = heat ? `${heat.grain(smooth)}.` : "";
      replace(words, heat ? heat.words() : `${subject} as the model sees it.`);
      shown.label(heat ? `${subject} with ${heat.label()}` : `${subject} as the model sees it`);
      replace(numbers, heat ? numbersOf(heat) : null);
    },
    /** @param {number} room CSS pixels */
    resize(room) {
      meaning.style.setProperty("--map", `${shown.resize(room)}px`);
    },
  };
}
