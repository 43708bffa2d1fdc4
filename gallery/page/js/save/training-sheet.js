/** One snapshot of a training run as a sheet: curves up to it, images, filters, activations. */
import { apartFrom, ticks } from "../parts/chart.js";
import { laid } from "../training/watched-images.js";
import { reachOf, saidAt } from "../training/curves.js";
import { grown, momentName } from "../training/snapshots.js";
import { kernelColumns, kernelWords, mapEnds, mapWords, UNIT } from "../training/layer-snapshots.js";
import { mosaicColors } from "../training/map-mosaic.js";
import { capital, percent, short } from "../words.js";
import { apart } from "./paper.js";
import { foot, FOOT, heading, MARGIN, TOP, zoomFor } from "./sheet-parts.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("./paper.js").Paper} Paper */
/** @typedef {import("../training/snapshots.js").Film} Film */
/** @typedef {{ moment: number, picture: number, own: boolean, ramps: Ramps }} Shown */

const WIDTH = 1080, CHART = 190, PICTURE = 84, CARD = 58, GAP = 24, HEAD = 40;
const INSIDE = WIDTH - 2 * MARGIN;

/** @param {Film} film @param {Shown} shown @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
export function trainingSheet(film, shown, unit) {
  const { entry } = film;
  const charts = film.curves.slice(0, 3);
  const blocks = layerBlocks(film, shown, unit);
  const first = TOP + (charts.length ? CHART + 48 : 0) + PICTURE + CARD + GAP;
  // Two columns; each block goes to the shorter one.
  const wide = (INSIDE - GAP) / 2;
  const tops = [first, first];
  const placed = blocks.map((one) => {
    const column = tops[1] < tops[0] ? 1 : 0;
    const top = tops[column];
    tops[column] += HEAD + one.height + 20;
    return { ...one, x: MARGIN + column * (wide + GAP), y: top };
  });
  const epoch = entry.epochs[shown.moment];
  return {
    width: WIDTH, height: Math.ceil(Math.max(...tops) + FOOT - 8), unit,
    draw(on) {
      heading(on, `Training, ${momentName(epoch)}`, `${apart(entry.model)} · ${Number(film.last.toFixed(2))} epochs`);
      const each = (INSIDE - (charts.length - 1) * GAP) / Math.max(1, charts.length);
      charts.forEach((curve, i) => chart(on, curve, MARGIN + i * (each + GAP), TOP + 20, each, epoch, film.last));
      const top = TOP + (charts.length ? CHART + 48 : 0);
      pictures(on, film, shown, top);
      for (const { x, y, title, words, made, zoom, tall } of placed) {
        on.text(x, y + 12, title, { size: 14, weight: 600, room: wide });
        on.text(x, y + 28, words, { size: 11, ink: "muted", room: wide });
        on.cells(x, y + HEAD, made.rgba, made.width, made.height, zoom, zoom * tall);
      }
      foot(on, [
        "Weights, activations and heatmaps: one scale each for all snapshots; diverging colors are centered on zero.",
        entry.heat ? `${entry.heat.title} for the ${entry.heat.target}, at ${entry.heat.layer}: ${shown.own ? "each on its own scale" : `0 to ${short(entry.heat.reach)}`}. Activations are of image ${entry.pictures.ids[shown.picture]}.` : `Activations are of image ${entry.pictures.ids[shown.picture]}.`,
        context(entry),
      ]);
    },
  };
}

/** @param {import("../contract.js").Training} entry */
function context(entry) {
  return `Images from ${apart(entry.pictures.source)}.`;
}

/** Kernels and activations with their sizes, ready for layout. @param {Film} film @param {Shown} shown @param {number} unit */
function layerBlocks(film, { moment, picture, ramps }, unit) {
  const room = ((INSIDE - GAP) / 2) * unit;
  const { entry } = film;
  /** @param {string} title @param {string} words @param {ArrayLike<number>[]} tiles @param {{ height: number, width: number }} one @param {number} columns @param {[number, number]} ends @param {Uint8Array} ramp @param {number} most units of a tile @param {number} [tall] */
  const block = (title, words, tiles, one, columns, ends, ramp, most, tall = 1) => {
    const made = mosaicColors(tiles, one.height, one.width, Math.min(columns, tiles.length), ends, ramp);
    made.rgba.forEach((_, i) => { if (i % 4 === 3 && !made.rgba[i]) made.rgba.fill(255, i - 3, i + 1); });
    const zoom = Math.min(room / made.width, Math.max(1, Math.floor((most * unit) / Math.max(one.height, one.width))));
    const whole = zoom >= 1 ? Math.floor(zoom) : zoom;
    return { title, words, made, zoom: whole, tall, height: (made.height * whole * tall) / unit };
  };
  const kernels = entry.kernels.map((one, /** @type {number} */ layer) => block(
    `${one.path}: weights`, `±${short(one.reach)} · ${kernelWords(one)}`, Array.from({ length: one.tiles }, (_, k) => film.kernel(layer, moment, k)), one, kernelColumns(one),
    [-one.reach, one.reach], ramps.diverging, one.matrix ? 200 : one.height > 7 ? 60 : 26));
  const maps = entry.maps.map((one, /** @type {number} */ layer) => block(
    `${one.path}: activations`, `${mapEnds(one).map(short).join(" to ")} · ${mapWords(one)}`, Array.from({ length: one.tiles }, (_, k) => film.map(layer, moment, picture, k)), one, 8,
    mapEnds(one), one.low < 0 ? ramps.diverging : ramps.viridis, one.units ? 400 : 58, one.units ? UNIT : 1));
  return [...kernels, ...maps];
}

