/** Images of the page on canvases, and their captions. */
import { html, named } from "../dom.js";
import { cut, percent } from "../words.js";
import { bandsOf } from "../values/bands.js";
import { titleOf } from "../values/images.js";
import { pictureColors, show, size } from "./paint.js";

/** @typedef {import("../types.js").ModelData} ModelData */

/** The prediction as a caption: class, probability, and the true class if it differs; without one what the image is called. @param {import("../values/images.js").Picture} picture */
export function caption(picture) {
  return html("span", { class: "said" },
    html("span", { class: "said-class" }, named(cut(picture.scored ? picture.said : titleOf(picture)))), " ",
    picture.scored ? html("span", { class: "share" }, percent(picture.sure))
      : picture.label !== null && picture.said ? html("span", { class: "share" }, named(picture.said)) : null,
    picture.right === false
      ? html("span", { class: "wrong" }, "wrong: actually ", named(cut(picture.label ?? "")))
      : null,
  );
}

/** Draws any image of the page. @param {ModelData} data @param {Uint8Array} pixels */
export function painter(data, pixels) {
  const { height, width, channels } = data.pictures;
  const bands = bandsOf(data.pictures);
  const one = height * width * channels;
  return {
    height, width,
    /** Show an image on a canvas. @param {HTMLCanvasElement} canvas @param {number} position @param {number} room */
    show: (canvas, position, room) =>
      show(canvas, pictureColors(pixels.subarray(position * one, (position + 1) * one), channels, bands), width, height, room),
    /** Show one band of an image in gray. @param {HTMLCanvasElement} canvas @param {number} position @param {number} band @param {number} room */
    band: (canvas, position, band, room) =>
      show(canvas, pictureColors(pixels.subarray(position * one, (position + 1) * one), channels, bandsOf(data.pictures, band)), width, height, room),
    /** An image's pixels as RGBA. @param {number} position */
    raster: (position) => ({ rgba: pictureColors(pixels.subarray(position * one, (position + 1) * one), channels, bands), height, width }),
    /** Show a part of an image. @param {HTMLCanvasElement} canvas @param {number} position @param {[number, number, number, number]} box top, left, bottom, right @param {number} room */
    crop(canvas, position, [top, left, bottom, right], room) {
      const across = (right - left) * channels;
      const part = new Uint8Array((bottom - top) * across);
      for (let row = top; row < bottom; row += 1) {
        const from = position * one + (row * width + left) * channels;
        part.set(pixels.subarray(from, from + across), (row - top) * across);
      }
      return show(canvas, pictureColors(part, channels, bands), right - left, bottom - top, room);
    },
    /** @param {HTMLCanvasElement} canvas @param {number} room */
    size: (canvas, room) => size(canvas, width, height, room),
  };
}
