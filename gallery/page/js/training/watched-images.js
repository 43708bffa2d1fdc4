/** The tracked images: prediction and heatmap of each in one snapshot. */
import { html, named, replace } from "../dom.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { layOver } from "../heat/overlay.js";
import { show } from "../parts/paint.js";
import { cut, percent } from "../words.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("./snapshots.js").Film} Film */

/** The most CSS pixels of an image. */
const ROOM = 84;

/** The color range of a heatmap: over all snapshots, or up to its own maximum. @param {Film} film @param {Float32Array} values @param {boolean} own */
export function heatReach(film, values, own) {
  return own ? values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : /** @type {NonNullable<import("../contract.js").Training["heat"]>} */ (film.entry.heat).reach;
}

/** An image with or without its heatmap. @param {Film} film @param {number} moment @param {number} i @param {boolean} own @param {Ramps} ramps */
export function laid(film, moment, i, own, ramps) {
  const { rgba, height, width } = film.picture(i);
  const values = film.heat(moment, i);
  const { heat } = film.entry;
  if (values && heat) layOver(rgba, height, width, { values, rows: heat.height, columns: heat.width }, heatReach(film, values, own), heat.signed, ramps);
  return { rgba, height, width };
}

/** @param {Film} film @param {Ramps} ramps @param {(i: number) => void} chosen */
export function cards(film, ramps, chosen) {
  const { entry } = film;
  const made = entry.pictures.ids.map((/** @type {number} */ id, /** @type {number} */ i) => {
    const [plain, heat] = [html("canvas", { "aria-hidden": "true" }), html("canvas", { "aria-hidden": "true" })];
    const zero = html("span", { class: "moment-zero", hidden: true }, "all zero");
    const [words, bar, share] = [html("span", { class: "moment-said" }), html("span", { class: "bar" }), html("span", { class: "moment-share" })];
    const name = cut(entry.class_names[entry.pictures.classes[i]], 24);
    const button = html("button", { type: "button", role: "radio", class: "moment-card", click: () => chosen(i) },
      html("span", { class: "moment-pictures" }, plain, entry.heat ? html("span", { class: "moment-heat" }, heat, zero) : null),
      html("span", { class: "moment-words" }, words,
        html("span", { class: "moment-followed" }, html("span", {}, named(name)), html("span", { class: "bar-room" }, bar), share)));
    const raster = film.picture(i);
    show(plain, raster.rgba, raster.width, raster.height, ROOM);
    return { id, name, button, heat, zero, words, bar, share };
  });
  const root = html("div", { class: "moment-cards", role: "radiogroup", "aria-label": "Image whose activations are shown" }, made.map((one) => one.button));
  const keys = arrowKeys(root, "button", { moved: (item) => chosen([...root.children].indexOf(item)) });
  return {
    root,
    /** @param {number} moment @param {number} selected @param {boolean} own each heatmap on its own scale */
    show(moment, selected, own) {
      made.forEach((one, /** @type {number} */ i) => {
        const said = film.said(moment, i);
        if (entry.heat) {
          const { rgba, height, width } = laid(film, moment, i, own, ramps);
          show(one.heat, rgba, width, height, ROOM);
          one.zero.hidden = film.heat(moment, i)?.some((value) => value !== 0) ?? true;
        }
        const best = cut(entry.class_names[said.best], 24);
        replace(one.words, html("b", { class: said.right === false ? "wrong" : null }, named(best)), ` ${film.words(said.sure)}${film.truth(i)}`);
        one.bar.style.width = `${100 * film.length(said.share)}%`;
        one.bar.classList.toggle("top", said.best === said.followed);
        one.share.textContent = entry.range ? "" : percent(said.share);
        one.button.setAttribute("aria-checked", String(i === selected));
        one.button.setAttribute("aria-label", `Image ${one.id}, ${entry.pictures.labelled ? one.name : "no label"}: ${best} ${film.words(said.sure)}${film.truth(i)}${said.right === false ? `, wrong; ${one.name} ${percent(said.share)}` : ""}${entry.heat && !one.zero.hidden ? "; heatmap all zero" : ""}`);
      });
      keys.mark(made[selected].button);
    },
  };
}
