/** The layout of the images and their heatmap settings: parsed from the address and written back. */
import { choice } from "../parts/radio-buttons.js";
import { html } from "../dom.js";
import { storedName, storedNamed } from "../heat/stored.js";
import { heatScales } from "../image/stored-heatmaps.js";
import { pick } from "../parts/select.js";

/** @typedef {import("../types.js").ModelData} ModelData */
/** @typedef {import("../heat/stored.js").Stored} Stored */

/**
 * @typedef {object} Look
 * @property {boolean} rows one row per image with all heatmaps, or a grid with one
 * @property {Stored | null} one the heatmap of the grid
 * @property {string} scale "" per map, "pictures" per method, "unit" per image and unit (in rows)
 * @property {boolean} smooth interpolated between cell centers (in rows)
 */

/** With more images than this, a page begins with the grid. */
const MOST_ROWS = 60;
/** The address's word for no heatmaps, where they are shown by default. */
const NONE = "none";

/** @param {Stored[]} all at least one @param {import("../types.js").With<"heatmaps">["data"]} data */
export function looks(all, data) {
  const { shown } = data.sections.heatmaps;
  const usual = { rows: shown && data.pictures.count <= MOST_ROWS, heat: shown ? all[0].key : NONE };
  const scales = heatScales(all);
  return {
    /** @param {Record<string, string>} selection @returns {Look} */
    read(selection) {
      const rows = selection.layout === "rows" || (selection.layout !== "grid" && usual.rows);
      const known = scales.some(({ name }) => name === selection.scale) && (rows || selection.scale !== "unit");
      return { rows, one: storedNamed(all, selection.heat ?? usual.heat), scale: known ? selection.scale : "", smooth: selection.maps === "smooth" };
    },
    /** The layout as part of an address, without defaults. @param {Look} look @returns {Record<string, string | null>} */
    write({ rows, one, scale, smooth }) {
      const key = one?.key ?? NONE;
      const unseen = !rows && (one === null || scale === "unit");
      return {
        layout: rows === usual.rows ? null : rows ? "rows" : "grid",
        heat: key === usual.heat ? null : key,
        scale: unseen ? null : scale || null,
        maps: smooth ? "smooth" : null,
      };
    },
  };
}

/**
 * @param {Stored[]} all at least one
 * @param {(change: Partial<Look>) => void} chosen
 */
export function lookControls(all, chosen) {
  const scales = heatScales(all);
  const layout = choice("Layout", [{ name: "grid", label: "grid" }, { name: "rows", label: "rows" }], (name) => chosen({ rows: name === "rows" }));
  const which = pick("Heatmaps", [{ name: NONE, label: "none" }, ...all.map((one) => ({ name: one.key, label: storedName(one, all) }))],
    (name) => chosen({ one: storedNamed(all, name) }));
  const detail = choice("Maps", [{ name: "cells", label: "cells" }, { name: "smooth", label: "smooth" }], (name) => chosen({ smooth: name === "smooth" }));
  // With a single heatmap, there is no other map of its unit.
  const [among, alone] = [scales, scales.filter(({ name }) => name !== "unit")].map((some) => choice("Scale", some, (name) => chosen({ scale: name })));
  return {
    root: html("div", { class: "heat-choice" }, layout.root, which.root, detail.root, among.root, alone.root),
    /** @param {Look} look */
    set({ rows, one, scale, smooth }) {
      layout.set(rows ? "rows" : "grid");
      which.set(one?.key ?? NONE);
      detail.set(smooth ? "smooth" : "cells");
      for (const shown of [among, alone]) shown.set(scale);
      which.root.hidden = rows;
      detail.root.hidden = !rows;
      among.root.hidden = !rows || scales.length < 2;
      alone.root.hidden = rows || one === null || one.maps.pictures < 2;
    },
  };
}
