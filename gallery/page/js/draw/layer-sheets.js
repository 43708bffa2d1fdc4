/** The tile sheets of all layers, or of one, enlarged. */
import { choice } from "../parts/radio-buttons.js";
import { html } from "../dom.js";
import { neverNegative } from "../engine/non-negative.js";
import { computable } from "../values/live-maps.js";
import { pick } from "../parts/select.js";
import { cut } from "../words.js";
import { sheet } from "./layer-sheet.js";

/** With more layers than this, the control is a list. */
const MOST = 8;

/**
 * @param {import("../engine/network.js").Network} net
 * @param {import("../types.js").LiveContext["data"]} data
 * @param {import("../types.js").Ramps} ramps
 */
export function layerSheets(net, data, ramps) {
  const { manifest } = data.network;
  const positive = neverNegative(manifest);
  const all = computable(manifest, data.model.layers.map((card) => card.path))
    .map((path) => sheet(net, /** @type {import("../contract.js").Layer} */ (data.model.layers.find((card) => card.path === path)), !positive[manifest.paths[path]], ramps));
  const root = html("div", {}, all.map((one) => one.root));
  /** @type {string | null} */
  let chosen = null;
  let control = { set(/** @type {string} */ name) { void name; } };
  function layOut() {
    for (const one of all) {
      one.root.hidden = chosen !== null && one.path !== chosen;
      if (!one.root.hidden) one.layOut(one.path === chosen || all.length === 1);
    }
  }
  return {
    root, layOut,
    count: all.length,
    paths: all.map((one) => one.path),
    /** The layer selector, if there are several layers. @param {(path: string | null) => void} heard */
    chooser(heard) {
      if (all.length < 2) return null;
      const options = [{ name: "", label: "all" }, ...all.map((one) => ({ name: one.path, label: cut(one.path, 24) }))];
      const made = (all.length > MOST ? pick : choice)("Layers", options, (name) => heard(name || null));
      control = made;
      return made.root;
    },
    /** @param {string | null} path null for all */
    choose(path) {
      control.set(path ?? "");
      if (path === chosen) return;
      chosen = path;
      layOut();
    },
    /** @param {boolean} [unseen] also those outside the viewport */
    paint(unseen = false) { for (const one of all) one.paint(unseen); },
    close() { for (const one of all) one.close(); },
  };
}
