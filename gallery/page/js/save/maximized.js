/** The maximized images of a layer, saved as a sheet. */
import { counted, number, whole } from "../words.js";
import { arrange } from "./tile-layout.js";
import { download } from "./download.js";
import { titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { credit } from "./layer-sheet.js";
import { foot, FOOT, heading, MARGIN, TOP } from "./sheet-parts.js";

/** @typedef {import("../types.js").Context} Context */

const WIDTH = 1040;
/** Units of the caption below a tile. */
const WORDS = 34;
/** The most pixels of all tiles. */
const LARGE = 20e6;

/** @typedef {import("../layer/maximized-data.js").Made} Made */

/**
 * @param {Context} context @param {Made} made @param {string} noun @param {string[] | null} unitNames of a layer whose units are the classes
 * @returns {import("./save-button.js").Offer[]}
 */
export function maximizedOffers(context, made, noun, unitNames) {
  const { entry } = made;
  return [{
    kind: "PNG", what: `sheet with the maximized image of ${counted(entry.units.length, noun)}`,
    save: async () => download(titled(context, [entry.path, "maximised"], "png"), await png(await maximizedSheet(context, made, noun, unitNames, 2)), "image/png"),
  }];
}

/** @param {Context} context @param {Made} made @param {string} noun @param {string[] | null} unitNames @param {number} unit pixels @returns {Promise<import("./png-gif.js").Sheet>} */
async function maximizedSheet(context, made, noun, unitNames, unit) {
  const { entry } = made;
  const { height, width, restarts, units } = entry;
  const room = (WIDTH - 2 * MARGIN) * unit;
  const tiles = arrange(units.length, width, height, room, { wanted: 84 * unit, most: 112 * unit, gap: 12 * unit });
  const down = tiles.height + WORDS * unit;
  const rows = Math.max(1, Math.min(Math.ceil(units.length / tiles.columns), Math.floor(LARGE / (room * down))));
  const shown = units.slice(0, rows * tiles.columns);
  const all = await Promise.all(shown.map((/** @type {number} */ _, /** @type {number} */ row) => (entry.dead[row] ? null : made.colors(row))));
  const count = shown.length < units.length ? `the first ${whole(shown.length)} of ${counted(units.length, noun)}` : counted(units.length, noun);
  return {
    width: WIDTH, height: Math.ceil(TOP + (rows * down) / unit + FOOT), unit,
    draw(on) {
      heading(on, `${entry.path}, maximized`, `The maximized image of each of ${count}, and the value it reaches (${entry.measures})${entry.among ? ` | the highest of ${counted(entry.among, "image")}` : ""}`);
      shown.forEach((/** @type {number} */ which, /** @type {number} */ row) => {
        const left = MARGIN + ((row % tiles.columns) * tiles.step) / unit, top = TOP + (Math.floor(row / tiles.columns) * down) / unit;
        const [across, tall] = [tiles.width / unit, tiles.height / unit];
        const words = { size: 10, room: tiles.step / unit - 4 };
        const rgba = all[row];
        if (rgba) on.cells(left, top, rgba, width, height, tiles.zoom);
        else {
          on.rect(left, top, across, tall, "rule");
          on.strike(left, top, across, tall, true);
        }
        on.text(left, top + tall + 12, unitNames ? unitNames[which] : String(which), { ...words, weight: 600 });
        const reached = number(entry.reached[row * restarts]), best = entry.best[row];
        on.text(left, top + tall + 24, rgba ? (best === null ? reached : `${reached} | ${number(best)}`) : "dead", { ...words, ink: "muted" });
      });
      foot(on, [
        `Made by gradient ascent from noise, engine ${entry.engine}, seed ${entry.seed}. Black is 0, white is the maximum pixel value.${entry.dead.some(Boolean) ? " Struck through: dead, no random start could activate it." : ""}`,
        Object.entries(entry.parameters).map(([name, value]) => `${name} ${value}`).join(" · "),
        credit(context.data, []),
      ]);
    },
  };
}
