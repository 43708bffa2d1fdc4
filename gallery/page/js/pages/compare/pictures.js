/** `#/compare?a=12&b=57`: two images, their class probabilities, and their activations in each layer. */
import { choice } from "../../parts/radio-buttons.js";
import { html, named, replace } from "../../dom.js";
import { filmstrip } from "../../parts/filmstrip.js";
import { computedHere, whyNotLive } from "../../parts/map-origin.js";
import { storedHeats } from "../../heat/stored.js";
import { classNamer, titleOf } from "../../values/images.js";
import { picturePairOffers } from "../../save/compare-pictures.js";
import { bytes } from "../../values/unpack.js";
import { counted, cut, percent } from "../../words.js";
import { alike } from "../../compare/where-alike.js";
import { classOf, counterpart, MEASURES, telling } from "../../compare/difference.js";
import { heatsOfTwo } from "../../compare/stored-heatmaps.js";
import { layerChoice, unitNames } from "../../compare/layers.js";
import { layerPairs } from "../../compare/channel-pairs.js";
import { letter, pairedClassBars } from "../../compare/sides.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../values/images.js").Picture} Picture */

/** The selectable images: those with maps, if only some have. @param {Context} context @returns {Picture[]} */
export function comparable(context) {
  const { mapped } = context.provider;
  return mapped && mapped.length > 1 ? mapped.map((/** @type {number} */ position) => context.pictures[position]) : context.pictures;
}

/**
 * The two images in an address, or defaults.
 * @param {Context} context @param {Record<string, string>} selection @returns {{ a: Picture, b: Picture }}
 */
export function chosenPictures(context, selection) {
  /** @param {string | undefined} id @returns {Picture | undefined} */
  const find = (id) => context.pictures.find((/** @type {Picture} */ p) => String(p.id) === id);
  const among = comparable(context);
  const a = find(selection.a) ?? telling(among);
  return { a, b: find(selection.b) ?? counterpart(among, a) };
}

