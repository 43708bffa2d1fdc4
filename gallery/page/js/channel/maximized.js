/** The image that maximally activates a channel, made from noise, compared with the best image of the data set. */
import { titleOf } from "../values/images.js";
import { html, named, replace } from "../dom.js";
import { madeFor } from "../layer/maximized-data.js";
import { show } from "../parts/paint.js";
import { folded, table } from "../parts/table.js";
import { counted, cut, number } from "../words.js";
import { channelBlock } from "./channel-block.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../layer/maximized-data.js").Made} Made */

const ROOM = 168, FURTHER = 84;
const FROM_BEST = " Restarted from that image with unconstrained pixels, no penalties and no transforms, because noise scored lower.";

/** @param {import("./context.js").About} about @returns {import("./context.js").Block | null} */
export function maximizedBlock(about) {
  const { context, path, mapped } = about;
  const made = madeFor(context.data, path);
  if (!made) return null;
  const control = madeFor(context.data, path, true);
  const { entry } = made;
  const noun = mapped ? "channel" : "unit";
  const figures = html("div", { class: "maximised-figures" });
  const words = html("p", { class: "note" });
  const root = html("section", { class: "maximised" },
    html("h2", {}, "Activation maximization", html("span", { class: "aside" }, "by gradient ascent")),
    words, figures,
    folded("How it was made", () => table("How it was made", [{ title: "Setting" }, { title: "Value" }], [
      ["measured", entry.measures], ["engine", entry.engine], ["seed", String(entry.seed)], ["images per unit", String(entry.restarts)],
      ...Object.entries(entry.parameters).map(([name, value]) => [name, String(value)]),
    ])));
  return channelBlock(root, (channel, still) => {
    const row = made.rowOf(channel);
    root.hidden = row < 0;
    if (row < 0) return;
    if (entry.dead[row]) {
      words.textContent = `Dead: ${counted(entry.restarts, "random start")} could not activate this ${noun}, so there is no image to show.`;
      replace(figures);
      return;
    }
    const reached = entry.reached[row * entry.restarts], best = entry.best[row];
    replace(words, ...standing(entry, reached, best), entry.from_best[row * entry.restarts] ? FROM_BEST : "");
    const tiles = Array.from({ length: entry.restarts }, (_, restart) => figure(made, row, restart, restart ? FURTHER : ROOM, still,
      entry.from_best[row * entry.restarts + restart] ? "from the best image" : restart ? `start ${restart + 1}` : "maximized", number(entry.reached[row * entry.restarts + restart])));
    replace(figures, tiles[0], rival(context, entry, row), tiles.length > 1 ? html("div", { class: "maximised-more" }, tiles.slice(1)) : null, randomly(control, channel, still));
  });
}

/** The value that an image reached, in words. @param {import("../contract.js").Maximized["layers"][number]} entry @param {number} reached @param {number | null} best */
export function standing(entry, reached, best) {
  const start = [html("b", {}, number(reached)), ` (${entry.measures})`];
  if (best === null) return [...start, "."];
  const among = `the highest of ${counted(entry.among, "image")}, ${number(best)}`;
  if (reached <= best) return [...start, `: lower than ${among}. More steps or restarts may find a better one.`];
  const ratio = best > 0 ? reached / best : Infinity;
  return [...start, Number.isFinite(ratio) && ratio >= 1.05 ? `: ${ratio.toFixed(ratio < 10 ? 1 : 0)} times ${among}.` : `: higher than ${among}.`];
}

/** @param {Made} made @param {number} row @param {number} restart @param {number} room @param {() => boolean} still @param {string} title @param {string} value */
function figure(made, row, restart, room, still, title, value) {
  const canvas = html("canvas", { role: "img", "aria-label": `${title}: value ${value}` });
  const { height, width } = made.entry;
  show(canvas, new Uint8ClampedArray(4 * height * width), width, height, room);
  made.colors(row, restart).then((rgba) => { if (still()) show(canvas, rgba, width, height, room); });
  return html("figure", { class: "maximised-figure" }, canvas, html("figcaption", {}, html("span", {}, title), html("span", { class: "muted" }, value)));
}

/** The data set's image that it is compared with. @param {Context} context @param {import("../contract.js").Maximized["layers"][number]} entry @param {number} row */
function rival(context, entry, row) {
  const position = entry.rivals[row];
  if (position === null) return null;
  const picture = context.pictures[position];
  const canvas = html("canvas", { "aria-hidden": "true" });
  context.painter.show(canvas, position, ROOM);
  return html("figure", { class: "maximised-figure" }, html("a", { href: context.address("image", picture.id), "aria-label": `Image ${picture.id}, the best of the data set` }, canvas),
    html("figcaption", {}, html("span", {}, "best image, ", named(cut(titleOf(picture), 16))), html("span", { class: "muted" }, number(/** @type {number} */ (entry.best[row])))));
}

/** The same on random weights. @param {Made | null} control @param {number} channel @param {() => boolean} still */
function randomly(control, channel, still) {
  const row = control?.rowOf(channel) ?? -1;
  if (!control || row < 0 || control.entry.dead[row]) return null;
  return figure(control, row, 0, ROOM, still, "on random weights", number(control.entry.reached[row * control.entry.restarts]));
}
