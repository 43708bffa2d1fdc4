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
  const list = html("ol", {}, items);
  const root = html("nav", { class: "ribbon", "aria-label": "Layers" }, list);
  /** Fade out the side where names are cut, as a sign that there are more. */
  function fade() {
    root.classList.toggle("more-before", list.scrollLeft > 1);
    root.classList.toggle("more-after", list.scrollLeft + list.clientWidth < list.scrollWidth - 1);
  }
  list.addEventListener("scroll", fade, { passive: true });
  new ResizeObserver(fade).observe(list);
  // Once attached, scroll the current layer into view horizontally, without scrolling the page.
  requestAnimationFrame(() => {
    const mark = /** @type {HTMLElement | null} */ (root.querySelector("[aria-current]"));
    if (mark) list.scrollLeft = mark.offsetLeft - list.clientWidth / 2 + mark.clientWidth / 2;
  });
  return root;
}
