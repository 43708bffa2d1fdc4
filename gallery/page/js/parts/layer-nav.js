/** Navigation bar of the network's layers in order, with the current one marked. */
import { html, named } from "../dom.js";
import { cut, shape } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {Context} context
 * @param {string | null} current the layer's path
 * @param {import("../types.js").Selection} selection kept in the links
 */
export function layerNav(context, current, selection) {
  const { data, provider } = context;
  const items = data.model.layers.map((layer) => {
    const inside = [html("span", { class: "ribbon-name" }, named(cut(layer.path, 24))),
      html("span", { class: "ribbon-shape" }, shape(layer.shape))];
    const here = layer.path === current;
    if (!provider.layers.includes(layer.path)) {
      return html("li", { class: "ribbon-item absent", title: `${layer.kind}: this page has no maps of it` }, inside);
    }
    return html("li", { class: "ribbon-item" },
      html("a", { href: context.address("layer", layer.path, selection), "aria-current": here ? "page" : null }, inside));
  });
  const root = html("nav", { class: "ribbon", "aria-label": "Layers" }, html("ol", {}, items));
  // Once attached, scroll the current layer into view horizontally, without scrolling the page.
  requestAnimationFrame(() => {
    const mark = /** @type {HTMLElement | null} */ (root.querySelector("[aria-current]"));
    const list = root.firstElementChild;
    if (mark && list) list.scrollLeft = mark.offsetLeft - list.clientWidth / 2 + mark.clientWidth / 2;
  });
  return root;
}
