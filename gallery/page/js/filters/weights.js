/** On the page of a layer that reads the picture itself: the weights of all its channels as pictures, on one scale. */
import { html, replace } from "../dom.js";
import { legend } from "../legend.js";
import { colours, show } from "../paint.js";
import { counted, shape } from "../words.js";

/** @typedef {import("../channel/weights.js").Kernel} Kernel */

/** Channels that are drawn before more are asked for. */
const MOST = 128;
const ROOM = 58;
const COLOURS = ["red", "green", "blue"];

/**
 * Null for a layer that reads others, or whose weights on the picture are single numbers.
 * @param {any} context @param {Kernel | null} kernel @param {number} channels @param {string} noun @param {(channel: number) => string} addressOf
 */
export function weightTiles(context, kernel, channels, noun, addressOf) {
  if (!kernel?.picture || kernel.height * kernel.width === 1) return null;
  const { height, width } = kernel;
  const all = Array.from({ length: channels }, (_, channel) => kernel.of(channel).slices);
  const reach = all.flat().reduce((most, { values }) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
  const list = html("ul", { class: "weight-tiles" });
  const more = html("button", { type: "button", class: "more", click: () => draw(channels) }, `show all ${channels}`);
  const key = legend(context.ramps, "weight");
  key.set([-reach, reach], true, `centred on 0, one scale for all ${noun}s`);

  /** @param {number} many */
  function draw(many) {
    replace(list, all.slice(0, many).map((slices, channel) => html("li", {}, html("a", { href: addressOf(channel), "aria-label": `Weights of ${noun} ${channel}` },
      html("span", { class: "weight-slices" }, slices.map(({ values }) => {
        const canvas = html("canvas", { "aria-hidden": "true" });
        show(canvas, colours(values, -reach, reach, context.ramps.diverging), width, height, ROOM);
        return canvas;
      })),
      html("span", { class: "slice-name" }, channel)))));
    more.hidden = many >= channels;
  }
  draw(Math.min(MOST, channels));
  const each = all[0].length;
  return html("section", { class: "weights-of-all", "aria-label": "Weights" },
    html("h2", {}, "Weights", html("span", { class: "aside" }, `of ${counted(channels, noun)}`)),
    html("p", { class: "note" }, `${shape([height, width])} weights on the picture each${each > 1 && each <= 3 ? `, by colour: ${COLOURS.slice(0, each).join(", ")}` : ""}.`),
    key.root, list, more);
}
