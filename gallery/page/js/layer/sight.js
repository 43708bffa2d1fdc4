/** What a cell of a map sees: a box on the picture, and the cell's value in words. */
import { html, replace } from "../dom.js";
import { fieldOf } from "../measure.js";
import { number } from "../words.js";

/** @param {any} card of the layer @param {number} height @param {number} width of the picture */
export function sightOf(card, height, width) {
  const box = html("span", { class: "sight", hidden: true });
  const readout = html("p", { class: "readout" });
  return {
    box, readout,
    /** @param {[number, number] | null} cell @param {number | null} value of it @param {number} zoom CSS pixels a pixel */
    point(cell, value, zoom) {
      const seen = cell && fieldOf(card, cell[0], cell[1], height, width);
      box.hidden = !seen;
      if (seen) {
        const [top, left, bottom, right] = seen;
        box.style.transform = `translate(${left * zoom}px, ${top * zoom}px)`;
        box.style.width = `${(right - left) * zoom}px`;
        box.style.height = `${(bottom - top) * zoom}px`;
      }
      if (!cell || value === null) {
        readout.textContent = card.receptive_field
          ? `Point at a cell: it shows its value and the ${card.receptive_field.join("×")} pixels that it sees.`
          : "Point at a cell to read its value.";
        return;
      }
      replace(readout, html("b", {}, number(value)), ` at row ${cell[0]}, column ${cell[1]}`,
        seen ? `; sees rows ${seen[0]}–${seen[2] - 1}, columns ${seen[1]}–${seen[3] - 1}` : "");
    },
  };
}
