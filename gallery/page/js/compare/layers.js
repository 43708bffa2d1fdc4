/** The layer selector: all layers, or one. */
import { choice } from "../parts/radio-buttons.js";
import { pick } from "../parts/select.js";
import { cut } from "../words.js";

/** With more layers than this, the control is a list. */
const MOST = 8;

/** @param {string[]} paths @param {(path: string | null) => void} chosen */
export function layerChoice(paths, chosen) {
  const options = [{ name: "", label: "all" }, ...paths.map((path) => ({ name: path, label: cut(path, 24) }))];
  const made = (paths.length > MOST ? pick : choice)("Layers", options, (name) => chosen(name || null));
  return { root: paths.length > 1 ? made.root : null, set: (/** @type {string | null} */ path) => made.set(path ?? "") };
}

/** The names of a layer's units, where it is the last one and they are the classes. @param {import("../contract.js").Model} model @param {string} path @param {number} channels @returns {string[] | null} */
export function unitNames(model, path, channels) {
  const last = model.layers[model.layers.length - 1];
  return last.path === path && last.shape.length === 1 && channels === model.class_names.length ? model.class_names : null;
}
