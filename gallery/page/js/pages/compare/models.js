/** `#/compare?of=models&show=a&image=7`: two models on the same images, and one image in both. */
import { choice } from "../../parts/radio-buttons.js";
import { html, named, replace } from "../../dom.js";
import { filmstrip } from "../../parts/filmstrip.js";
import { ownScales } from "../../parts/legend.js";
import { ofAll, someAreHere } from "../../parts/evaluation-scope.js";
import { whyNotLive } from "../../parts/map-origin.js";
import { classNamer } from "../../values/images.js";
import { modelPairOffers } from "../../save/compare-models.js";
import { strip } from "../../parts/channel-strip.js";
import { cut, percent, shape, whole } from "../../words.js";
import { tally } from "../../compare/difference.js";
import { otherModel } from "../../compare/second-model.js";
import { letter, pairedClassBars } from "../../compare/sides.js";
import { byClass, cards, figures, fourfold, recalls, shares, tallied } from "../../compare/model-agreement.js";

/** @typedef {import("../../types.js").TwoModels} Context */
/** @typedef {import("../../values/images.js").Picture} Picture */
/** @typedef {import("../../values/map-provider.js").LayerMaps} LayerMaps */

/** @param {Context} context @param {(change: import("../../types.js").Selection, quietly?: boolean) => void} go */
export async function modelsView(context, go) {
  const { data, provider, pictures, painter } = context;
  const nameOf = classNamer(data);
  const other = await otherModel(context);
  const own = await Promise.all(provider.layers.map((/** @type {string} */ path) => provider.open(path)));
  const lists = tally(pictures, other.pictures);
  const labelled = pictures[0].right !== null;
  const models = [data.model, other.model];
  const all = /** @type {import("../../types.js").EvaluatedPair | null} */ (ofAll(context)?.other ? ofAll(context) : null);
  const stand = all ? tallied(all) : { count: pictures.length, same: pictures.length - lists.differ.length, both: lists.both.length, a: lists.a.length, b: lists.b.length, neither: lists.neither.length };
  const held = all ? recalls(all) : labelled ? shares([pictures, other.pictures], data.pictures.probabilities.classes) : null;
  const shows = [
    { name: "differ", label: `predictions differ (${whole(lists.differ.length)})` },
    ...(labelled ? [
      { name: "a", label: `only A right (${whole(lists.a.length)})` }, { name: "b", label: `only B right (${whole(lists.b.length)})` },
      { name: "neither", label: `both wrong (${whole(lists.neither.length)})` }, { name: "both", label: `both right (${whole(lists.both.length)})` },
    ] : []),
    { name: "all", label: `all (${whole(pictures.length)})` },
  ];
  lists.all = pictures.map((/** @type {Picture} */ p) => p.position);
  const lists2 = choice("Images", shows, (show) => go({ show: show === "differ" ? null : show, image: null }));
  const film = html("div", {});
  const canvas = html("canvas", { role: "img" });
  const link = html("a", { class: "picture-link" }, canvas);
  const words = html("figcaption", {});
  const bars = html("div", { class: "compare-bars" });
  const stage = html("div", { class: "compare-stage one" }, html("figure", { class: "compare-picture" }, link, words), bars);
  const columns = [
    layerColumn(context, "a", data.model, own, whyNotLive(data), (path, channel) => context.go(context.address("layer", path, { image: pictures[position].id, channel }))),
    layerColumn(context, "b", other.model, other.layers, other.whyNot, null),
  ];
  const inside = html("section", {},
    html("h2", {}, "Layer by layer", html("span", { class: "aside" }, "each channel on its own scale")),
    html("p", { class: "note legend-line" }, [false, true].filter((signed) => [...own, ...other.layers].some((m) => m.spatial && m.signed === signed)).map((signed) => ownScales(context.ramps, signed))),
    html("div", { class: "two" }, columns.map((column) => column.root)));
  const root = html("div", {},
    figures(stand, models, labelled),
    all ? someAreHere(context) : null,
    html("section", {},
      html("h2", {}, labelled ? "Correct and wrong predictions" : "Where they differ", html("span", { class: "aside" }, "most confident disagreements first")),
      labelled ? fourfold(stand, (show) => context.address("compare", null, { of: "models", show })) : null,
      html("div", { class: "controls compare-controls" }, lists2.root), film, stage),
    inside,
    held ? html("section", {}, html("h2", {}, "Class by class", html("span", { class: "aside" }, "accuracy per class")),
      byClass(held, nameOf)) : null,
    html("section", {}, html("h2", {}, "The two models"), cards(models, data.sections.compare.other, data.pictures)));

  let position = -1;
  let shown = "";
  let strips = { root: film, set(/** @type {number} */ at) { void at; } };
  return {
    root,
    title: () => `${cut(data.model.name, 24)} and ${cut(other.model.name, 24)}`,
    /** @param {Record<string, string>} selection */
    update(selection) {
      // If predictions never differ, show another list.
      const usual = lists.differ.length ? "differ" : "all";
      const show = shows.some((one) => one.name === selection.show) ? selection.show : selection.image ? "all" : usual;
      const named_ = pictures.findIndex((/** @type {Picture} */ p) => String(p.id) === selection.image);
      if (show !== shown) {
        shown = show;
        strips = filmstrip(context, (at, byKey) => go({ image: pictures[at].id, show: show === usual ? null : show }, byKey), lists[show]);
        strips.root.setAttribute("aria-label", "Image");
        replace(film, lists[show].length ? strips.root : html("p", { class: "note" }, "No such images."));
      }
      lists2.set(show);
      position = named_ >= 0 ? named_ : (lists[show][0] ?? 0);
      strips.set(lists[show].includes(position) ? position : -1);
      stage.hidden = inside.hidden = !lists[show].length && named_ < 0;
      if (!stage.hidden) drawPicture();
    },
    swapped: () => null,
    offers: () => modelPairOffers(context, other, lists, stand, held, stage.hidden ? null : position),
    carry: () => ({}),
    step() {},
    close() { for (const column of columns) column.close(); },
  };

  function drawPicture() {
    const [one, same] = [pictures[position], other.pictures[position]];
    painter.show(canvas, position, innerWidth < 720 ? 196 : 280);
    canvas.setAttribute("aria-label", `Image ${one.id}: ${one.label ?? one.said}`);
    link.href = context.address("image", one.id);
    replace(words,
      html("span", { class: "hero-title" }, one.label ? named(cut(one.label, 40)) : `Image ${one.id}`),
      one.label ? html("span", { class: "said" }, "Image ", one.id, one.name ? [" · ", named(cut(one.name, 40))] : null) : null,
      [one, same].map((p, i) => html("span", { class: "said" }, letter(i ? "b" : "a"), "predicts ", named(cut(p.said, 32)), " ", percent(p.sure), " ",
        p.right === false ? html("span", { class: "wrong" }, "wrong") : p.right ? "right" : null)));
    replace(bars, html("h2", {}, "Class probabilities"), pairedClassBars(one.probabilities, same.probabilities, nameOf, { a: one.labelIndex, b: one.labelIndex }));
    for (const column of columns) column.set(position);
  }
}

