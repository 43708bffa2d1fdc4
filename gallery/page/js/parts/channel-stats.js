/** Statistics of a layer for one image and one channel: facts, histogram, units; each with a table. */
import { columns } from "./chart.js";
import { html } from "../dom.js";
import { pool } from "../values/map-provider.js";
import { activeShare, histogram, mean, order } from "../values/map-statistics.js";
import { isFlat } from "../values/signal.js";
import { sentence } from "../values/images.js";
import { folded, table } from "./table.js";
import { counted, number, percent, short, whole } from "../words.js";

/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("../values/images.js").Picture} Picture */

const BINS = 24;
/** The most columns of a chart. */
const MOST = 600;

/** The facts of one map, as parts of a description list. @param {LayerMaps} maps @param {number} picture @param {number} channel */
export function factList(maps, picture, channel) {
  const values = maps.values(picture, channel);
  const [low, high] = maps.range(picture, channel);
  const rank = `${order(maps, picture, "max").indexOf(channel) + 1} of ${maps.channels}`;
  const pairs = values.length > 1
    ? [["lowest", number(low)], ["mean", number(mean(values))], ["highest", number(high)],
      ["cells not zero", percent(activeShare(values))], ["rank by highest value", rank]]
    : [["value", number(high)], ["rank", rank]];
  return pairs.map(([what, value]) => html("div", {}, html("dt", {}, what), html("dd", {}, value)));
}

/** The number of dead and of flat channels. @param {LayerMaps} maps @param {number} picture @param {number[]} dead @param {string} noun */
export function deadAndFlatWords(maps, picture, dead, noun) {
  let flat = 0;
  for (let c = 0; c < maps.channels; c += 1) if (isFlat(maps, picture, c) && !dead.includes(c)) flat += 1;
  const all = pool(maps) === 1 ? "on this image" : `on all ${whole(pool(maps))} images`;
  if (!dead.length && !flat) return [`Every ${noun} is active for this image.`];
  return [
    dead.length ? [key("dead"), `${counted(dead.length, noun)} dead ${all}. `] : null,
    flat ? [key("flat"), `${dead.length ? `${whole(flat)} more` : counted(flat, noun)} flat for this image.`] : null,
  ];
}

/** @param {string} mark */
function key(mark) {
  return html("span", { class: "key" }, html("span", { class: `mark ${mark}` }));
}

/**
 * The distribution of a map's values. Zeros are counted and not drawn: after a ReLU most cells are zero, and the others
 * would be invisible.
 * @param {LayerMaps} maps @param {number} picture @param {number} channel @param {[number, number]} ends @param {number} width
 */
export function histogramFigure(maps, picture, channel, ends, width) {
  const values = maps.values(picture, channel);
  const rest = values.filter((v) => v !== 0);
  const zeros = values.length - rest.length;
  const [low, high] = ends[0] < ends[1] ? ends : [Math.min(0, ends[0]), Math.max(0, ends[1]) || 1];
  const bins = histogram(rest, low, high, BINS);
  const [least, most] = maps.range(picture, channel);
  const words = `Histogram of channel ${channel}: ${counted(values.length, "cell")}, ${whole(zeros)} at zero, ` +
    `from ${number(least)} to ${number(most)}`;
  const chart = () => columns({
    words, width, values: bins.map((bin) => bin.count), from: short(low), to: short(high),
    top: `up to ${counted(Math.max(...bins.map((bin) => bin.count)), "cell")}`,
    tell: (i) => `${short(bins[i].from)} to ${short(bins[i].to)}: ${counted(bins[i].count, "cell")}`,
  });
  const note = rest.length ? `${whole(zeros)} of ${whole(values.length)} cells are exactly 0 and not shown` : "every cell is 0";
  return [
    html("figure", { class: "chart-figure" },
      html("figcaption", {}, "Values of this map", html("span", { class: "aside" }, note)),
      rest.length ? chart() : null),
    folded("Histogram as a table", () => table(words,
      [{ title: "From" }, { title: "To", number: true }, { title: "Cells", number: true }],
      [["0", "0", whole(zeros)], ...bins.map((bin) => [short(bin.from), short(bin.to), whole(bin.count)])])),
  ];
}

/**
 * A unit's value for every image; the value alone for one image, or too many.
 * @param {LayerMaps} maps @param {Picture[]} pictures @param {number} position @param {number} unit @param {number} side
 * @param {(position: number) => void} pick
 */
export function unitOverPictures(maps, pictures, position, unit, side, pick) {
  if (maps.positions.length < 2 || maps.positions.length > MOST) return html("p", { class: "huge" }, number(maps.values(position, unit)[0]));
  const shown = pictures.filter((picture) => maps.has(picture.position));
  const values = shown.map((picture) => maps.values(picture.position, unit)[0]);
  const most = number(Math.max(...values));
  return columns({
    words: `Unit ${unit} for each of ${counted(values.length, "image")}: highest ${most}`,
    values, marked: shown.findIndex((picture) => picture.position === position), width: side, height: side, from: `unit ${unit} for each image`, to: "", top: `up to ${most}`,
    pick: (i) => pick(shown[i].position), tell: (i) => `${sentence(shown[i])}: ${number(values[i])}`,
  });
}

/**
 * All units of a layer for one image.
 * @param {LayerMaps} maps @param {Picture} picture @param {number} unit @param {string[] | null} names @param {number} width
 * @param {(unit: number) => void} pick
 */
export function unitsOfPicture(maps, picture, unit, names, width, pick) {
  const values = Array.from({ length: maps.channels }, (_, c) => maps.values(picture.position, c)[0]);
  const most = values.reduce((a, b) => Math.max(a, b));
  /** @param {number} i */
  const title = (i) => (names ? `${i} ${names[i]}` : String(i));
  const words = `${counted(maps.channels, "unit")} of ${maps.path} for image ${picture.id}: ` +
    `highest is unit ${title(values.indexOf(most))} with ${number(most)}`;
  return [
    values.length <= MOST ? html("figure", { class: "chart-figure" },
      html("figcaption", {}, "All units for this image"),
      columns({
        words, values, marked: unit, width, top: `up to ${number(most)}`, from: "unit 0", to: `unit ${maps.channels - 1}`,
        pick, tell: (i) => `unit ${title(i)}: ${number(values[i])}`,
      })) : null,
    folded("Units as a table", () => table(words, [{ title: "Unit" }, { title: "Value", number: true }],
      values.map((value, i) => [title(i), number(value)]))),
  ];
}
