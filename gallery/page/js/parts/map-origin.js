/** Text on where the maps of a layer come from, and why the page cannot compute more. */
import { named } from "../dom.js";
import { cut } from "../words.js";

/** @typedef {import("../types.js").ModelData} ModelData */
/** @typedef {import("../dom.js").One} One */

export const COMPUTED = "Computed in this page, with weights rounded to 16 bits.";

/**
 * Why the page does not run the model; null if it does.
 * @param {Pick<import("../contract.js").PageData, "network">} data
 * @returns {One[] | null}
 */
export function whyNotLive(data) {
  if (data.network === null) return ["This page does not contain the network, so it shows only stored data."];
  const { refused } = data.network;
  if (!refused.length) return null;
  const [first, ...others] = refused;
  const rest = others.length ? `, and ${others.length} more ${others.length === 1 ? "layer" : "layers"} like it` : "";
  if (!first.path) return [`This page cannot run the model: ${first.reason}. It shows only stored data.`];
  return ["This page cannot run the model because of layer ", named(cut(first.path)), ` (${cut(first.kind)}): `,
    `${first.reason}${rest}. It shows only stored data.`];
}

/** Which layers are computed in the page. @param {import("../values/map-provider.js").LayerMaps[]} layers */
export function computedHere(layers) {
  const stored = layers.filter((maps) => !maps.live);
  if (!stored.length) return "All are computed in this page.";
  return `All but ${stored.slice(0, 3).map((maps) => cut(maps.path, 24)).join(", ")}${stored.length > 3 ? ", …" : ""} are computed in this page.`;
}
