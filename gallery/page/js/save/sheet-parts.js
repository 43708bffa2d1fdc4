/** Parts shared by sheets: heading, footer, image with caption, legend, class bars, tiles. */
import { isFlat } from "../values/signal.js";
import { titleOf } from "../values/images.js";
import { colors } from "../parts/paint.js";
import { endsOfPicture } from "../values/color-scale.js";
import { percent, short } from "../words.js";
import { apart } from "./paper.js";

/** @typedef {import("./paper.js").Paper} Paper */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("./tile-layout.js").Arrangement} Arrangement */
/** @typedef {{ rgba: Uint8ClampedArray<ArrayBuffer>, height: number, width: number }} Raster */

export const MARGIN = 32;
/** The top of the content, below the heading. */
export const TOP = 104;
/** From the end of the content to that of the sheet. */
export const FOOT = 84;

/** @param {Paper} on @param {string} title @param {string} subtitle @param {number} [aside] units reserved at the right */
export function heading(on, title, subtitle, aside = 0) {
  const room = on.width - 2 * MARGIN - aside;
  on.text(MARGIN, 52, title, { size: 26, weight: 600, room });
  on.text(MARGIN, 75, subtitle, { ink: "muted", room });
}

/** Up to three lines under a rule. @param {Paper} on @param {string[]} lines */
export function foot(on, lines) {
  const top = on.height - FOOT + 14;
  on.rect(MARGIN, top, on.width - 2 * MARGIN, 1, "rule");
  lines.forEach((line, i) => on.text(MARGIN, top + 19 + 16 * i, line, { size: 11, ink: "muted", room: on.width - 2 * MARGIN }));
}

/** The zoom of an image: the largest integer that fits, or less than one. @param {{ height: number, width: number }} raster @param {number} room pixels */
export function zoomFor({ height, width }, room) {
  const most = Math.max(height, width);
  return room >= most ? Math.floor(room / most) : room / most;
}

/**
 * An image with its caption, in a column. Returns its height in units, with the caption.
 * @param {Paper} on @param {number} x @param {number} y @param {number} side units
 * @param {Raster} raster @param {import("../values/images.js").Picture} picture
 */
export function pictureColumn(on, x, y, side, raster, picture) {
  const zoom = zoomFor(raster, side * on.unit);
  on.cells(x, y, raster.rgba, raster.width, raster.height, zoom);
  let line = y + (raster.height * zoom) / on.unit + 22;
  on.text(x, line, picture.scored ? picture.said : titleOf(picture), { size: 15, weight: 600, room: side });
  if (picture.scored) on.text(x, (line += 18), `predicted, ${percent(picture.sure)}`, { ink: "muted", room: side });
  if (picture.right === false) on.text(x, (line += 18), `wrong: actually ${apart(picture.label ?? "")}`, { ink: "accent", weight: 600, room: side });
  else if (picture.right) on.text(x, (line += 18), "right", { ink: "muted", room: side });
  on.text(x, (line += 18), `image ${picture.id}`, { ink: "muted", room: side });
  if (picture.name) on.text(x, (line += 18), picture.name, { ink: "muted", room: side });
  return line - y + 6;
}

/** The maximum height of `pictureColumn`. @param {Paper["unit"]} unit @param {number} side @param {{ height: number, width: number }} raster */
export function columnHeight(unit, side, raster) {
  return (raster.height * zoomFor(raster, side * unit)) / unit + 22 + 4 * 18 + 6;
}

/**
 * A ramp with labels at its ends and below.
 * @param {Paper} on @param {number} x @param {number} y @param {number} width units
 * @param {Uint8Array} ramp @param {{ from: string, middle?: string, to: string, words: string }} words
 */
export function rampKey(on, x, y, width, ramp, { from, middle = "", to, words }) {
  const steps = Math.round(width * on.unit);
  on.cells(x, y, colors(Array.from({ length: steps }, (_, i) => i), 0, steps - 1, ramp), steps, 1, 1, 8 * on.unit);
  on.text(x, y + 22, from, { size: 11 });
  on.text(x + width / 2, y + 22, middle, { size: 11, align: "center" });
  on.text(x + width, y + 22, to, { size: 11, align: "right" });
  on.text(x + width, y + 38, words, { size: 11, ink: "muted", align: "right" });
}