/** @param {Context} context @param {(change: import("../../types.js").Selection, quietly?: boolean) => void} go */
export async function picturesView(context, go) {
  const { data, provider, pictures, painter } = context;
  const nameOf = classNamer(data);
  const among = comparable(context);
  const layers = await Promise.all(provider.layers.map((/** @type {string} */ path) => provider.open(path)));
  const sides = /** @type {const} */ (["a", "b"]).map((side) => aSide(side));
  const bars = html("div", { class: "compare-bars" });
  const heats = heatsOfTwo(context, await storedHeats(data, bytes), go);
  const chart = alike(context, layers);
  const rows = layers.map((maps) => layerPairs(context, maps, unitNames(data.model, maps.path, maps.channels)));
  const measure = choice("Compare by", MEASURES, (name) => go({ by: name === "mean" ? null : name }));
  const which = layerChoice(layers.map((maps) => maps.path), (layer) => go({ layer }));
  const unmapped = html("p", { class: "note", hidden: true }, `Maps are stored for ${counted((provider.mapped ?? []).length, "image")} only, and not for both of these. `, whyNotLive(data));
  const below = html("div", { class: "compare-layers" },
    html("section", {},
      html("h2", {}, "Similarity in each layer", html("span", { class: "aside" }, "cosine similarity of the two activations")), chart.root),
    html("section", {},
      html("div", { class: "all-head" }, html("h2", {}, "What differs most", html("span", { class: "aside" }, "A left, B right, one scale per layer"))),
      html("div", { class: "controls compare-controls" }, measure.root, which.root),
      html("p", { class: "note" }, layers.some((m) => m.live) ? computedHere(layers) : null),
      rows.map((row) => row.root)));
  const root = html("div", {},
    sides.map((side) => side.strip),
    html("div", { class: "compare-stage" }, sides.map((side) => side.figure), bars),
    heats?.root,
    rows.length ? [unmapped, below] : html("p", { class: "note" }, whyNotLive(data)));

  /** One of the two images, with its selector. @param {"a" | "b"} side */
  function aSide(side) {
    const film = filmstrip(context, (position, byKey) => go({ [side]: pictures[position].id }, byKey), among.map((p) => p.position));
    film.root.setAttribute("aria-label", `Image ${side.toUpperCase()}`);
    const field = html("input", {
      type: "number", class: "id-field", "aria-label": `Number of image ${side.toUpperCase()}`,
      change: () => go({ [side]: nearest(among, Number(field.value)).id }),
    });
    const canvas = html("canvas", { role: "img" });
    const link = html("a", { class: "picture-link" }, canvas);
    const words = html("figcaption", {});
    return {
      strip: html("div", { class: "film-row" }, html("span", { class: "side-field" }, letter(side), field), film.root),
      figure: html("figure", { class: "compare-picture" }, link, words),
      /** @param {Picture} picture */
      set(picture) {
        film.set(picture.position);
        field.value = String(picture.id);
        painter.show(canvas, picture.position, innerWidth < 720 ? 150 : 280);
        const what = titleOf(picture);
        canvas.setAttribute("aria-label", `Image ${side.toUpperCase()}, number ${picture.id}: ${what}`);
        link.href = context.address("image", picture.id);
        replace(words,
          html("span", { class: "hero-title" }, letter(side), named(cut(what, 40))),
          html("span", { class: "said" }, "Image ", picture.id, picture.name ? [" · ", named(cut(picture.name, 40))] : null),
          picture.scored ? html("span", { class: "said" }, "predicted ", named(cut(picture.said, 40)), " ", percent(picture.sure), " ",
            picture.right === false ? html("span", { class: "wrong" }, "wrong") : picture.right ? "right" : null)
            : html("span", { class: "said" }, named(picture.said)));
      },
    };
  }

  /** @type {{ a: Picture, b: Picture }} */
  let chosen;
  /** @type {{ by: string, layer: string | null, held: boolean }} */
  let seen;
  return {
    root,
    title: () => `Images ${chosen.a.id} and ${chosen.b.id}`,
    /** @param {Record<string, string>} selection */
    update(selection) {
      chosen = chosenPictures(context, selection);
      const { a, b } = chosen;
      const by = selection.by === "max" ? "max" : "mean";
      const layer = layers.some((maps) => maps.path === selection.layer) ? selection.layer : null;
      sides[0].set(a);
      sides[1].set(b);
      if (a.scored) replace(bars, html("h2", {}, "Class probabilities"), pairedClassBars(a.probabilities, b.probabilities, nameOf, { a: a.labelIndex, b: b.labelIndex }));
      heats?.set(a, b, selection);
      measure.set(by);
      which.set(layer);
      const held = rows.every((row) => row.has(a.position) && row.has(b.position));
      below.hidden = !held;
      unmapped.hidden = held;
      seen = { by, layer, held };
      if (!held) return;
      chart.set(a.position, b.position);
      for (const row of rows) {
        row.root.hidden = layer !== null && row.path !== layer;
        if (!row.root.hidden) row.set(a, b, by, layer !== null);
      }
    },
    swapped: () => ({ a: chosen.b.id, b: chosen.a.id }),
    offers: () => picturePairOffers(context, chosen, {
      by: seen.by, alike: seen.held ? chart.rows() : [], layers: seen.held ? layers.filter((maps) => seen.layer === null || maps.path === seen.layer) : [],
    }),
    /** The selection that another comparison starts with. @param {string} of */
    carry(of) {
      if (of === "models") return { image: chosen.a.id };
      const [a, b] = [classOf(chosen.a), classOf(chosen.b)];
      return of === "classes" && a !== b ? { a, b } : {};
    },
    /** Select the previous or next image as B. @param {number} step */
    step(step) {
      const to = among[among.findIndex((p) => p.position === chosen.b.position) + step];
      if (to) go({ b: to.id }, true);
    },
    close() { heats?.close(); },
  };
}

/** @param {Picture[]} among @param {number} id */
function nearest(among, id) {
  return among.reduce((best, p) => (Math.abs(p.id - id) < Math.abs(best.id - id) ? p : best));
}
