/** One image in a row: its prediction, and all its heatmaps with their scores and color ranges. */
import { html, named, replace } from "../dom.js";
import { endOf, laidOver, scoreOf } from "../heat/stored-overlay.js";
import { storedHeat } from "../heat/stored.js";
import { reachOf } from "../image/stored-heatmaps.js";
import { show } from "../parts/paint.js";
import { classNamer, sentence, titleOf } from "../values/images.js";
import { cut, percent } from "../words.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */

/** @typedef {{ link: HTMLAnchorElement, canvas: HTMLCanvasElement, words: HTMLElement,
 *   cells: { drawn: HTMLCanvasElement, under: HTMLElement }[] }} Parts elements that change in a row */

/** The number of classes with a bar. */
const BARS = 3;

/** The most probable classes, in order. @param {ArrayLike<number>} shares */
export function topClasses(shares) {
  return Array.from(shares, (_, i) => i).sort((a, b) => shares[b] - shares[a] || a - b).slice(0, BARS);
}

/**
 * The class of a map if its column does not name it: "second class" differs between images.
 * @param {Stored} one @param {import("../values/images.js").Picture} picture @param {(i: number) => string} nameOf
 */
export function otherClass(one, picture, nameOf) {
  const index = one.maps.has(picture.position) ? one.explains(picture.position) : null;
  return index === null || index === picture.saidIndex || one.how.target.includes(nameOf(index)) ? "" : nameOf(index);
}

/**
 * @param {Context} context @param {Stored[]} all
 * @param {() => { scale: string, smooth: boolean, room: number, small: number }} how the current layout: room of a map
 * and of the image
 */
export function rowMaker(context, all, how) {
  const { pictures, painter, data } = context;
  const nameOf = classNamer(data);
  const labelled = data.pictures.labels !== null;
  const called = data.pictures.names.some((/** @type {string} */ name) => name);
  const heats = all.map((one) => storedHeat(one, data.pictures.height, data.pictures.width));
  // All rows have the same height: a line that one needs, all have.
  const spoken = all.some((one) => pictures.some((picture) => otherClass(one, picture, nameOf)));
  /** @type {WeakMap<HTMLElement, Parts>} */
  const parts = new WeakMap();

  function make() {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const words = html("div", { class: "row-words" });
    const link = html("a", { class: "row-picture" }, canvas);
    const cells = all.map(() => {
      const drawn = html("canvas", { role: "img" });
      const under = html("div", { class: "row-under" });
      return { root: html("div", { class: "row-map", role: "cell" }, drawn, under), drawn, under };
    });
    const root = html("div", { class: "row-line", role: "row" },
      html("div", { class: "row-head", role: "rowheader" }, link, words), cells.map((cell) => cell.root));
    parts.set(root, { link, canvas, words, cells });
    return root;
  }

  /** @param {HTMLElement} root @param {number} position */
  function fill(root, position) {
    const picture = pictures[position];
    const { link, canvas, words, cells } = /** @type {Parts} */ (parts.get(root));
    const { scale, smooth, room, small } = how();
    painter.show(canvas, position, small);
    link.title = sentence(picture);
    link.setAttribute("aria-label", sentence(picture));
    replace(words, html("p", { class: "row-said" }, named(cut(picture.scored ? picture.said : titleOf(picture)))),
      labelled && picture.scored ? html("p", { class: picture.right === false ? "wrong" : "muted" }, picture.right === false ? ["wrong: actually ", named(cut(picture.label ?? ""))] : picture.right ? "right" : "") : null,
      html("p", { class: "muted" }, `image ${picture.id}`),
      called ? html("p", { class: "muted", title: picture.name }, named(cut(picture.name))) : null,
      picture.scored ? bars(picture) : null);
    all.forEach((one, i) => {
      const { drawn, under } = cells[i];
      const has = one.maps.has(position);
      drawn.hidden = !has;
      if (!has) return replace(under, html("p", { class: "muted" }, "not computed"));
      const { reach } = reachOf(all, one, position, scale);
      const raster = laidOver(context, one, position, reach, smooth);
      show(drawn, raster.rgba, raster.width, raster.height, room);
      heats[i].at(position);
      drawn.setAttribute("aria-label", heats[i].label());
      const other = otherClass(one, picture, nameOf);
      return replace(under,
        spoken ? html("p", {}, other ? ["for ", named(cut(other, 32))] : "\u00a0") : null,
        html("p", {}, html("span", { class: "muted" }, "score "), scoreOf(one, position)),
        isFlatHeatmap(one.values(position)) ? html("p", {}, html("b", { class: "state" }, "flat"))
          : html("p", { class: "muted" }, endOf(one, position, reach, scale === "pictures")));
    });
  }

  /** @param {import("../values/images.js").Picture} picture */
  function bars({ probabilities, labelIndex, saidIndex }) {
    return html("ul", { class: "row-bars", "aria-label": "Most probable classes" }, topClasses(probabilities).map((i) => {
      const bar = html("span", { class: i === saidIndex ? "bar top" : "bar" });
      bar.style.width = `${100 * probabilities[i]}%`;
      return html("li", { class: i === saidIndex ? "top" : null },
        html("span", { class: "row-class" }, named(cut(nameOf(i), 40)), i === labelIndex && i !== saidIndex ? html("span", { class: "unseen" }, ", its true class") : null),
        html("span", { class: "bar-room", "aria-hidden": "true" }, bar), html("span", { class: "number" }, percent(probabilities[i])));
    }));
  }

  return { make, fill, link: (/** @type {HTMLElement} */ root) => /** @type {Parts} */ (parts.get(root)).link };
}
