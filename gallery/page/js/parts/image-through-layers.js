/** One image through the network: the channels of each layer with the highest activation, left to right. */
import { html, named, replace } from "../dom.js";
import { order } from "../values/map-statistics.js";
import { cellSize, colors, show } from "./paint.js";
import { sentence } from "../values/images.js";
import { ends } from "../values/color-scale.js";
import { cut, number, percent } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** Channels per layer, and the most layers. */
const LOUDEST = 3;
const MOST = 6;

/**
 * @param {Context} context
 * @param {(i: number) => string} nameOf
 */
export async function flow(context, nameOf) {
  const { provider, pictures, painter, ramps } = context;
  const all = await Promise.all(provider.layers.map((/** @type {string} */ path) => provider.open(path)));
  const spatial = all.filter((maps) => maps.spatial && maps.height * maps.width > 1);
  // Of many layers: the first, the last and an even selection between. Layers before their activation are left out if
  // enough others remain.
  const whole = spatial.filter((maps) => !maps.signed);
  const some = whole.length < MOST ? spatial : whole;
  const layers = some.length <= MOST ? some
    : Array.from({ length: MOST }, (_, i) => some[Math.round((i * (some.length - 1)) / (MOST - 1))]);
  const root = html("div", { class: "flow" });

  let at = 0;
  let room = 0;
  // Tiles shrink to five in a row on a narrow screen.
  const watcher = new ResizeObserver(() => {
    const now = root.clientWidth < 600 ? Math.floor((root.clientWidth - 32) / 5) : 80;
    if (now !== room) set(at, now);
  });
  watcher.observe(root);

  /** @param {number} position @param {number} [now] CSS pixels for a tile */
  function set(position, now = room || 80) {
    at = position;
    room = now;
    const picture = pictures[position];
    const canvas = html("canvas", { "aria-hidden": "true" });
    painter.show(canvas, position, 264);
    const heights = layers.map((maps) => maps.height * cellSize(Math.max(maps.height, maps.width), room, devicePixelRatio || 1));
    root.style.setProperty("--row", `${Math.max(0, ...heights)}px`);
    replace(root,
      html("a", { class: "flow-picture", href: context.address("image", picture.id), "aria-label": sentence(picture) }, canvas),
      layers.filter((maps) => maps.has(position)).map((maps) => html("div", { class: "flow-layer" },
        html("div", { class: "flow-name", title: maps.path }, html("a", { href: context.address("layer", maps.path, { image: picture.id }) }, named(cut(maps.path.split("/").pop() ?? "", 16)))),
        order(maps, position, "max").slice(0, LOUDEST).map((channel) => tile(maps, position, channel)))),
      picture.scored ? html("div", { class: "flow-end" }, top(picture)) : null);
  }

  /** @param {import("../values/map-provider.js").LayerMaps} maps @param {number} position @param {number} channel */
  function tile(maps, position, channel) {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const rgba = colors(maps.values(position, channel), ...ends(maps, "channel", position, channel), maps.signed ? ramps.diverging : ramps.viridis);
    show(canvas, rgba, maps.width, maps.height, room);
    const most = number(maps.range(position, channel)[1]);
    return html("a", {
      class: "flow-tile", href: context.address("layer", maps.path, { image: pictures[position].id, channel }),
      "aria-label": `${maps.path}, channel ${channel}, up to ${most}`, title: `channel ${channel}, up to ${most}`,
    }, canvas);
  }

  /** The most probable classes. @param {import("../values/images.js").Picture} picture */
  function top(picture) {
    const ranked = Array.from(picture.probabilities, (_, i) => i).sort((a, b) => picture.probabilities[b] - picture.probabilities[a] || a - b);
    return html("ol", {}, ranked.slice(0, 4).map((i, rank) => {
      const bar = html("div", { class: rank ? "bar" : "bar top" });
      bar.style.width = `${100 * picture.probabilities[i]}%`;
      return html("li", { class: rank ? null : "top" },
        html("span", { class: "flow-class" }, named(cut(nameOf(i), 28))), html("span", { class: "share" }, percent(picture.probabilities[i])),
        html("div", { class: "bar-room" }, bar));
    }), picture.right === false ? html("li", { class: "wrong" }, html("span", {}, "wrong: actually ", named(cut(picture.label ?? "", 28)))) : null);
  }
  return { root, set, all, layers, close: () => watcher.disconnect() };
}
