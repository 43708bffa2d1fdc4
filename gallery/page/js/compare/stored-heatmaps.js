/** A stored heatmap for two images side by side, on one scale. */
import { html, named, replace } from "../dom.js";
import { highest } from "../heat/heatmap.js";
import { panel } from "../heat/panel.js";
import { storedHeat, storedName, storedNamed } from "../heat/stored.js";
import { pick } from "../parts/select.js";
import { bandsOf } from "../values/bands.js";
import { cut, number } from "../words.js";
import { letter } from "./sides.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */
/** @typedef {import("../values/images.js").Picture} Picture */

/** The most CSS pixels of a map. */
export const HEAT_ROOM = 240;

/**
 * @param {Context} context @param {Stored[]} all @param {(change: import("../types.js").Selection, quietly?: boolean) => void} go
 */
export function heatsOfTwo(context, all, go) {
  if (!all.length) return null;
  const { height, width, channels } = context.data.pictures;
  const which = all.length > 1 ? pick("Heatmap", all.map((one) => ({ name: one.key, label: storedName(one, all) })),
    (key) => go({ heat: key === all[0].key ? null : key })) : null;
  const heats = new Map(all.map((one) => [one, storedHeat(one, height, width)]));
  const unit = new Float32Array(height * width * channels);
  const sides = /** @type {const} */ (["a", "b"]).map((side) => {
    const shown = panel([height, width, channels], context.ramps, [...heats.values()], "both images", bandsOf(context.data.pictures));
    const title = html("figcaption", { class: "heat-head" });
    return { side, shown, title, figure: html("figure", { class: "heat" }, title, html("div", { class: "heat-room" }, shown.root), shown.meaning) };
  });
  const root = html("section", { class: "compare-heats" },
    html("div", { class: "all-head" }, html("h2", {}, "Heatmaps", html("span", { class: "aside" }, "one method, one scale")), which?.root),
    html("div", { class: "heats" }, sides.map(({ figure }) => figure)));
  const watcher = roomy(root, sides.map(({ shown }) => shown));

  return {
    root,
    /** @param {Picture} a @param {Picture} b @param {Record<string, string>} selection */
    set(a, b, selection) {
      const one = storedNamed(all, selection.heat) ?? all[0];
      const heat = /** @type {ReturnType<typeof storedHeat>} */ (heats.get(one));
      root.hidden = !one.maps.has(a.position) || !one.maps.has(b.position);
      if (root.hidden) return;
      which?.set(one.key);
      const reach = Math.max(highest(one.values(a.position)), highest(one.values(b.position)));
      for (const { side, shown, title } of sides) {
        const picture = side === "a" ? a : b;
        heat.at(picture.position);
        context.unit(picture.position, unit);
        replace(title, html("h3", {}, letter(side), one.how.title),
          html("p", { class: "heat-target" }, "for ", html("b", {}, named(cut(one.how.target, 48))), ` · score ${number(one.score(picture.position))}`));
        shown.paint(unit, heat, false, { reach });
        shown.tell(heat, false, `Image ${picture.id}`);
      }
    },
    close() { watcher.disconnect(); },
  };
}

/** Size maps to their column. @param {HTMLElement} root @param {ReturnType<typeof panel>[]} panels */
export function roomy(root, panels) {
  const watcher = new ResizeObserver(() => {
    const room = root.querySelector(".heat-room")?.clientWidth;
    if (room) for (const one of panels) one.resize(Math.min(HEAT_ROOM, room));
  });
  watcher.observe(root);
  return watcher;
}
