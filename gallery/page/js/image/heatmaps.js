/** The heatmaps of one image side by side: stored ones from Python, and live ones that the page computes for one class. */
import { choice } from "../parts/radio-buttons.js";
import { html, named, replace } from "../dom.js";
import { classNamer } from "../values/images.js";
import { cut, percent } from "../words.js";
import { liveHeats } from "./live-heatmaps.js";
import { heatScales, storedPanels } from "./stored-heatmaps.js";

/** @typedef {import("../types.js").Context} Context */

/** The most CSS pixels of a map. */
const ROOM = 280;

/**
 * @param {import("../engine/network.js").Network | null} net if the network runs in the page @param
 * {import("../heat/stored.js").Stored[]} stored
 * @param {Context} context
 * @param {(selection: Record<string, string | number | null>) => void} select
 */
export function heatmaps(net, stored, context, select) {
  const { data } = context;
  const { height, width, channels } = data.pictures;
  const nameOf = classNamer(data);
  const unit = new Float32Array(height * width * channels);
  /** @typedef {{ live: import("./live-heatmaps.js").LiveWish | null, smooth: boolean, alone: boolean, scale: string }} Wish */
  /** @type {Wish} */
  let wish = { live: null, smooth: false, alone: false, scale: "" };
  /** @param {Partial<Wish>} change */
  const changed = (change) => select(write({ ...wish, ...change }));
  const live = net && liveHeats(net, /** @type {import("../types.js").LiveContext} */ (context), unit, (change) => changed({ live: wish.live && { ...wish.live, ...change } }),
    new Set(stored.map(({ how }) => how.title)));
  const kept = stored.length ? storedPanels(stored, context, unit) : null;
  const scales = heatScales(stored);
  const detail = choice("Cells", [{ name: "cells", label: "cells" }, { name: "smooth", label: "smooth" }], (name) => changed({ smooth: name === "smooth" }));
  const shown = choice("Shown", [{ name: "over", label: "over the image" }, { name: "map", label: "map alone" }], (name) => changed({ alone: name === "map" }));
  const scale = choice("Scale", scales, (name) => changed({ scale: name }));
  const figures = [...(kept?.figures ?? []), ...(live?.figures ?? [])];
  const panels = [...(kept?.panels ?? []), ...(live?.panels ?? [])];
  const subject = html("p", { class: "heat-subject" });
  const root = html("section", { class: "heats", "aria-label": "Heatmaps" },
    html("div", { class: "heat-intro" },
      html("h2", {}, "Heatmaps"),
      subject,
      html("div", { class: "heat-controls" }, live?.target, detail.root, shown.root, scales.length > 1 ? scale.root : null),
      html("p", { class: "note" }, live && kept ? "Heatmaps with a score were computed in Python. All are raw" : live ? "Computed in this page, raw" : "Raw",
        " and not tested for faithfulness. If methods disagree, trust none of them.")),
    figures);

  /** The settings in the address. @param {Wish} next @returns {Record<string, string | number | null>} */
  function write(next) {
    return {
      ...(live && next.live ? live.write(next.live) : {}),
      maps: next.smooth ? "smooth" : null, as: next.alone ? "map" : null, scale: next.scale || null,
    };
  }

  const watcher = new ResizeObserver(() => {
    const room = figures.find((figure) => !figure.hidden)?.querySelector(".heat-room");
    if (room) for (const one of panels) one.resize(Math.min(ROOM, room.clientWidth));
  });
  watcher.observe(root);

  /** Whether a stored Grad-CAM is the one that the page would compute. @param {number} position @param {number} target */
  function isStored(position, target) {
    return net !== null && stored.some((one) => {
      if (one.how.method !== "grad-cam" || one.how.layers.length !== 1 || one.how.layers[0] !== wish.live?.layer) return false;
      // A contrast is for the same class, but its score is a difference.
      const logit = net.logits[target];
      return one.maps.has(position) && one.explains(position) === target && Math.abs(one.score(position) - logit) < 0.01 + 0.01 * Math.abs(logit);
    });
  }

  return {
    root,
    /** The part of the selection that other images' addresses keep. */
    get selection() { return write(wish); },
    /** @param {number} position @param {Record<string, string>} selection */
    set(position, selection) {
      wish = {
        live: live?.read(selection) ?? null, smooth: selection.maps === "smooth", alone: selection.as === "map",
        scale: scales.some(({ name }) => name === selection.scale) ? selection.scale : "",
      };
      const words = `Image ${context.pictures[position].id}`;
      context.unit(position, unit);
      detail.set(wish.smooth ? "smooth" : "cells");
      shown.set(wish.alone ? "map" : "over");
      scale.set(wish.scale);
      kept?.show(position, wish, words);
      root.hidden = !live && !kept?.has(position);
      if (live && wish.live && net) {
        const target = live.run(wish.live);
        replace(subject, "Evidence for ", html("b", {}, named(cut(nameOf(target), 40))), `, ${percent(net.probabilities[target])}`);
        live.show(wish.live, target, words, wish.alone, isStored(position, target));
      }
    },
    /** Every displayed heatmap, with its origin. @param {number} position */
    seen: (position) => [...(kept?.seen(position) ?? []), ...(live?.seen() ?? []).map((heat) => ({ one: null, heat }))],
    close() {
      watcher.disconnect();
      live?.close();
    },
  };
}
