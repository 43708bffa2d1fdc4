/** `#/compare?of=methods&image=7&a=grad-cam&b=saliency`: two heatmaps of one image and their difference. */
import { choice } from "../../parts/radio-buttons.js";
import { html, named, replace } from "../../dom.js";
import { filmstrip } from "../../parts/filmstrip.js";
import { highest, whereabouts } from "../../heat/heatmap.js";
import { panel } from "../../heat/panel.js";
import { storedHeat, storedHeats, storedName, storedNamed, strongest } from "../../heat/stored.js";
import { meant, recipe } from "../../image/stored-heatmaps.js";
import { caption } from "../../parts/image.js";
import { bandsOf } from "../../values/bands.js";
import { classNamer, titleOf } from "../../values/images.js";
import { pick } from "../../parts/select.js";
import { heatOffers } from "../../save/heatmaps.js";
import { bytes } from "../../values/unpack.js";
import { cut, number, shape } from "../../words.js";
import { rankCorrelation } from "../../compare/map-agreement.js";
import { roomy } from "../../compare/stored-heatmaps.js";
import { letter } from "../../compare/sides.js";
import { isFlatHeatmap } from "../../values/signal.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../heat/stored.js").Stored} Stored */

/** @param {Context} context @param {(change: import("../../types.js").Selection, quietly?: boolean) => void} go */
export async function methodsView(context, go) {
  const { data, pictures, painter } = context;
  const { height, width, channels } = data.pictures;
  const bands = bandsOf(data.pictures);
  const all = await storedHeats(data, bytes);
  const nameOf = classNamer(data);
  const among = all[0].maps.positions;
  const options = all.map((one) => ({ name: one.key, label: storedName(one, all) }));
  const film = filmstrip(context, (position, byKey) => go({ image: pictures[position].id }, byKey), among);
  const heats = new Map(all.map((one) => [one, storedHeat(one, height, width)]));
  const detail = choice("Cells", [{ name: "cells", label: "cells" }, { name: "smooth", label: "smooth" }], (name) => go({ maps: name === "smooth" ? name : null }));
  const shown = choice("Shown", [{ name: "over", label: "over the image" }, { name: "map", label: "map alone" }], (name) => go({ as: name === "map" ? name : null }));
  const canvas = html("canvas", { role: "img" });
  const link = html("a", { class: "picture-link" }, canvas);
  const words = html("figcaption", { class: "methods-words" });
  const sides = /** @type {const} */ (["a", "b"]).map((side) => {
    const map = panel([height, width, channels], context.ramps, [...heats.values()], "this map", bands);
    const choose = pick(side.toUpperCase(), options, (key) => go({ [side]: key }));
    const about = html("p", { class: "heat-target" });
    const made = html("div", {});
    return { side, map, choose, about, made, figure: html("figure", { class: "heat" },
      html("figcaption", { class: "heat-head" }, choose.root, about), html("div", { class: "heat-room" }, map.root), map.meaning, made) };
  });
  const apart = difference(height, width);
  const gap = panel([height, width, channels], context.ramps, [apart], "same as A and B", bands);
  const gapFigure = html("figure", { class: "heat" }, html("figcaption", { class: "heat-head" }, html("h3", {}, "A − B"),
    html("p", { class: "heat-target" }, "orange = more in A, blue = more in B")), html("div", { class: "heat-room" }, gap.root), gap.meaning);
  const verdict = html("p", { class: "lead" });
  const maps = html("div", { class: "heats methods" },
    html("figure", { class: "heat" }, html("div", { class: "heat-head" }, html("h3", {}, "Image")), link, words),
    sides.map(({ figure }) => figure), gapFigure);
  const root = html("div", {},
    among.length > 1 ? film.root : null, html("div", { class: "controls compare-controls" }, detail.root, shown.root), html("h2", { class: "unseen" }, "Side by side"), verdict, maps);
  const watcher = roomy(maps, [...sides.map(({ map }) => map), gap]);
  const unit = new Float32Array(height * width * channels);
  /** @type {{ position: number, a: Stored, b: Stored }} */
  let chosen;

  /** @param {Record<string, string>} selection */
  function read(selection) {
    const at = pictures.findIndex((p) => String(p.id) === selection.image);
    const a = storedNamed(all, selection.a) ?? all[0];
    return { position: among.includes(at) ? at : among[0], a, b: storedNamed(all, selection.b) ?? all[all.indexOf(a) === 1 ? 0 : 1] };
  }

  return {
    root,
    title: () => `Heatmaps of image ${pictures[chosen.position].id}`,
    /** @param {Record<string, string>} selection */
    update(selection) {
      chosen = read(selection);
      const { position, a, b } = chosen;
      const picture = pictures[position];
      const [smooth, alone] = [selection.maps === "smooth", selection.as === "map"];
      film.set(position);
      detail.set(smooth ? "smooth" : "cells");
      shown.set(alone ? "map" : "over");
      painter.show(canvas, position, 240);
      canvas.setAttribute("aria-label", `Image ${picture.id}: ${titleOf(picture)}`);
      link.href = context.address("image", picture.id);
      replace(words, html("span", { class: "hero-title" }, `Image ${picture.id}`), caption(picture));
      context.unit(position, unit);
      const values = [a, b].map((one) => one.values(position));
      const alike = a.how.measures === b.how.measures;
      const reach = alike ? Math.max(...values.map(highest)) : null;
      sides.forEach(({ side, map, choose, about, made }) => {
        const one = chosen[side];
        const heat = /** @type {ReturnType<typeof storedHeat>} */ (heats.get(one));
        heat.at(position);
        choose.set(one.key);
        replace(about, "for ", html("b", {}, named(cut(one.how.target, 48))), meant(one, position, nameOf), ` · score ${number(one.score(position))}`);
        map.paint(unit, heat, smooth, { alone, ...(reach === null ? {} : { reach, scale: "A and B" }) });
        map.tell(heat, smooth, `Image ${picture.id}`);
        replace(made, recipe(one));
      });
      const [first, second] = sides.map(({ side }) => onPicture(chosen[side], position, height, width));
      const r = rankCorrelation(first, second);
      gapFigure.hidden = reach === null;
      if (reach !== null) {
        apart.set(a, b, values, first, second);
        gap.paint(unit, apart, smooth, { alone, reach: Math.max(reach, highest(apart.values)), scale: "this map" });
        gap.tell(apart, smooth, `Image ${picture.id}`);
      }
      replace(verdict, r === null ? "One of the maps is constant, so they cannot be compared."
        : [`Rank correlation ${number(Number(r.toFixed(3)))}: `, r > 0.7 ? "the maps highlight mostly the same regions." : r > 0.3 ? "the maps agree in part." : "the maps highlight different regions.",
          alike ? null : " Their units differ, so each map has its own scale and no difference is drawn."]);
    },
    swapped: () => ({ a: chosen.b.key, b: chosen.a.key }),
    offers: () => heatOffers(context, chosen.position, [chosen.a, chosen.b].map((one) => ({ one, heat: /** @type {ReturnType<typeof storedHeat>} */ (heats.get(one)) }))),
    /** The selection that another comparison starts with. @param {string} of */
    carry: (of) => (of === "pictures" ? { a: pictures[chosen.position].id } : of === "models" ? { image: pictures[chosen.position].id } : {}),
    /** The previous or next image. @param {number} step */
    step(step) {
      const to = among[among.indexOf(chosen.position) + step];
      if (to !== undefined) go({ image: pictures[to].id }, true);
    },
    close() { watcher.disconnect(); },
  };
}