/** @param {Paper} on @param {Film} film @param {Shown} shown @param {number} top */
function pictures(on, film, { moment, own, ramps }, top) {
  const { entry } = film;
  const step = INSIDE / film.count;
  const side = Math.min(PICTURE, (step - 12) / (entry.heat ? 2 : 1));
  for (let i = 0; i < film.count; i += 1) {
    const x = MARGIN + i * step;
    const raster = film.picture(i);
    const zoom = zoomFor(raster, side * on.unit);
    on.cells(x, top, raster.rgba, raster.width, raster.height, zoom);
    if (entry.heat) {
      const over = laid(film, moment, i, own, ramps);
      on.cells(x + (raster.width * zoom) / on.unit + 3, top, over.rgba, over.width, over.height, zoom);
    }
    const said = film.said(moment, i);
    const high = (raster.height * zoom) / on.unit;
    on.text(x, top + high + 18, entry.class_names[said.best], { size: 13, weight: 600, ink: said.right === false ? "accent" : "ink", room: step - 12 });
    on.text(x, top + high + 34, `${film.words(said.sure)}${film.truth(i)}${said.right === false ? `, ${apart(entry.class_names[said.followed])} ${percent(said.share)}` : ""}`, { size: 11, ink: "muted", room: step - 12 });
    on.rect(x, top + high + 42, step - 14, 6, "rule");
    on.rect(x, top + high + 42, Math.max(0.5, (step - 14) * film.length(said.share)), 6, said.best === said.followed ? "accent" : "bar");
  }
}

/** @param {Paper} on @param {import("../training/snapshots.js").Curve} curve @param {number} left @param {number} top @param {number} width @param {number} epoch @param {number} last */
function chart(on, curve, left, top, width, epoch, last) {
  const [low, high] = reachOf(curve);
  const end = Math.max(last, ...curve.lines.flatMap((line) => line.values.map(([at]) => at)));
  const [x0, x1, y0, y1] = [left + 40, left + width - (curve.lines.length > 1 ? 66 : 8), top + 12, top + CHART - 22];
  /** @param {number} at */
  const x = (at) => x0 + (at / (end || 1)) * (x1 - x0);
  /** @param {number} value */
  const y = (value) => y1 - ((value - low) / (high - low)) * (y1 - y0);
  on.text(left, top - 4, `${capital(curve.title)}: ${saidAt(curve, epoch) || "no value yet"}`, { size: 13, weight: 600, room: width });
  for (const v of ticks(low, high, 3)) {
    on.rect(x0, y(v), x1 - x0, 1 / on.unit, "rule");
    on.text(x0 - 6, y(v) + 4, curve.share ? `${Number((100 * v).toFixed(1))}\u202f%` : short(v), { size: 11, ink: "muted", align: "right" });
  }
  for (const v of ticks(0, end, 5)) on.text(x(v), y1 + 18, String(v), { size: 11, ink: "muted", align: "center" });
  const ends = apartFrom(curve.lines.map((line) => y(line.values[line.values.length - 1]?.[1] ?? low)), 13);
  curve.lines.forEach((line, i) => {
    const ink = line.kind === "second" ? "accent" : "muted";
    on.line(line.values.map(([at, value]) => [x(at), y(value)]), { ink: "rule", wide: 1.5 });
    const so = grown(line.values, epoch);
    if (so.length) on.line(so.map(([at, value]) => [x(at), y(value)]), { ink, wide: 2 });
    if (curve.lines.length > 1) on.text(x1 + 6, ends[i] + 4, line.name, { size: 11, ink });
  });
}

