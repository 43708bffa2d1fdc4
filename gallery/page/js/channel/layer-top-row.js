/** On a layer's page: statistics of all its channels over a data set, and the images that activate the selected one most. */
import { html, replace } from "../dom.js";
import { sentence } from "../values/images.js";
import { counted, number, percent } from "../words.js";
import { patch, patchOf } from "./top-images.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../contract.js").Layer} Layer */
/** @typedef {import("./responses.js").Responses} Responses */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

const ROOM = 64;
const MOST = 7;

/**
 * One line on a layer over a whole set of images; null without a set.
 * @param {Responses | null} responses @param {LayerMaps} maps @param {number[]} dead
 */
export function layerWords(responses, maps, dead) {
  const { overall } = maps;
  if (!responses || !overall) return null;
  let active = 0;
  for (let channel = 0; channel < maps.channels; channel += 1) active += responses.of(channel).active ?? 0;
  const low = overall.low.reduce((a, b) => Math.min(a, b)), high = overall.high.reduce((a, b) => Math.max(a, b));
  return `Over ${counted(responses.pictures, "image")}: ${percent(active / maps.channels)} of ${maps.spatial ? "cells" : "values"} not zero, ` +
    `values from ${number(low)} to ${number(high)}, ${dead.length} of ${counted(maps.channels, maps.spatial ? "channel" : "unit")} dead.`;
}

/**
 * The images that activate a channel most, cropped to the receptive fields of its strongest cells, and a link to its
 * page.
 * @param {Context} context @param {Layer} card @param {Responses | null} responses @param {string} noun
 */
export function topRow(context, card, responses, noun) {
  const root = html("div", { class: "top-row" });
  const mapped = card.shape.length === 3 && card.shape[0] * card.shape[1] > 1;
  return {
    root,
    /** @param {number} channel @param {number} id of the selected image */
    set(channel, id) {
      const href = context.address("layer", [card.path, channel], { image: id });
      const response = responses?.of(channel);
      const tied = !response || response.low === response.high;
      replace(root,
        html("p", { class: "all-head" },
          tied ? null : html("span", { class: "row-title" }, "Top images", html("span", { class: "aside" }, `of ${counted(responses?.pictures ?? 0, "image")}`)),
          html("a", { class: "onward", href }, `${noun} ${channel} in detail →`)),
        tied ? null : html("ul", { class: "row-pictures" }, response.top.slice(0, MOST).map((place) => {
          const picture = context.pictures[place.position];
          const box = patchOf({ card, mapped, context }, place);
          const whole = html("canvas", { "aria-hidden": "true" });
          if (!box) context.painter.show(whole, place.position, ROOM);
          return html("li", {}, html("a", { href, title: sentence(picture), "aria-label": `${number(place.value)}: ${sentence(picture)}` },
            box ? patch(context, place.position, box, ROOM) : whole, html("span", { class: "slice-name" }, number(place.value))));
        })));
    },
  };
}
