/** A channel's kernel: the weights for each input channel as a small map, or as bars where each is one number. */
import { html, replace } from "../dom.js";
import { legend } from "../parts/legend.js";
import { whyNotLive } from "../parts/map-origin.js";
import { colors, show } from "../parts/paint.js";
import { folded, table } from "../parts/table.js";
import { channelNames } from "../values/bands.js";
import { counted, number, percent, shape } from "../words.js";
import { channelBlock } from "./channel-block.js";
import { signedBars } from "./signed-bars.js";

/** @typedef {import("./context.js").About} About */
/** @typedef {import("./context.js").Block} Block */
/** @typedef {import("../values/weights.js").Slice} Slice */

const MOST_MAPS = 8;
const MOST_BARS = 12;
/** Single weights in a row, and pixels that a row of them may take. */
const ACROSS = 32, ROOM = 320;
/** A slice with more weights than this is a picture, and its numbers are not written out. */
const LARGE = 121;

/** @param {About} about @returns {Block | null} */
export function kernelBlock(about) {
  const { kernel, context, card } = about;
  if (!kernel) {
    const why = /Conv|Dense/.test(card.kind) ? whyNotLive(context.data) : null;
    return why && { root: html("section", { class: "kernel" }, html("h2", {}, "Kernel"), html("p", { class: "note" }, why)), show() {} };
  }
  const { height, width } = kernel;
  const single = height * width === 1;
  const colorKey = legend(context.ramps, "weight");
  const body = html("div");
  const words = html("p", { class: "note" });
  const tablePlace = html("div");
  const rounding = html("p", { class: "note" });
  const root = html("section", { class: "kernel" },
    html("h2", {}, single || kernel.kind === "flat" ? "Weights" : "Kernel"), words, body, colorKey.root, rounding, tablePlace);
  return channelBlock(root, (channel) => {
    const { slices, bias, some, reach } = shownSlices(kernel, channel);
    replace(words, intro(about, some.length, slices.length, share(some, slices)));
    colorKey.set([-reach, reach], true, "centered on 0");
    const caption = `The weights of ${about.mapped ? "channel" : "unit"} ${channel}`;
    replace(body, single
      ? [signedBars(caption, ["Input", "Weight"], some.map((slice) => ({ name: link(about, slice), value: slice.values[0], color: colorOf(about, slice.values[0], reach) }))),
        some.length < slices.length ? everyWeight(about, slices, reach) : null]
      : html("ul", { class: "slices" }, some.map((slice) => html("li", {}, tile(about, slice, reach, some.length)))));
    replace(tablePlace, single ? null : numbers(about, some, caption));
    rounding.textContent = `Bias ${number(bias)}.${kernel.rounded ? " Weights are rounded to 16 bits in this page." : ""}${kernel.kind === "product" ? " The kernel shown is the product of the depthwise and pointwise kernels." : ""}`;
  });
}

/**
 * The slices of a channel's kernel to show, the largest first unless they are of the picture itself, and how far their weights reach.
 * @param {import("../values/weights.js").Kernel} kernel @param {number} channel
 */
export function shownSlices(kernel, channel) {
  const single = kernel.height * kernel.width === 1;
  const { slices, bias } = kernel.of(channel);
  const whole = kernel.picture && !single;
  const some = whole ? slices : [...slices].sort((a, b) => b.norm - a.norm || a.input - b.input).slice(0, single ? MOST_BARS : MOST_MAPS);
  return { slices, bias, some, reach: some.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0) };
}

/** @param {About} about @param {number} some @param {number} all @param {number} part */
function intro({ kernel, card }, some, all, part) {
  if (!kernel) return "";
  const { height, width, picture, kind } = kernel;
  const single = height * width === 1;
  const input = single && card.shape.length !== 3 ? "input" : "input channel";
  const each = single ? "" : `${shape([height, width])} weights `;
  if (picture && !single) return `${each}on the image${all > 1 ? `, by ${all === 3 ? "color" : "band"}` : ""}, ${kind === "flat" ? "one per pixel" : "applied at every position"}.`;
  if (all === 1) return `${each}on one ${input}.`;
  return some === all ? `${single ? "Weights" : each}on its ${counted(all, input)}, largest norm first.`
    : `${single ? "Weights " : each}on the ${some} of ${all} ${input}s with the largest norm: ${percent(part)} of the squared weights.`;
}

