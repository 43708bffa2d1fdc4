/** Cards, each an image with a short caption, on one sheet or as frames. */
import { foot, FOOT, heading, MARGIN, TOP, zoomFor } from "./sheet-parts.js";

/** Units: a card's image alone and among others, the width of a card, the height of a line. */
const LARGE = 280, SMALL = 112, STEP = 152, LINE = 17;
const COLUMNS = 7;
/** The most cards on a sheet, and in a film. */
export const MOST = 40;

/** @typedef {{ words: string, ink?: keyof typeof import("./paper.js").INKS, weight?: number }} Line */
/** @typedef {{ raster: import("./sheet-parts.js").Raster, lines: Line[] }} Card */

/**
 * @param {{ title: string, subtitle: string, cards: Card[], notes: string[], large?: boolean }} view
 * @param {number} unit pixels @returns {import("./png-gif.js").Sheet}
 */
export function cardsSheet({ title, subtitle, cards, notes, large = false }, unit) {
  const side = large ? LARGE : SMALL, step = large ? LARGE + 40 : STEP;
  const columns = Math.max(1, Math.min(large ? 2 : COLUMNS, cards.length));
  const row = side + LINE * Math.max(0, ...cards.map((card) => card.lines.length)) + 24;
  return {
    width: Math.max(720, 2 * MARGIN + columns * step), height: TOP + Math.ceil(cards.length / columns) * row + FOOT, unit,
    draw(on) {
      heading(on, title, subtitle);
      cards.forEach(({ raster, lines }, i) => {
        const x = MARGIN + (i % columns) * step, y = TOP + Math.floor(i / columns) * row;
        on.cells(x, y, raster.rgba, raster.width, raster.height, zoomFor(raster, side * unit));
        lines.forEach(({ words, ink = "ink", weight = 400 }, k) => on.text(x, y + side + 18 + k * LINE, words, { ink, weight, room: step - 12 }));
      });
      foot(on, notes);
    },
  };
}
