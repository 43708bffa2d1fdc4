/** The channels of a layer that differ most between two images: maps in pairs, on one scale with one legend. */
import { html, named, replace } from "../dom.js";
import { legend } from "../parts/legend.js";
import { isFlat } from "../values/signal.js";
import { colors, show } from "../parts/paint.js";
import { folded, table } from "../parts/table.js";
import { apart, counted, cut, number, shape } from "../words.js";
import { byDifference, measured, sharedEnds } from "./difference.js";
import { letter, pairedBars } from "./sides.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("../values/images.js").Picture} Picture */

/** The number of channels shown per layer: among several layers, and of one alone. */
const FEW = 6;
const MANY = 24;

/**
 * @param {Context} context
 * @param {LayerMaps} maps
 * @param {string[] | null} unitNames names of the layer's units, if not numbers
 */
export function layerPairs(context, maps, unitNames) {
  const card = /** @type {import("../contract.js").Layer} */ (context.data.model.layers.find((layer) => layer.path === maps.path));
  const noun = maps.spatial ? "channel" : "unit";
  const asMaps = maps.height * maps.width > 1;
  const colorKey = legend(context.ramps);
  const place = html("div", {});
  const list = html("div", {});
  const root = html("div", { class: "strip-row", "data-layer": maps.path },
    html("div", { class: "strip-head" },
      html("h3", {}, named(cut(maps.path))),
      html("span", { class: "strip-shape" }, `${card.kind} · ${shape(card.shape)}`),
      asMaps ? colorKey.root : null),
    place, list);

  /** @param {Picture} a @param {Picture} b @param {string} by @param {boolean} alone */
  function set(a, b, by, alone) {
    const own = measured(maps, a.position, by);
    const other = measured(maps, b.position, by);
    const order = byDifference(own, other);
    const chosen = order.slice(0, alone ? MANY : FEW);
    const scale = sharedEnds(maps, a.position, b.position);
    colorKey.set(scale, maps.signed, "both images");
    /** @param {number} c */
    const nameOf = (c) => (unitNames ? `${c} ${unitNames[c]}` : String(c));
    /** @param {number} c */
    const href = (c) => context.address("layer", maps.path, { image: a.id, channel: c });
    if (asMaps) {
      replace(place, html("ul", { class: "pair-grid" }, chosen.map((c) => html("li", {}, html("a", {
        href: href(c), "data-channel": c,
        "aria-label": `Channel ${c}: ${by === "max" ? "highest value" : "mean"} ${number(own[c])} for image ${a.id}, ${number(other[c])} for image ${b.id}`,
      },
      html("span", { class: "pair-maps" }, [a, b].map((picture) => map(picture.position, c, scale))),
      html("span", { class: "pair-words" }, html("span", { class: "tile-number" }, String(c)),
        letter("a"), number(own[c]), letter("b"), number(other[c])))))));
    } else {
      const values = [0, ...own, ...other];
      replace(place, pairedBars({
        caption: `The ${noun}s of ${maps.path} that differ most`, first: noun, format: number,
        low: Math.min(...values), high: Math.max(...values),
        rows: chosen.map((c) => ({ name: html("a", { href: href(c) }, unitNames ? named(cut(nameOf(c), 32)) : `${noun} ${c}`), a: own[c], b: other[c] })),
      }));
    }
    replace(list, folded(`${counted(maps.channels, noun)} of ${apart(cut(maps.path, 24))} as a table`, () =>
      table(`${by === "max" ? "Highest value" : "Mean"} of each ${noun} of ${maps.path}`,
        [{ title: maps.spatial ? "Channel" : "Unit" }, { title: "A", number: true }, { title: "B", number: true }, { title: "A − B", number: true }],
        order.map((c) => [named(nameOf(c)), number(own[c]), number(other[c]), number(own[c] - other[c])]))));
  }

  /** @param {number} position @param {number} channel @param {[number, number]} scale */
  function map(position, channel, scale) {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const rgba = colors(maps.values(position, channel), ...scale, maps.signed ? context.ramps.diverging : context.ramps.viridis);
    show(canvas, rgba, maps.width, maps.height, innerWidth < 720 ? 70 : 84);
    return html("span", { class: "tile-map" }, canvas, isFlat(maps, position, channel) ? html("span", { class: "mark flat" }) : null);
  }
  return { root, path: maps.path, has: (/** @type {number} */ position) => maps.has(position), set };
}