/** The color that a weight has on the diverging scale. @param {About} about @param {number} value @param {number} reach */
function colorOf({ context }, value, reach) {
  const [red, green, blue] = colors([value], -reach, reach, context.ramps.diverging);
  return `rgb(${red} ${green} ${blue})`;
}

/** All single weights as cells, in the order of the inputs. @param {About} about @param {Slice[]} slices @param {number} reach */
function everyWeight({ context }, slices, reach) {
  const across = Math.min(ACROSS, slices.length), down = Math.ceil(slices.length / across);
  const rgba = new Uint8ClampedArray(4 * across * down);
  rgba.set(colors(slices.map(({ values }) => values[0]), -reach, reach, context.ramps.diverging));
  const up = slices.filter(({ values }) => values[0] > 0).length, below = slices.filter(({ values }) => values[0] < 0).length;
  const canvas = html("canvas", { class: "every-weight", role: "img", "aria-label": `All ${slices.length} weights: ${up} positive, ${below} negative` });
  show(canvas, rgba, across, down, ROOM);
  return html("div", {}, html("p", { class: "note" }, `All ${slices.length} weights in input order, ${across} per row: ${up} positive, ${below} negative.`), canvas);
}

/** @param {Slice[]} some @param {Slice[]} all */
function share(some, all) {
  /** @param {Slice[]} of */
  const sum = (of) => of.reduce((total, { norm }) => total + norm * norm, 0);
  return sum(all) ? sum(some) / sum(all) : 1;
}

/** What an input is called. @param {About} about @param {Slice} slice */
function nameOf({ kernel, context }, { input }) {
  const { channels } = context.data.pictures;
  return kernel?.picture && channels > 1 ? channelNames(channels)[input] : String(input);
}

/** The name of an input, leading to its own page where it has one. @param {About} about @param {Slice} slice @param {import("../types.js").Child[]} [children] */
function link(about, slice, children) {
  const { kernel, context } = about;
  const from = kernel?.picture ? null : kernel?.from;
  const content = children ?? [from ? `${from} ${slice.input}` : nameOf(about, slice)];
  if (!from || !context.provider.layers.includes(from)) return html("span", { class: "slice" }, content);
  return html("a", { class: "slice", href: context.address("layer", [from, slice.input]) }, content);
}

/** @param {About} about @param {Slice} slice @param {number} reach @param {number} count how many stand side by side */
function tile(about, slice, reach, count) {
  const { height, width, picture } = /** @type {import("../values/weights.js").Kernel} */ (about.kernel);
  const canvas = html("canvas", {
    role: "img", "aria-label": `Weights on input ${nameOf(about, slice)}: ${number(Math.min(...slice.values))} to ${number(Math.max(...slice.values))}`,
  });
  const room = height * width > LARGE ? (count > 1 ? 174 : 280) : count === 1 ? 144 : picture ? 96 : 60;
  show(canvas, colors(slice.values, -reach, reach, about.context.ramps.diverging), width, height, room);
  return link(about, slice, [canvas, count > 1 || !picture ? html("span", { class: "slice-name" }, nameOf(about, slice)) : null]);
}

/** @param {About} about @param {Slice[]} some @param {string} caption */
function numbers(about, some, caption) {
  const small = some[0].values.length <= LARGE;
  const width = /** @type {import("../values/weights.js").Kernel} */ (about.kernel).width;
  return folded("Weights as a table", () => table(caption, [{ title: "Input" }, { title: "Norm", number: true }, ...(small ? [{ title: "Rows of weights" }] : [])],
    some.map((slice) => [nameOf(about, slice), number(slice.norm), ...(small ? [html("span", { class: "weights" }, rows(slice.values, width).map((row) => html("span", {}, row)))] : [])])));
}

/** @param {Float32Array} values @param {number} width */
function rows(values, width) {
  return Array.from({ length: values.length / width }, (_, r) => Array.from(values.subarray(r * width, (r + 1) * width), number).join(" "));
}