/**
 * The ends of the color range: numbers if all maps share them, else a range.
 * @param {LayerMaps} maps @param {string} scale @param {number} position @param {number[]} channels
 */
export function endWords(maps, scale, position, channels) {
  const endsOf = endsOfPicture(maps, scale, position);
  const highs = channels.map((channel) => endsOf(channel)[1]);
  const [least, most] = [Math.min(...highs), Math.max(...highs)];
  const { signed } = maps;
  if (least === most) return { from: signed ? short(-most) : "0", middle: signed && most ? "0" : "", to: short(most), range: "" };
  if (!signed) return { from: "0", middle: "", to: `per map, ${short(least)} to ${short(most)}`, range: "" };
  return { from: "−", middle: "0", to: "+", range: `±${short(least)} to ±${short(most)}` };
}

/**
 * Maps of some channels as tiles, struck through if they have no signal.
 * @param {Paper} on @param {number} x @param {number} y @param {LayerMaps} maps @param {Arrangement} tiles
 * @param {{ position: number, scale: string, channels: number[], dead: Set<number>, ramp: Uint8Array, down: number, numbered: boolean }} how
 *   `down`: pixels from row to row
 */
export function drawTiles(on, x, y, maps, tiles, { position, scale, channels, dead, ramp, down, numbered }) {
  const endsOf = endsOfPicture(maps, scale, position);
  channels.forEach((channel, i) => {
    const left = x + ((i % tiles.columns) * tiles.step) / on.unit;
    const top = y + (Math.floor(i / tiles.columns) * down) / on.unit;
    const rgba = colors(maps.values(position, channel), ...endsOf(channel), ramp);
    on.cells(left, top, rgba, maps.width, maps.height, tiles.zoom);
    if (isFlat(maps, position, channel)) on.strike(left, top, tiles.width / on.unit, tiles.height / on.unit, dead.has(channel));
    if (numbered) on.text(left, top + tiles.height / on.unit + 11, String(channel), { size: 9.5, ink: "muted" });
  });
}

/** The classes to show, in order: few keep their own order; of many the most probable first, and the true one last. @param {ArrayLike<number>} shares @param {number | null} label @param {number} [most] */
export function shownClasses(shares, label, most = 10) {
  const all = Array.from(shares, (_, i) => i);
  if (all.length <= most) return all;
  const first = [...all].sort((a, b) => shares[b] - shares[a] || a - b).slice(0, most);
  return label === null || first.includes(label) || label >= all.length ? first : [...first, label];
}

export const BAR = 24;

/**
 * Class bars. Their height is BAR times their number.
 * @param {Paper} on @param {number} x @param {number} y @param {number} width
 * @param {ArrayLike<number>} shares @param {(i: number) => string} nameOf @param {number | null} label @param {number[]} classes
 */
export function classRows(on, x, y, width, shares, nameOf, label, classes) {
  const best = classes.reduce((held, i) => (shares[i] > shares[held] ? i : held), classes[0]);
  const [names, numbers] = [Math.round(width * 0.34), 64];
  classes.forEach((i, row) => {
    const line = y + row * BAR;
    const top = i === best;
    const tag = i === label ? 34 : 0;
    const end = on.text(x, line + 14, nameOf(i), { weight: top ? 600 : 400, ink: top ? "ink" : "muted", room: names - 12 - tag });
    if (tag) on.text(x + end + 7, line + 14, "true", { size: 11, weight: 600, ink: "ink" });
    const track = width - names - numbers;
    if (shares[i] > 0) on.rect(x + names, line + 4, Math.max(1, track * shares[i]), 12, top ? "accent" : "bar");
    on.text(x + width, line + 14, percent(shares[i]), { align: "right", weight: top ? 600 : 400, ink: top ? "ink" : "muted" });
  });
}
