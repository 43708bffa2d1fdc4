/** A drawing as a sheet: the drawing as the model sees it, its class probabilities, and the selected heatmap. */
import { percent } from "../words.js";
import { BAR, classRows, foot, FOOT, heading, MARGIN, rampKey, shownClasses, TOP, zoomFor } from "./sheet-parts.js";

const SIDE = 288;
const BARS = 330;
const GAP = 36;

/**
 * @typedef {object} DrawingView
 * @property {import("./sheet-parts.js").Raster} raster
 * @property {ArrayLike<number>} shares
 * @property {(i: number) => string} nameOf
 * @property {string} title
 * @property {string} credit
 * @property {import("../heat/panel.js").Overlay | null} overlay
 */

/** @param {DrawingView} view @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
export function drawingSheet({ raster, shares, nameOf, title, credit, overlay }, unit) {
  const classes = shownClasses(shares, null);
  const zoom = zoomFor(raster, SIDE * unit);
  const [across, deep] = [(raster.width * zoom) / unit, (raster.height * zoom) / unit];
  const best = Array.from(shares).reduce((held, share, i) => (share > shares[held] ? i : held), 0);
  const bars = MARGIN + across + GAP;
  const over = bars + BARS + GAP;
  return {
    width: Math.ceil(overlay ? over + across + MARGIN : bars + BARS + MARGIN),
    height: Math.ceil(TOP + Math.max(deep + (overlay?.ramp ? 60 : 0), classes.length * BAR) + FOOT), unit,
    draw(on) {
      heading(on, nameOf(best), `${title} · predicted with ${percent(shares[best])}`);
      on.cells(MARGIN, TOP, raster.rgba, raster.width, raster.height, zoom);
      classRows(on, bars, TOP - 2, BARS, shares, nameOf, null, classes);
      if (overlay) {
        for (const { canvas, extent: [down, aside] } of overlay.layers) {
          // Cells may extend over the image's edge; the sheet clips them as the page does.
          on.image(over, TOP, canvas, (across * unit * aside) / canvas.width, (deep * unit * down) / canvas.height, [across, deep]);
        }
        const [from, middle, to] = overlay.ends;
        if (overlay.ramp) rampKey(on, over, TOP + deep + 12, across, overlay.ramp, { from, middle, to, words: overlay.unit });
      }
      foot(on, [...(overlay?.words ? [overlay.words] : []), credit]);
    },
  };
}
