/** An image and one of its maps side by side, enlarged: the cell under the pointer shows its value and receptive field. */
import { largeMap } from "./large-map.js";
import { html, replace } from "../dom.js";
import { legend } from "./legend.js";
import { fieldOf } from "../values/map-statistics.js";
import { cellSize } from "./paint.js";
import { sentence } from "../values/images.js";
import { caption } from "./image.js";
import { number } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../contract.js").Layer} Layer */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

export const HERO = 280;

/**
 * CSS pixels of a chart: at most `most`, and at most the screen's width, so that its text keeps its size.
 * @param {number} most
 */
export function roomFor(most) {
  const room = innerWidth - 48;
  return most === HERO ? Math.min(most, (room - 12) / 2) : Math.min(most, room);
}

/**
 * @param {Context} context @param {LayerMaps} maps @param {Layer} card the layer's
 * @param {{ pinned: (cell: [number, number] | null) => void, left: () => void }} heard
 */
export function imageAndMap(context, maps, card, heard) {
  const { painter, pictures } = context;
  const canvas = html("canvas", { "aria-hidden": "true" });
  const sight = html("span", { class: "sight", hidden: true });
  const link = html("a", { class: "picture-link" }, html("span", { class: "picture-stage" }, canvas, sight));
  const pictureWords = html("figcaption", {});
  const mapWords = html("span", { class: "channel-name" });
  const colorKey = legend(context.ramps);
  const readout = html("p", { class: "readout" });
  const unitsPlace = html("div", { class: "units-place" });
  /** @type {{ position: number, channel: number, cell: [number, number] | null } | null} */
  let state = null;
  /** @type {[number, number]} */
  let between = [0, 0];
  /** @type {[number, number] | null} */
  let hovered = null;
  const big = maps.spatial && maps.height * maps.width > 1 ? largeMap(maps, context.ramps, HERO, {
    over: (cell) => { hovered = cell; point(); },
    pinned: (cell) => { hovered = null; heard.pinned(cell); context.tell(readout.textContent ?? ""); },
    left: heard.left,
  }) : null;
  const boxes = [html("div", { class: "hero-box" }, link), html("div", { class: "hero-box" }, big ? big.root : unitsPlace)];

  /** Image and map fill their boxes. */
  function fit() {
    if (!state) return;
    const room = Math.min(HERO, boxes[0].clientWidth || HERO);
    painter.show(canvas, state.position, room);
    big?.resize(room);
    // Both boxes have the height of the higher one, so that the captions align.
    const map = big ? maps.height * cellSize(Math.max(maps.height, maps.width), room, devicePixelRatio || 1) : roomFor(HERO);
    for (const box of boxes) box.style.setProperty("--hero-height", `${Math.max(map, parseFloat(canvas.style.height))}px`);
    big?.paint(state.position, state.channel, between);
  }

  /** Outline the hovered or pinned cell, and its receptive field. */
  function point() {
    if (!big || !state) {
      sight.hidden = true;
      return;
    }
    const cell = hovered ?? state.cell;
    big.mark(cell, !hovered && state.cell !== null);
    const box = cell && fieldOf(card, cell[0], cell[1], painter.height, painter.width);
    sight.hidden = !box;
    if (box) outline(sight, box, canvas.clientWidth / painter.width);
    if (!cell) {
      readout.textContent = card.receptive_field
        ? `Point at a cell to see its value and its ${card.receptive_field.join("×")} receptive field.`
        : "Point at a cell to read its value.";
      return;
    }
    const value = maps.values(state.position, state.channel)[cell[0] * maps.width + cell[1]];
    replace(readout, html("b", {}, number(value)), ` at row ${cell[0]}, column ${cell[1]}`,
      box ? `; receptive field: rows ${box[0]}–${box[2] - 1}, columns ${box[1]}–${box[3] - 1}` : "");
  }

  const watcher = new ResizeObserver(() => { fit(); point(); });
  watcher.observe(boxes[0]);

  return {
    big, unitsPlace, mapWords, colorKey,
    figures: [
      html("figure", { class: "hero" }, boxes[0], pictureWords),
      html("figure", { class: "hero" }, boxes[1], html("figcaption", {}, mapWords, big ? colorKey.root : null)),
    ],
    readout: big ? readout : null,
    /** @param {{ position: number, channel: number, cell: [number, number] | null }} next @param {[number, number]} ends of the color range */
    show(next, ends) {
      state = next;
      between = ends;
      const picture = pictures[next.position];
      link.href = context.address("image", picture.id);
      link.setAttribute("aria-label", sentence(picture));
      replace(pictureWords, html("span", { class: "hero-title" }, `Image ${picture.id}`), caption(picture));
      fit();
      point();
    },
    close() { watcher.disconnect(); },
  };
}

/** Draw an outline over an image. @param {HTMLElement} sight @param {[number, number, number, number]} box @param {number} zoom */
export function outline(sight, [top, left, bottom, right], zoom) {
  sight.style.transform = `translate(${left * zoom}px, ${top * zoom}px)`;
  sight.style.width = `${(right - left) * zoom}px`;
  sight.style.height = `${(bottom - top) * zoom}px`;
}

/**
 * The cell in an address; null if these maps do not have it.
 * @param {string | undefined} text "3,4" @param {LayerMaps} maps
 * @returns {[number, number] | null}
 */
export function cellNamed(text, maps) {
  const [row, column] = (text ?? "").split(",").map(Number);
  return text && maps.spatial && row >= 0 && row < maps.height && column >= 0 && column < maps.width && row % 1 === 0 && column % 1 === 0
    ? [row, column] : null;
}
