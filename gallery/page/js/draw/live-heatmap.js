/** A live heatmap over the drawing, selected from several methods. */
import { choice } from "../parts/radio-buttons.js";
import { html } from "../dom.js";
import { camHeat, camLayers } from "../heat/grad-cam.js";
import { heatControls } from "../heat/controls.js";
import { likeliest } from "../heat/heatmap.js";
import { hiddenHeat, patchSizes, usualSize } from "../heat/occlusion.js";
import { panel } from "../heat/panel.js";
import { wishes } from "../heat/selection.js";
import { gradientHeat } from "../heat/gradient.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/selection.js").Wish} Wish */

const SUBJECT = "The drawing";

/**
 * @param {import("../engine/network.js").Network} net
 * @param {import("../types.js").LiveContext} context
 * @param {(i: number) => string} nameOf
 * @param {(change: Partial<Wish> & { view?: string }) => void} changed
 */
export function reasons(net, context, nameOf, changed) {
  const { manifest } = context.data.network;
  const { layers, background } = context.data.model;
  const [height, width] = manifest.picture;
  const classes = net.probabilities.length;
  const { usual } = camLayers(net, manifest, layers);
  const cam = camHeat(net, height, width, nameOf);
  if (usual) cam.at(usual);
  const gradient = gradientHeat(net, manifest, nameOf);
  const hidden = hiddenHeat(context.occluder, manifest, background, nameOf);
  /** @type {import("../heat/heatmap.js").Heat[]} */
  const heats = usual ? [cam, gradient, hidden] : [gradient, hidden];
  const views = [...heats.map((heat) => ({ name: heat.name, label: heat === cam ? heat.title : heat.title.toLowerCase() })),
    { name: "none", label: "none" }];
  const sizes = patchSizes(height, width);
  const fills = background ? ["ground", "mean"] : ["mean"];
  const shown = panel(manifest.picture, context.ramps, heats, "this drawing");
  const viewChoice = choice("Overlay", views, (view) => changed({ view }));
  const controls = heatControls(classes, nameOf, sizes, fills, background, changed);
  const hiding = html("div", { class: "heat-controls heat-hiding" }, controls.patch, controls.fill);
  const root = html("section", { class: "studio-why", "aria-label": "Heatmap" }, shown.root,
    html("div", { class: "heat-settings" }, viewChoice.root,
      html("div", { class: "heat-controls" }, controls.target, controls.detail), hiding),
    shown.meaning);

  let smooth = false;

  /** The class that a view explains: the predicted one or, for what would change it, the second one. @param {string} view @param {number} best @param {Wish} wish */
  const targetOf = (view, best, wish) => wish.target ?? (view === gradient.name ? likeliest(net.probabilities, best) : best);
  /** @param {string} view */
  const heatOf = (view) => heats.find((heat) => heat.name === view) ?? null;

  return {
    root,
    views: views.map((view) => view.name),
    selection: wishes(classes, sizes, usualSize(sizes, height, width), fills),
    /** Show the selected view. @param {string} view @param {Wish} wish */
    arrange(view, wish) {
      viewChoice.set(view);
      controls.set(wish);
      const heat = heatOf(view);
      controls.target.hidden = !heat;
      controls.detail.hidden = !heat || heat.fine;
      hiding.hidden = heat !== hidden;
    },
    /**
     * Update with every frame, after a run.
     * @param {Float32Array} unit @param {string} view @param {number} best @param {Wish} wish
     */
    paint(unit, view, best, wish) {
      smooth = wish.smooth;
      const target = targetOf(view, best, wish);
      if (view === cam.name) cam.compute(target);
      else if (view === gradient.name) gradient.compute(target, target === best ? likeliest(net.probabilities, best) : best);
      // Results for the previous drawing would mislead.
      if (view !== hidden.name || !hidden.holds(unit)) {
        hidden.forget();
        shown.progress(null);
      }
      shown.paint(unit, heatOf(view), wish.smooth);
    },
    /** Announce it after the stroke, and start slow computations. @param {Float32Array} unit @param {string} view @param {number} best @param {Wish} wish */
    tell(unit, view, best, wish) {
      const heat = heatOf(view);
      const target = targetOf(view, best, wish);
      controls.auto(nameOf(targetOf(view, best, { ...wish, target: null })), view === gradient.name ? "runner-up" : "predicted");
      if (heat === hidden) {
        hidden.ask(unit, target, wish.patch, wish.fill, (finished) => {
          shown.paint(unit, hidden, smooth);
          shown.progress(hidden.progress);
          if (finished) shown.tell(hidden, smooth, SUBJECT);
        });
        shown.progress(hidden.progress);
        shown.paint(unit, heat, wish.smooth);
      }
      shown.tell(heat, wish.smooth, SUBJECT);
    },
    resize: shown.resize,
    seen: shown.seen,
    close: hidden.forget,
  };
}
