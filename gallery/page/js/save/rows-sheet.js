/** Rows of images with all their heatmaps, as a sheet. */
import { short } from "../words.js";
import { BAR, classRows, foot, FOOT, heading, MARGIN, rampKey, TOP, zoomFor } from "./sheet-parts.js";

/** Units: sizes of an image, a map and the caption between them, the gap between columns, the header. */
const SIDE = 140, WORDS = 272, GAP = 22, HEAD = 124, LINE = 17;

/** Characters of a small line that fit above a column. */
const LETTERS = 27;

/**
 * A map over its image, with the lines below it.
 * @typedef {{ raster: import("./sheet-parts.js").Raster, lines: string[] } | null} Cell null if there is none
 * @typedef {{ raster: import("./sheet-parts.js").Raster, lines: import("./cards-sheet.js").Line[], shares: ArrayLike<number>, classes: number[], cells: Cell[] }} Line
 * @typedef {{ title: string, lines: string[], ramp: Uint8Array, signed: boolean, reach: number | null, measures: string, scale: string }} Column
 */

/**
 * @param {{ title: string, subtitle: string, columns: Column[], rows: Line[], nameOf: (i: number) => string, notes: string[] }} view
 * @param {number} unit pixels @returns {import("./png-gif.js").Sheet}
 */
export function rowsSheet({ title, subtitle, columns, rows, nameOf, notes }, unit) {
  const start = MARGIN + SIDE + GAP + WORDS + GAP;
  const lines = Math.max(0, ...rows.flatMap((row) => row.cells.map((cell) => cell?.lines.length ?? 0)));
  const deep = SIDE + lines * LINE + 26;
  return {
    width: Math.max(720, start + columns.length * (SIDE + GAP) - GAP + MARGIN), height: TOP + HEAD + rows.length * deep + FOOT, unit,
    draw(on) {
      heading(on, title, subtitle);
      columns.forEach((column, i) => {
        const x = start + i * (SIDE + GAP);
        on.text(x, TOP + 6, column.title, { weight: 600, room: SIDE + GAP - 4 });
        column.lines.forEach((words, k) => on.text(x, TOP + 23 + k * 15, words, { size: 11, ink: "muted", room: SIDE }));
        const [from, middle, to] = column.reach === null ? (column.signed ? ["−", "0", "+"] : ["0", "", "maximum"])
          : [column.signed ? short(-column.reach) : "0", column.signed ? "0" : "", short(column.reach)];
        rampKey(on, x, TOP + 50, SIDE, column.ramp, { from, middle, to, words: "" });
        inLines(`${column.measures}, ${column.scale}`, LETTERS).forEach((words, k) => on.text(x, TOP + 87 + k * 12, words, { size: 10, ink: "muted", room: SIDE }));
      });
      rows.forEach((row, k) => {
        const y = TOP + HEAD + k * deep;
        on.rect(MARGIN, y - 12, on.width - 2 * MARGIN, 1, "rule");
        on.cells(MARGIN, y, row.raster.rgba, row.raster.width, row.raster.height, zoomFor(row.raster, SIDE * unit));
        row.lines.forEach(({ words, ink = "ink", weight = 400 }, i) => on.text(MARGIN + SIDE + GAP, y + 12 + i * LINE, words, { ink, weight, room: WORDS }));
        classRows(on, MARGIN + SIDE + GAP, y + SIDE - row.classes.length * BAR + 6, WORDS, row.shares, nameOf, null, row.classes);
        row.cells.forEach((cell, i) => {
          if (!cell) return;
          const x = start + i * (SIDE + GAP);
          on.cells(x, y, cell.raster.rgba, cell.raster.width, cell.raster.height, zoomFor(cell.raster, SIDE * unit));
          cell.lines.forEach((words, n) => on.text(x, y + SIDE + 15 + n * LINE, words, { size: 12, ink: n ? "muted" : "ink", room: SIDE }));
        });
      });
      foot(on, notes);
    },
  };
}

/** Text in lines of at most this many characters, unless one word is longer. @param {string} words @param {number} most */
function inLines(words, most) {
  /** @type {string[]} */
  const lines = [];
  for (const word of words.split(" ")) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= most) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
