/** One enlarged map whose cells can be selected with the pointer or the arrow keys. */
import { html } from "../dom.js";
import { colors, show } from "./paint.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

/**
 * @param {LayerMaps} maps
 * @param {Ramps} ramps
 * @param {number} room CSS pixels
 * @param {{ over: (cell: [number, number] | null) => void, pinned: (cell: [number, number] | null) => void,
 *   left: () => void }} heard
 */
export function largeMap(maps, ramps, room, heard) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  const outline = html("span", { class: "cell-outline", "aria-hidden": "true", hidden: true });
  const root = html("button", {
    type: "button", class: "big-map",
    pointermove: (/** @type {PointerEvent} */ event) => heard.over(cellAt(event)),
    pointerleave: () => heard.over(null),
    click: (/** @type {MouseEvent} */ event) => {
      if (event.detail === 0) return;
      const cell = cellAt(event);
      heard.pinned(cell && at && cell[0] === at[0] && cell[1] === at[1] && pinned ? null : cell);
    },
    keydown,
  }, canvas, outline);
  let size = 1;
  /** @type {[number, number] | null} */
  let at = null;
  let pinned = false;

  /** @param {PointerEvent | MouseEvent} event @returns {[number, number]} */
  function cellAt(event) {
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * maps.height);
    const column = Math.floor(((event.clientX - box.left) / box.width) * maps.width);
    return [Math.min(maps.height - 1, Math.max(0, row)), Math.min(maps.width - 1, Math.max(0, column))];
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (move) {
      const [row, column] = at ?? [Math.floor(maps.height / 2), Math.floor(maps.width / 2)];
      const next = at ? [row + move[0], column + move[1]] : [row, column];
      heard.pinned([Math.min(maps.height - 1, Math.max(0, next[0])), Math.min(maps.width - 1, Math.max(0, next[1]))]);
    } else if (event.key === "Escape") heard.left();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    root,
    /** @param {number} picture @param {number} channel @param {[number, number]} ends */
    paint(picture, channel, ends) {
      const ramp = maps.signed ? ramps.diverging : ramps.viridis;
      size = show(canvas, colors(maps.values(picture, channel), ...ends, ramp), maps.width, maps.height, room);
      root.setAttribute("aria-label",
        `Map of channel ${channel}, ${maps.height} by ${maps.width} cells. Arrow keys move from cell to cell.`);
    },
    /** @param {[number, number] | null} cell @param {boolean} isPinned */
    mark(cell, isPinned) {
      at = cell;
      pinned = isPinned;
      outline.hidden = !cell;
      if (!cell) return;
      outline.style.width = `${size}px`;
      outline.style.height = `${size}px`;
      outline.style.transform = `translate(${cell[1] * size}px, ${cell[0] * size}px)`;
    },
    /** @param {number} now */
    resize(now) { room = now; },
    focus() { root.focus(); },
  };
}
