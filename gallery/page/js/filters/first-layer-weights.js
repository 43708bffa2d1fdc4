/** On the first layer's page: the weights of all its channels as images, each on its own scale or all on one. */
import { choice } from "../parts/radio-buttons.js";
import { html, replace } from "../dom.js";
import { legend } from "../parts/legend.js";
import { colors, show } from "../parts/paint.js";
import { channelNames } from "../values/bands.js";
import { counted, shape, short } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/weights.js").Kernel} Kernel */

/** Channels shown before "show all". */
const MOST = 128;
const ROOM = 58;
const SCALES = [{ name: "own", label: "per channel" }, { name: "one", label: "per layer" }];

/** The largest absolute weight. @param {import("../values/weights.js").Slice[]} slices */
export function reachOf(slices) {
  return slices.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
}

/** Slices side by side. @param {Context} context @param {{ height: number, width: number }} kernel @param {import("../values/weights.js").Slice[]} slices @param {number} reach @param {number} room */
export function drawnSlices(context, { height, width }, slices, reach, room) {
  return html("span", { class: "weight-slices" }, slices.map(({ values }) => {
    const canvas = html("canvas", { "aria-hidden": "true" });
    show(canvas, colors(values, -reach, reach, context.ramps.diverging), width, height, room);
    return canvas;
  }));
}

/** Whether the weights of a layer form images. @param {Kernel | null} kernel @returns {kernel is Kernel} */
export function seenAsPicture(kernel) {
  return kernel !== null && kernel.picture && kernel.height * kernel.width > 1;
}

/**
 * Null for a layer that does not read the image, or reads it with single weights.
 * @param {Context} context @param {Kernel | null} kernel @param {number} channels @param {string} noun
 * @param {{ addressOf: (channel: number) => string, scaled: (scale: string) => void }} ways
 */
export function weightTiles(context, kernel, channels, noun, { addressOf, scaled }) {
  if (!kernel || !seenAsPicture(kernel)) return null;
  const { height, width } = kernel;
  const all = Array.from({ length: channels }, (_, channel) => kernel.of(channel).slices);
  const reaches = all.map(reachOf);
  const largest = Math.max(...reaches);
  const list = html("ul", { class: "weight-tiles" });
  const more = html("button", { type: "button", class: "more", click: () => { shown = channels; draw(); } }, `show all ${channels}`);
  const key = legend(context.ramps, "weight");
  const scaleChoice = choice("Scale", SCALES, scaled);
  let shown = Math.min(MOST, channels);
  let scale = "";

  function draw() {
    const one = scale === "one";
    if (one) key.set([-largest, largest], true, `centered on 0, one scale for all ${noun}s`);
    else key.own(true, "each on its own scale, centered on 0; the range is given below it");
    replace(list, all.slice(0, shown).map((slices, channel) => html("li", {}, html("a", {
      href: addressOf(channel), "aria-label": `Weights of ${noun} ${channel}, up to ${short(reaches[channel])} from 0`,
    }, drawnSlices(context, { height, width }, slices, one ? largest : reaches[channel], ROOM),
    html("span", { class: "slice-name" }, channel),
    one ? null : html("span", { class: "slice-reach" }, `±${short(reaches[channel])}`)))));
    more.hidden = shown >= channels;
  }
  const each = all[0].length;
  const root = html("section", { class: "weights-of-all", "aria-label": "Weights" },
    html("h2", {}, "Weights", html("span", { class: "aside" }, `of ${counted(channels, noun)}`)),
    html("p", { class: "note" }, `${shape([height, width])} weights per channel${each > 1 ? `, by ${each === 3 ? "color" : "band"}: ${channelNames(each).join(", ")}` : ""}.`),
    scaleChoice.root, key.root, list, more);
  return {
    root,
    /** @param {string} wanted own or one */
    show(wanted) {
      if (wanted === scale) return;
      scale = wanted;
      scaleChoice.set(scale);
      draw();
    },
  };
}
