/** Three heatmaps of one image computed in the page: Grad-CAM, gradient and occlusion for one class. */
import { html, named, replace } from "../dom.js";
import { camHeat, camLayers } from "../heat/grad-cam.js";
import { heatControls } from "../heat/controls.js";
import { likeliest } from "../heat/heatmap.js";
import { hiddenHeat, patchSizes, usualSize } from "../heat/occlusion.js";
import { panel } from "../heat/panel.js";
import { wishes } from "../heat/selection.js";
import { gradientHeat } from "../heat/gradient.js";
import { bandsOf } from "../values/bands.js";
import { prepare } from "../values/model-input.js";
import { classNamer } from "../values/images.js";
import { pick } from "../parts/select.js";
import { cut } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/selection.js").Wish & { layer: string | null }} LiveWish */

/**
 * @param {import("../engine/network.js").Network} net
 * @param {import("../types.js").LiveContext} context
 * @param {Float32Array} unit the image, filled by the caller
 * @param {(change: Partial<LiveWish>) => void} changed
 * @param {Set<string>} stored titles of stored heatmaps shown beside these: each then names its target
 */
export function liveHeats(net, context, unit, changed, stored) {
  const { data } = context;
  const { manifest } = data.network;
  const { layers, background } = data.model;
  const [height, width] = manifest.picture;
  const nameOf = classNamer(data);
  const { paths, usual } = camLayers(net, manifest, layers);
  const cam = camHeat(net, height, width, nameOf);
  const gradient = gradientHeat(net, manifest, nameOf);
  const hidden = hiddenHeat(context.occluder, manifest, background, nameOf);
  const sizes = patchSizes(height, width);
  const fills = background ? ["ground", "mean"] : ["mean"];
  const wishing = wishes(net.probabilities.length, sizes, usualSize(sizes, height, width), fills);
  const controls = heatControls(net.probabilities.length, nameOf, sizes, fills, background, changed);
  const layer = paths.length > 1 ? pick("Layer", paths.map((path) => ({ name: path, label: path })), (path) => changed({ layer: path })) : null;
  /** @type {import("../heat/heatmap.js").Heat[]} */
  const heats = usual ? [cam, gradient, hidden] : [gradient, hidden];
  for (const heat of heats) if (stored.has(heat.title)) heat.title += ", live";
  const panels = new Map(heats.map((heat) => [heat, panel(manifest.picture, context.ramps, [heat], "this image", bandsOf(data.pictures))]));
  const subjects = [...panels].map(() => html("p", { class: "heat-target", hidden: !stored.size }));
  const figures = new Map([...panels].map(([heat, shown], i) => [heat, html("figure", { class: "heat" },
    html("figcaption", { class: "heat-head" }, html("h3", {}, heat.title),
      heat === cam ? layer?.root : heat === hidden ? [controls.patch, controls.fill] : null, subjects[i]),
    html("div", { class: "heat-room" }, shown.root), shown.meaning)]));
  const place = /** @type {ReturnType<typeof panel>} */ (panels.get(hidden));

  return {
    target: controls.target,
    figures: [...figures.values()],
    panels: [...panels.values()],
    /** @param {Record<string, string>} selection @returns {LiveWish} */
    read: (selection) => ({ ...wishing.read(selection), layer: paths.includes(selection.layer) ? selection.layer : usual }),
    /** The settings in the address. @param {LiveWish} wish */
    write: (wish) => ({ ...wishing.write(wish), layer: wish.layer === usual ? null : wish.layer }),
    /** Run the network on the image. @param {LiveWish} wish @returns {number} the class that is explained */
    run(wish) {
      prepare(manifest.input, unit, net.input);
      net.run();
      const best = likeliest(net.probabilities);
      controls.auto(nameOf(best), "predicted");
      return wish.target ?? best;
    },
    /**
     * @param {LiveWish} wish @param {number} target @param {string} words the image's name @param {boolean} alone
     * @param {boolean} known whether this Grad-CAM is already shown
     */
    show(wish, target, words, alone, known) {
      if (wish.layer) {
        cam.at(wish.layer);
        cam.compute(target);
      }
      gradient.compute(target, null);
      for (const subject of subjects) replace(subject, "for ", html("b", {}, named(cut(nameOf(target), 40))), ", computed in this page");
      controls.set(wish);
      layer?.set(wish.layer ?? "");
      figures.get(cam)?.toggleAttribute("hidden", known);
      hidden.ask(unit, target, wish.patch, wish.fill, (finished) => {
        place.progress(hidden.progress);
        place.paint(unit, hidden, wish.smooth, { alone });
        if (finished) place.tell(hidden, wish.smooth, words);
      });
      place.progress(hidden.progress);
      for (const [heat, shown] of panels) {
        shown.paint(unit, heat, wish.smooth, { alone });
        shown.tell(heat, wish.smooth, words);
      }
    },
    /** The displayed heatmaps, to be saved. @returns {import("../heat/heatmap.js").Heat[]} */
    seen: () => heats.filter((heat) => heat.known && !figures.get(heat)?.hidden),
    close() { hidden.forget(); },
  };
}