/** A map at the image's size. @param {Stored} one @param {number} position @param {number} height @param {number} width */
function onPicture(one, position, height, width) {
  const heat = storedHeat(one, height, width);
  heat.at(position);
  return heat.fine ? heat.values : heat.smooth(new Float32Array(height * width));
}

/** The difference of two maps: cell by cell if both have the same cells, else pixel by pixel. @param {number} height @param {number} width */
function difference(height, width) {
  let [rows, columns] = [height, width];
  /** @type {Float32Array} */
  let values = new Float32Array(height * width);
  /** @type {Float32Array} */
  let full = values;
  let unit = "";
  return {
    name: "difference", title: "Difference", signed: true, known: true, extent: /** @type {[number, number]} */ ([1, 1]),
    unit: "difference, in the same unit",
    get fine() { return rows === height && columns === width; },
    get rows() { return rows; },
    get columns() { return columns; },
    get values() { return values; },
    /** @param {Stored} a @param {Stored} b @param {Float32Array[]} own their cells @param {Float32Array} first @param {Float32Array} second both at the image's size */
    set(a, b, own, first, second) {
      const same = a.maps.height === b.maps.height && a.maps.width === b.maps.width;
      full = first.map((value, i) => value - second[i]);
      values = same ? own[0].map((value, i) => value - own[1][i]) : full;
      [rows, columns] = same ? [a.maps.height, a.maps.width] : [height, width];
      unit = a.how.measures;
    },
    /** @param {Float32Array} out */
    smooth(out) { out.set(full); return out; },
    /** @param {boolean} smooth */
    grain: (smooth) => `${shape([rows, columns])} cells${smooth && rows !== height ? `, interpolated to ${shape([height, width])} (adds no detail)` : ""}`,
    words: () => [isFlatHeatmap(values) ? "The maps are identical." : `Largest difference ${whereabouts(values, rows, columns)}, ${number(strongest(values))}.`],
    label: () => (isFlatHeatmap(values) ? "no difference" : `the difference, largest ${whereabouts(values, rows, columns)}`),
    numbers: () => [{ title: `A − B, ${unit}`, values }],
  };
}
