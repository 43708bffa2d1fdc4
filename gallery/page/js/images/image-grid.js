/** The filtered images in a grid that scrolls with the page. */
import { html, named, replace } from "../dom.js";
import { sentence, titleOf } from "../values/images.js";
import { cut, percent } from "../words.js";
import { endless } from "./virtual-list.js";

/** @typedef {{ link: HTMLAnchorElement, canvas: HTMLCanvasElement, said: HTMLElement, share: HTMLElement,
 *   below: HTMLElement | null }} Parts elements that change in a tile */

/** The most CSS pixels of an image. */
const ROOM = 112;
/** The most images that are printed. */
export const PRINTED = 120;
/** Letters of a true class that fit on one line after "actually". */
const ONE_LINE = 5;

/**
 * @param {import("../values/images.js").Picture[]} pictures
 * @param {{ paint: (canvas: HTMLCanvasElement, position: number, room: number) => void, say: (position: number) =>
 *   string, address: (position: number) => string, opening: (position: number) => void }} how how a tile is painted,
 *   text added to its sentence, its address, and a callback before it opens
 */
export function wall(pictures, { paint, say, address, opening }) {
  const root = html("ul", { class: "wall", role: "list", tabindex: "-1", "aria-label": "Images" });
  /** @type {WeakMap<HTMLElement, Parts>} */
  const parts = new WeakMap();
  const labelled = pictures.some((picture) => picture.label !== null);
  // All rows have the same height, so one long class name among the mistakes gives all a second line.
  const long = pictures.some((picture) => picture.right === false && [...(picture.label ?? "")].length > ONE_LINE);
  let room = ROOM;

  function make() {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const said = html("bdi", { class: "said-class" });
    const share = html("span", { class: "share" });
    const below = labelled ? html("span", { class: long ? "below wrong two-lines" : "below wrong" }) : null;
    const link = html("a", {}, html("span", { class: "thumb" }, canvas), said, share, below);
    const cell = html("li", {}, link);
    parts.set(cell, { link, canvas, said, share, below });
    return cell;
  }

  /** @param {HTMLElement} cell @param {number} position */
  function fill(cell, position) {
    const picture = pictures[position];
    const { link, canvas, said, share, below } = /** @type {Parts} */ (parts.get(cell));
    link.title = sentence(picture);
    link.setAttribute("aria-label", `${sentence(picture)}${say(position)}`);
    said.textContent = cut(picture.scored ? picture.said : titleOf(picture));
    share.textContent = picture.scored ? percent(picture.sure) : picture.label === null ? "" : picture.said;
    if (below) replace(below, picture.right === false ? ["actually ", named(cut(picture.label ?? ""))] : null);
    paint(canvas, position, room);
  }

  const { ruler, ...list } = endless(root, {
    make, fill, address, opening, printed: PRINTED,
    link: (cell) => /** @type {Parts} */ (parts.get(cell)).link,
    measure(refill) {
      const style = getComputedStyle(root);
      const widths = style.gridTemplateColumns.split(" ");
      const fits = Math.min(ROOM, Math.floor(parseFloat(widths[0])));
      if (fits !== room) {
        room = fits;
        refill();
      }
      return { columns: widths.length, gap: parseFloat(style.rowGap) };
    },
    count(cell, place, count) {
      cell.setAttribute("aria-posinset", String(place));
      cell.setAttribute("aria-setsize", String(count));
    },
  });
  return { root: html("div", { class: "wall-box" }, ruler, root), printed: PRINTED, ...list };
}
