/** Three heatmaps of one picture side by side: Grad-CAM, gradient and occlusion for one class, computed here. */
import { html, named, replace } from "../dom.js";
import { camHeat, camLayers } from "../heat/cam.js";
import { heatControls } from "../heat/controls.js";
import { likeliest } from "../heat/heat.js";
import { hiddenHeat, patchSizes, usualSize } from "../heat/hidden.js";
import { panel } from "../heat/panel.js";
import { wishes } from "../heat/selection.js";
import { slopeHeat } from "../heat/slope.js";
import { prepare } from "../inputs.js";
import { classNamer } from "../picture.js";
import { pick } from "../pick.js";
import { cut, percent } from "../words.js";

/** CSS pixels that a map may take. */
const ROOM = 280;

/**
 * @param {import("../engine/network.js").Network} net
 * @param {any} context
 * @param {(selection: Record<string, string | number | null>) => void} select
 */
export function heatmaps(net, context, select) {
  const { data } = context;
  const { manifest } = data.network;
  const { layers, background } = data.model;
  const [height, width] = manifest.picture;
  const nameOf = classNamer(data);
  const classes = net.probabilities.length;
  const unit = new Float32Array(net.input.length);
  const { paths, usual } = camLayers(net, manifest, layers);
  const cam = camHeat(net, height, width, nameOf);
  const slope = slopeHeat(net, manifest, nameOf);
  const hidden = hiddenHeat(context.occluder, manifest, background, nameOf);
  const sizes = patchSizes(height, width);
  const fills = background ? ["ground", "mean"] : ["mean"];
  const wishing = wishes(classes, sizes, usualSize(sizes, height, width), fills);
  /** @type {import("../heat/selection.js").Wish & { layer: string | null }} */
  let wish = { ...wishing.read({}), layer: usual };
  /** @param {Partial<typeof wish>} change */
  const changed = (change) => select(write({ ...wish, ...change }));
  const controls = heatControls(classes, nameOf, sizes, fills, background, changed);
  const layer = paths.length > 1 ? pick("Layer", paths.map((path) => ({ name: path, label: path })), (path) => changed({ layer: path })) : null;
  /** @type {import("../heat/heat.js").Heat[]} */
  const heats = usual ? [cam, slope, hidden] : [slope, hidden];
  const panels = new Map(heats.map((heat) => [heat, panel(manifest.picture, context.ramps, [heat], "this picture")]));
  const figures = [...panels].map(([heat, shown]) => html("figure", { class: "heat" },
    html("figcaption", { class: "heat-head" }, html("h3", {}, heat.title),
      heat === cam ? layer?.root : heat === hidden ? [controls.patch, controls.fill] : null),
    html("div", { class: "heat-room" }, shown.root), shown.meaning));
  const subject = html("p", { class: "heat-subject" });
  const root = html("section", { class: "heats", "aria-label": "Heatmaps" },
    html("div", { class: "heat-intro" },
      html("h2", {}, "Heatmaps"),
      subject,
      html("div", { class: "heat-controls" }, controls.target, controls.detail),
      html("p", { class: "note" }, "Computed in this page, raw: not yet checked for faithfulness. Three methods that disagree are a reason to doubt, not to choose.")),
    figures);

  /** What stands in the address. @param {typeof wish} next */
  function write(next) {
    return { ...wishing.write(next), layer: next.layer === usual ? null : next.layer };
  }

  /** @param {string} words the picture's name */
  function tell(words) {
    for (const [heat, shown] of panels) {
      shown.paint(unit, heat, wish.smooth);
      shown.tell(heat, wish.smooth, words);
    }
  }

  const watcher = new ResizeObserver(() => {
    const room = figures[0].querySelector(".heat-room");
    for (const shown of panels.values()) shown.resize(Math.min(ROOM, room.clientWidth));
  });
  watcher.observe(root);

  return {
    root,
    /** What of the selection is ours, for addresses of other pictures. */
    get selection() { return write(wish); },
    /** @param {number} position @param {Record<string, string>} selection */
    set(position, selection) {
      wish = { ...wishing.read(selection), layer: paths.includes(selection.layer) ? selection.layer : usual };
      context.unit(position, unit);
      prepare(manifest.input, unit, net.input);
      net.run();
      const best = likeliest(net.probabilities);
      const target = wish.target ?? best;
      if (wish.layer) {
        cam.at(wish.layer);
        cam.compute(target);
      }
      slope.compute(target, null);
      controls.set(wish);
      controls.auto(nameOf(best), "predicted");
      layer?.set(wish.layer ?? "");
      replace(subject, "What speaks for ", html("b", {}, named(cut(nameOf(target), 40))), `, ${percent(net.probabilities[target])}`);
      const words = `Picture ${context.pictures[position].id}`;
      const place = /** @type {ReturnType<typeof panel>} */ (panels.get(hidden));
      hidden.ask(unit, target, wish.patch, wish.fill, (finished) => {
        place.progress(hidden.progress);
        place.paint(unit, hidden, wish.smooth);
        if (finished) place.tell(hidden, wish.smooth, words);
      });
      place.progress(hidden.progress);
      tell(words);
    },
    close() {
      watcher.disconnect();
      hidden.forget();
    },
  };
}