/**
 * The layers of one model as a column of strips.
 * @param {Context} context @param {"a" | "b"} side @param {import("../../contract.js").Model} model @param {LayerMaps[]} layers
 * @param {import("../../dom.js").One[] | null} whyNot @param {((path: string, channel: number) => void) | null} chosen
 */
function layerColumn(context, side, model, layers, whyNot, chosen) {
  const rows = layers.map((maps) => {
    const card = /** @type {import("../../contract.js").Layer} */ (model.layers.find((layer) => layer.path === maps.path));
    const tiles = strip(maps, context.ramps, () => maps.live?.dead() ?? [], (channel) => chosen?.(maps.path, channel));
    tiles.root.setAttribute("role", "img");
    tiles.root.setAttribute("aria-label", `Activations of ${maps.path} in ${side.toUpperCase()}`);
    return { maps, tiles, root: html("div", { class: "strip-row" }, html("div", { class: "strip-head" },
      html("h3", {}, named(cut(maps.path))), html("span", { class: "strip-shape" }, `${cut(card.kind, 24)} · ${shape(card.shape)}${tiles.count < maps.channels ? ` · the first ${tiles.count} of ${whole(maps.channels)}` : ""}`)), tiles.root) };
  });
  return {
    root: html("section", {}, html("h3", { class: "column-name" }, letter(side), named(cut(model.name, 40))), whyNot ? html("p", { class: "note" }, whyNot) : null, rows.map((row) => row.root)),
    /** @param {number} position */
    set(position) {
      for (const { maps, tiles, root } of rows) {
        root.hidden = !maps.has(position);
        if (!root.hidden) tiles.set(position, maps.spatial ? "channel" : "picture");
      }
    },
    close() { for (const row of rows) row.tiles.close(); },
  };
}
