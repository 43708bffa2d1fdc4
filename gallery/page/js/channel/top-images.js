/** The images that activate a channel most and least, each with the receptive field of its strongest cell. */
import { html, named, replace } from "../dom.js";
import { outline } from "../parts/image-and-map.js";
import { fieldOf } from "../values/map-statistics.js";
import { sentence, titleOf } from "../values/images.js";
import { counted, cut, number, shape, whole } from "../words.js";
import { channelBlock } from "./channel-block.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("./context.js").About} About */
/** @typedef {import("./context.js").Block} Block */
/** @typedef {import("./responses.js").Place} Place */

/** @param {About} about @returns {Block | null} */
export function highestBlock(about) {
  return extreme(about, "Highest");
}

/** @param {About} about @returns {Block | null} */
export function lowestBlock(about) {
  if (about.responses?.pictures === 1) return null;
  return extreme(about, "Lowest");
}

/**
 * The images at one end of a channel's responses; none if all are equal. Of those that share the lowest response, such
 * as 0 after a ReLU, these are the first.
 * @param {import("./responses.js").Responses} responses @param {number} channel @param {"highest" | "lowest"} which
 */
export function endOf(responses, channel, which) {
  const response = responses.of(channel);
  const same = response.low === response.high && responses.pictures > 1;
  const [places, ties, value] = which === "highest" ? [response.top, response.highTies, response.high] : [response.bottom, response.lowTies, response.low];
  return { places: same ? [] : places, ties, value, same };
}

/** @param {About} about @param {"Highest" | "Lowest"} title @returns {Block | null} */
function extreme(about, title) {
  const { responses } = about;
  if (!responses) return null;
  const among = responses.whole ? `of ${counted(responses.pictures, "image")}` : `of the ${counted(responses.pictures, "image")} here`;
  const words = html("p", { class: "note" });
  const list = html("ul", { class: "extremes" });
  const root = html("section", { class: title.toLowerCase() }, html("h2", {}, title, html("span", { class: "aside" }, among)), words, list);
  return channelBlock(root, (channel) => {
    const { places, ties, value, same } = endOf(responses, channel, title === "Highest" ? "highest" : "lowest");
    root.hidden = same && title === "Lowest";
    replace(words, same ? `${number(value)} on all ${counted(responses.pictures, "image")}.`
      : ties > places.length ? `The first ${places.length} of ${whole(ties)} images with the value ${number(value)}.` : outlineWords(about));
    words.hidden = !words.textContent;
    list.classList.toggle("patched", places.some((place) => patchOf(about, place)));
    replace(list, places.map((place) => html("li", {}, tile(about, place, flat(about, channel, place)))));
  });
}

/** Whether an image's map is 0 everywhere, so that no cell is the strongest. @param {About} about @param {number} channel @param {Place} place */
function flat(about, channel, place) {
  return place.value === 0 && about.positive(channel);
}

/** @param {About} about */
function outlineWords({ card, mapped }) {
  if (!mapped || !card.receptive_field) return "";
  return `Outlined and enlarged: the ${shape(card.receptive_field)} receptive field of the strongest cell.`;
}

/** @param {About} about @param {Place} place @param {boolean} flat */
function tile(about, place, flat) {
  const { context } = about;
  const picture = context.pictures[place.position];
  const seen = flat ? null : patchOf(about, place);
  const where = seen ? `; strongest in rows ${seen[0]} to ${seen[2] - 1}, columns ${seen[1]} to ${seen[3] - 1}` : "";
  const room = innerWidth < 400 ? 72 : 84;
  const canvas = html("canvas", { "aria-hidden": "true" });
  context.painter.show(canvas, place.position, room);
  const zoom = parseFloat(canvas.style.width) / context.painter.width;
  const sight = seen && html("span", { class: "sight" });
  if (sight) outline(sight, seen, zoom);
  return html("a", {
    class: "extreme", href: context.address("image", picture.id), title: sentence(picture), "data-position": place.position,
    "aria-label": `${number(place.value)}: ${sentence(picture)}${where}`,
  },
  html("span", { class: "extreme-pictures" }, html("span", { class: "picture-stage" }, canvas, sight), seen && patch(context, place.position, seen, room)),
  html("span", { class: "extreme-words" }, html("b", {}, number(place.value)), " ", named(cut(titleOf(picture), 24)),
    picture.right === false ? html("span", { class: "wrong" }, " wrong") : null));
}

/** The receptive field of a place's cell; null if it is unknown, or the whole image. @param {{ card: import("../contract.js").Layer, mapped: boolean, context: Context }} about @param {Place} place */
export function patchOf({ card, mapped, context }, place) {
  const { height, width } = context.painter;
  const columns = card.shape[1];
  const box = mapped ? fieldOf(card, Math.floor(place.cell / columns), place.cell % columns, height, width) : null;
  if (!box || box[0] >= box[2] || box[1] >= box[3]) return null;
  return box[0] === 0 && box[1] === 0 && box[2] === height && box[3] === width ? null : box;
}

/** A part of an image, enlarged. @param {Context} context @param {number} position @param {[number, number, number, number]} box @param {number} room */
export function patch(context, position, box, room) {
  const canvas = html("canvas", { class: "patch", "aria-hidden": "true" });
  context.painter.crop(canvas, position, box, room);
  return canvas;
}
