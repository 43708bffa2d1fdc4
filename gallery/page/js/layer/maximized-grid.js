/** The maximized images of all channels as a grid; each links to its channel. */
import { html, named } from "../dom.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { show } from "../parts/paint.js";
import { classNamer } from "../values/images.js";
import { counted, cut, number } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

const ROOM = 84;

/**
 * @param {Context} context @param {import("./maximized-data.js").Made} made @param {string} noun @param {boolean} classes whether units are classes
 */
export function maximizedGrid(context, made, noun, classes) {
  const { entry } = made;
  const nameOf = classNamer(context.data);
  const dead = entry.dead.filter(Boolean).length;
  const ahead = entry.best.filter((/** @type {number | null} */ best, /** @type {number} */ row) => best !== null && !entry.dead[row] && entry.reached[row * entry.restarts] > best).length;
  const begun = entry.units.filter((/** @type {number} */ _, /** @type {number} */ row) => entry.from_best[row * entry.restarts]).length;
  const grid = html("ul", { class: "maximised-grid", "aria-label": `Maximized images of ${entry.path}` }, entry.units.map((/** @type {number} */ unit, /** @type {number} */ row) => {
    const reached = entry.reached[row * entry.restarts], best = entry.best[row];
    const canvas = html("canvas", { "aria-hidden": "true" });
    show(canvas, new Uint8ClampedArray(4 * entry.height * entry.width), entry.width, entry.height, ROOM);
    if (!entry.dead[row]) made.colors(row).then((rgba) => show(canvas, rgba, entry.width, entry.height, ROOM));
    const mark = entry.from_best[row * entry.restarts] ? "*" : "";
    const said = entry.dead[row] ? "dead" : best === null ? number(reached) : `${number(reached)} | ${number(best)}`;
    return html("li", {}, html("a", {
      class: `maximised-tile${entry.dead[row] ? " dead" : ""}`, href: context.address("layer", [entry.path, unit]),
      "aria-label": `${noun} ${unit}: ${entry.dead[row] ? "dead" : `reaches ${number(reached)}${best === null ? "" : `, best image ${number(best)}`}${mark ? ", restarted from that image" : ""}`}`,
    }, canvas, html("span", { class: "maximised-name" }, classes ? [named(cut(nameOf(unit), 14)), mark] : `${unit}${mark}`), html("span", { class: "muted" }, said)));
  }));
  arrowKeys(grid, "a").mark(undefined);
  return html("div", { class: "maximised-all" },
    html("p", { class: "note" }, `The image that maximally activates each ${noun}, made by gradient ascent from noise; black is 0, white is the maximum pixel value. `,
      `Below it: the value reached (${entry.measures})${entry.among ? ` | the highest of ${counted(entry.among, "image")}; ${ahead} of ${counted(entry.units.length - dead, `live ${noun}`)} ${ahead === 1 ? "exceeds" : "exceed"} it` : ""}. `,
      dead ? `${counted(dead, noun)} ${dead === 1 ? "is" : "are"} dead: no random start could activate ${dead === 1 ? "it" : "them"}. ` : "",
      begun ? `${counted(begun, "image")}, marked *, ${begun === 1 ? "was" : "were"} restarted from the best image of the data set with unconstrained pixels, because noise scored lower.` : ""),
    grid);
}
