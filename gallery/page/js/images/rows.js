/** The filtered images in rows, each with all its heatmaps, under a sticky header. */
import { html, named, replace } from "../dom.js";
import { reachOf } from "../image/stored-heatmaps.js";
import { legend } from "../parts/legend.js";
import { cellSize } from "../parts/paint.js";
import { counted, cut, shape } from "../words.js";
import { endless } from "./virtual-list.js";
import { rowMaker } from "./row.js";
import { rowSizes } from "./row-sizes.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */
/** @typedef {import("./layout.js").Look} Look */

/** The most rows that are printed. */
const PRINTED = 60;
/** CSS pixels of an image above its maps. */
const SMALL = 84;
/** Columns narrower than this, in CSS pixels, have smaller titles. */
const SLIM = 110;
/** CSS pixels that a key scrolls sideways. */
const SIDEWAYS = 120;

/**
 * @param {Context} context @param {Stored[]} all @param {Look} look
 * @param {{ address: (position: number) => string, opening: (position: number) => void }} heard the address of a row,
 * and a callback before it opens
 */
export function rowsView(context, all, look, { address, opening }) {
  const { height, width } = context.data.pictures;
  let sizes = rowSizes(0, all.length);
  const row = rowMaker(context, all, () => ({ scale: look.scale, smooth: look.smooth, room: sizes.room, small: sizes.stacked ? SMALL : sizes.room }));
  const keys = all.map(({ how }) => legend(context.ramps, how.measures));
  // Text that is the same for all columns is shown once.
  const targets = new Set(all.map(({ how }) => how.target));
  const aside = html("p", {});
  const abouts = all.map(() => html("p", {}));
  const head = html("div", { class: "rows-head", role: "rowgroup" },
    html("div", { class: "row-line", role: "row", "aria-rowindex": "1" },
      html("div", { class: "row-head", role: "columnheader" }, html("p", { class: "rows-title" }, "Image")),
      all.map(({ key, how }, i) => html("div", { class: "row-map", role: "columnheader", "data-heat": key },
        html("div", {}, html("p", { class: "rows-title" }, how.title),
          targets.size > 1 ? html("p", { class: "rows-of" }, "for ", named(cut(how.target, 48))) : null,
          how.layers.length ? html("p", { class: "rows-of" }, named(cut(how.layers.join(" + "), 32))) : null),
        keys[i].root))));
  const about = html("div", { class: "rows-about", role: "rowgroup" },
    html("div", { class: "row-line", role: "row", "aria-rowindex": "2" },
      html("div", { class: "row-head", role: "rowheader" }, aside),
      abouts.map((words) => html("div", { class: "row-map", role: "cell" }, words))));
  const body = html("div", { class: "rows-body", role: "rowgroup", tabindex: "-1" });
  const table = html("div", { class: "rows", role: "table", "aria-label": "Images and their heatmaps" }, head, about, body);

  const { ruler, ...list } = endless(body, {
    make: row.make, fill: row.fill, link: row.link, address, opening, printed: PRINTED,
    covered: () => head.offsetHeight,
    measure(refill) {
      const found = rowSizes(ruler.clientWidth, all.length);
      const changed = found.room !== sizes.room || found.stacked !== sizes.stacked;
      sizes = found;
      fit();
      if (changed) refill();
      return { columns: 1, gap: 0 };
    },
    count(cell, place, count) {
      cell.setAttribute("aria-rowindex", String(place + 2));
      table.setAttribute("aria-rowcount", String(count + 2));
    },
  });

  /** Set the columns to the width of their images at an integer zoom. */
  function fit() {
    /** @param {number} room */
    const across = (room) => width * cellSize(Math.max(height, width), room, globalThis.devicePixelRatio || 1);
    const { stacked, room, words, gap } = sizes;
    table.classList.toggle("stacked", stacked);
    table.classList.toggle("slim", across(room) < SLIM);
    const values = { maps: all.length, map: `${across(room)}px`, picture: `${across(stacked ? SMALL : room)}px`, words: `${words}px`, gap: `${gap}px`, view: `${ruler.clientWidth}px` };
    for (const [name, value] of Object.entries(values)) table.style.setProperty(`--${name}`, String(value));
    scrolled();
  }

  function scrolled() { for (const one of [head, about]) one.scrollLeft = body.scrollLeft; }
  body.addEventListener("scroll", scrolled);
  // If not all maps fit, the left and right arrows scroll to the others.
  body.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowLeft: -SIDEWAYS, ArrowRight: SIDEWAYS }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || body.scrollWidth <= body.clientWidth) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    body.scrollBy(step, 0);
  }, true);

  /** The legends and captions of the header. */
  function explain() {
    all.forEach((one, i) => {
      const { how, maps, reach } = one;
      const joint = look.scale === "unit" && reachOf(all, one, maps.positions[0], "unit").reach !== null;
      const scale = look.scale === "pictures" ? `all ${counted(maps.pictures, "image")}` : joint ? "equal units per image" : "per map";
      if (look.scale === "pictures") keys[i].set([how.signed ? -reach : 0, reach], how.signed, scale);
      else keys[i].own(how.signed, scale);
      replace(abouts[i], `${shape([maps.height, maps.width])} cells; ${how.measures}, `, html("b", {}, scale));
    });
    replace(aside, targets.size > 1 ? null : ["For ", html("b", {}, named(cut(all[0].how.target, 48))), ". "],
      look.smooth ? "Interpolated between cells, which adds no detail. " : "Raw cells, not smoothed. ", "Not tested for faithfulness.");
  }
  explain();

  return {
    ...list, printed: PRINTED,
    root: html("div", { class: "wall-box" }, ruler, table),
    /** @param {Uint32Array} positions @param {number} current */
    set(positions, current) {
      table.hidden = !positions.length;
      list.set(positions, current);
    },
    /** Change the layout. @param {Look} next */
    repaint(next) {
      look = next;
      explain();
      list.repaint();
    },
  };
}
