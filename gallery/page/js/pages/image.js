/** `#/image/7?class=6&maps=smooth`: one image, its class probabilities, and the activations of every layer. */
import { outputTable } from "../parts/output-table.js";
import { classBars } from "../parts/class-bars.js";
import { describe } from "../parts/layer-summary.js";
import { html, named, replace } from "../dom.js";
import { filmstrip } from "../parts/filmstrip.js";
import { storedHeats } from "../heat/stored.js";
import { outline } from "../parts/image-and-map.js";
import { bandStrip } from "../image/bands.js";
import { heatmaps } from "../image/heatmaps.js";
import { originals } from "../image/originals.js";
import { among } from "../images/filtered-steps.js";
import { KEYS } from "../images/filter-query.js";
import { legend, ownScales } from "../parts/legend.js";
import { fieldOf } from "../values/map-statistics.js";
import { isFlat } from "../values/signal.js";
import { missing } from "../parts/not-found.js";
import { classNamer, hasClasses, titleOf } from "../values/images.js";
import { computedHere, whyNotLive } from "../parts/map-origin.js";
import { layerNav } from "../parts/layer-nav.js";
import { heatOffers } from "../save/heatmaps.js";
import { saveControl } from "../save/save-button.js";
import { pictureOffers } from "../save/picture.js";
import { ends } from "../values/color-scale.js";
import { strip } from "../parts/channel-strip.js";
import { bytes } from "../values/unpack.js";
import { counted, cut, percent, shape, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "image", under: "images", menu, open };

/** With many images, the grid page links to each. @param {Context} context */
function menu(context) {
  return context.pictures.length > 1 ? null : { label: "Image", subject: String(context.pictures[0].id) };
}

/** @param {HTMLElement} host @param {Context} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, provider, pictures, painter } = context;
  const nameOf = classNamer(data);
  /** @param {string | null} subject */
  const find = (subject) => pictures.findIndex((p) => String(p.id) === subject);
  let position = find(route.subject);
  if (position < 0) return missing(host, `This page has no image ${cut(route.subject ?? "")}.`);
  const layers = await Promise.all(provider.layers.map((/** @type {string} */ path) => provider.open(path)));

  let { selection } = route;
  // With a filter in the address, previous and next step through the matching images.
  const chosen = among(context, selection, position);
  const inOrder = chosen?.positions ?? pictures.map((p) => p.position);
  /** The address of an image with the same filter and heatmaps. @param {number} to */
  const addressOf = (to) => context.address("image", pictures[to].id, { ...chosen?.asked, ...heats?.selection });
  /** @param {number} to @param {boolean} quietly */
  const select = (to, quietly) => context.go(addressOf(to), { replace: quietly });
  // Without classes there is no score that the page could explain.
  const [net, kept] = await Promise.all([hasClasses(data) ? (context.network?.() ?? null) : null, storedHeats(data, bytes)]);
  const heats = net || kept.length ? heatmaps(net, kept, context,
    (wished) => context.go(context.address("image", pictures[position].id, { ...chosen?.asked, ...wished }), { replace: true })) : null;
  const over = originals(context, kept, bytes);
  const bands = bandStrip(context);
  const film = filmstrip(context, select, inOrder);
  const canvas = html("canvas", { role: "img" });
  const title = html("h1", {});
  const verdict = html("p", { class: "verdict" });
  const bars = html("div", {});
  const stepper = html("p", { class: "stepper" });
  const navPlace = html("div");
  const cardOf = (/** @type {string} */ path) => /** @type {import("../contract.js").Layer} */ (data.model.layers.find((layer) => layer.path === path));
  /** @param {import("../values/map-provider.js").LayerMaps} maps @returns {number[]} */
  const deadOf = (maps) => data.sections.layer?.silent[maps.path] ?? maps.live?.dead() ?? [];
  const offers = () => [...pictureOffers(context, position, layers.filter((maps) => maps.has(position))
    .map((maps) => ({ maps, card: cardOf(maps.path), about: describe(cardOf(maps.path)), dead: deadOf(maps) }))), ...heatOffers(context, position, heats?.seen(position) ?? [])];
  const rows = layers.map((maps) => layerRow(maps));
  const sight = html("span", { class: "sight", hidden: true });
  const seen = html("p", { class: "note", hidden: true });
  const stage = html("div", { class: "picture-box" }, html("span", { class: "picture-stage" }, canvas, sight));
  const unmapped = html("p", { class: "note", hidden: true }, `Maps are stored for ${counted((provider.mapped ?? []).length, "image")} only, and not for this one: `,
    (provider.mapped ?? []).map((/** @type {number} */ at, /** @type {number} */ i) => [i ? ", " : null, html("a", { href: context.address("image", pictures[at].id) }, String(pictures[at].id))]), ". ", whyNotLive(data));

  replace(host,
    navPlace,
    inOrder.length > 1 ? film.root : null,
    html("div", { class: "portrait" },
      html("div", { class: "portrait-picture" }, stage),
      html("div", { class: "portrait-words" }, html("div", { class: "title-row" }, title, saveControl(context.tell, offers)), verdict, bars, seen, stepper)),
    bands?.root, heats?.root, over?.root,
    unmapped, rows.length ? html("section", { class: "strips" },
      html("h2", {}, "Layer by layer"),
      html("p", { class: "note legend-line" }, html("span", {}, tileWords(layers), layers.some((m) => m.live) ? ` ${computedHere(layers)}` : null),
        [false, true].filter((signed) => layers.some((m) => m.spatial && m.signed === signed)).map((signed) => ownScales(context.ramps, signed))),
      rows.map((row) => row.root)) : null);

  /** @param {import("../values/map-provider.js").LayerMaps} maps */
  function layerRow(maps) {
    const card = cardOf(maps.path);
    const scale = maps.spatial ? "channel" : "picture";
    const go = (/** @type {number | null} */ channel) =>
      context.go(context.address("layer", maps.path, { image: pictures[position].id, channel }));
    const tiles = strip(maps, context.ramps, () => deadOf(maps), go);
    const flatWords = html("span", { class: "strip-flat" });
    const colorKey = legend(context.ramps);
    const link = html("a", { class: "strip-link" }, tiles.root);
    const root = html("div", { class: "strip-row" },
      html("div", { class: "strip-head" },
        html("h3", {}, named(cut(maps.path))),
        html("span", { class: "strip-shape" }, `${card.kind} · ${shape(card.shape)}${tiles.count < maps.channels ? ` · the first ${tiles.count} of ${whole(maps.channels)}` : ""}`), flatWords,
        maps.spatial ? null : colorKey.root),
      link);
    return {
      root, tiles,
      set() {
        root.hidden = !maps.has(position);
        if (root.hidden) return;
        tiles.set(position, scale);
        const flat = Array.from({ length: maps.channels }, (_, c) => c).filter((c) => isFlat(maps, position, c)).length;
        flatWords.textContent = flat ? `${whole(flat)} of ${whole(maps.channels)} flat` : "";
        link.href = context.address("layer", maps.path, { image: pictures[position].id });
        link.setAttribute("aria-label", `${maps.path}: ${counted(maps.channels, maps.spatial ? "channel" : "unit")} for image ` +
          `${pictures[position].id}${flat ? `, ${flat} flat` : ""}${maps.channels > tiles.count ? `; the first ${tiles.count} are shown` : ""}`);
        colorKey.set(ends(maps, scale, position, 0), maps.signed, "per image");
      },
    };
  }

  /** Outline the receptive field of the cell in the address. */
  function point() {
    const card = selection.layer ? cardOf(selection.layer) : null;
    const [row, column] = /^\d+,\d+$/.test(selection.cell ?? "") ? selection.cell.split(",").map(Number) : [-1, -1];
    const known = card?.shape.length === 3 && row >= 0 && row < card.shape[0] && column < card.shape[1];
    const box = known ? fieldOf(/** @type {import("../contract.js").Layer} */ (card), row, column, painter.height, painter.width) : null;
    sight.hidden = seen.hidden = !box;
    if (!card || !box) return;
    outline(sight, box, parseFloat(canvas.style.width) / painter.width);
    replace(seen, `Outlined: rows ${box[0]}–${box[2] - 1}, columns ${box[1]}–${box[3] - 1}, the receptive field of cell ${row}, ${column} of `,
      html("a", { href: context.address("layer", card.path, { image: pictures[position].id, cell: `${row},${column}` }) }, named(cut(card.path, 32))), ".");
  }

  function draw() {
    const picture = pictures[position];
    replace(navPlace, layerNav(context, null, { image: picture.id }));
    film.set(position);
    painter.show(canvas, position, stage.clientWidth || 420);
    point();
    const label = data.pictures.labels ? data.pictures.labels[position] : null;
    canvas.setAttribute("aria-label", `Image ${picture.id}${picture.label ? `: ${picture.label}` : ""}, ${painter.height} by ${painter.width} pixels`);
    replace(title, named(cut(titleOf(picture), 60)));
    replace(verdict,
      html("span", { class: "muted" }, `Image ${picture.id}`, picture.name ? [" · ", named(cut(picture.name, 60))] : null), html("br"),
      picture.scored ? ["Predicted ", html("b", {}, named(cut(picture.said))), " ", percent(picture.sure)] : null,
      !picture.scored ? null : picture.right === null ? html("span", { class: "muted" }, " · no label to compare with")
        : picture.right ? html("span", { class: "right-mark" }, "right") : html("span", { class: "wrong" }, "wrong"));
    replace(bars, picture.scored ? classBars(picture.probabilities, nameOf, label) : outputTable(data.model.output_names, picture.outputs));
    // Before the links to other images, which keep its settings.
    heats?.set(position, selection);
    over?.set(position, selection, `Image ${picture.id}`);
    bands?.set(position, `image ${picture.id}`);
    const place = inOrder.indexOf(position);
    const [before, after] = [pictures[inOrder[place - 1]], pictures[inOrder[place + 1]]];
    replace(stepper,
      before ? html("a", { href: addressOf(before.position), rel: "prev" }, "← ", named(cut(titleOf(before), 24))) : html("span"),
      html("span", { class: "muted" }, `${whole(place + 1)} of `, chosen ? html("a", { href: chosen.back }, `${whole(inOrder.length)} chosen`) : whole(inOrder.length)),
      after ? html("a", { href: addressOf(after.position), rel: "next" }, named(cut(titleOf(after), 24)), " →") : html("span"));
    for (const row of rows) row.set();
    if (provider.mapped) {
      const held = provider.mapped.includes(position);
      unmapped.hidden = held;
      host.querySelector(".strips")?.toggleAttribute("hidden", !held);
    }
    view.title = `Image ${picture.id}`;
  }

  const watcher = new ResizeObserver(() => { painter.size(canvas, stage.clientWidth); point(); });
  const view = {
    title: "",
    /** @param {import("../route.js").Route} next */
    update(next) {
      const to = find(next.subject);
      if (to < 0 || !inOrder.includes(to)) return false;
      // Another filter changes the row of images.
      if (KEYS.some((key) => next.selection[key] !== selection[key])) return false;
      position = to;
      ({ selection } = next);
      draw();
      return true;
    },
    /** @param {string} key */
    key(key) {
      const step = { "<": -1, ">": 1, ArrowLeft: -1, ArrowRight: 1 }[key];
      if (step) {
        const to = inOrder[inOrder.indexOf(position) + step];
        if (to !== undefined) select(to, true);
        return true;
      }
      if (key !== "[" && key !== "]") return false;
      const path = key === "]" ? provider.layers[0] : provider.layers[provider.layers.length - 1];
      if (path !== undefined) context.go(context.address("layer", path, { image: pictures[position].id }));
      return true;
    },
    close() { watcher.disconnect(); heats?.close(); for (const row of rows) row.tiles.close(); },
  };
  draw();
  watcher.observe(stage);
  layers.find((maps) => maps.live && !maps.live.ready)?.live?.whenReady?.then(() => { for (const row of rows) row.tiles.paint(); });
  return view;
}

/** What a tile shows: a map, a unit, or both kinds. @param {import("../values/map-provider.js").LayerMaps[]} layers */
function tileWords(layers) {
  const maps = layers.some((one) => one.spatial);
  if (!maps) return "Every unit is a small tile, on one scale per layer. Click one to open the layer.";
  return layers.every((one) => one.spatial) ? "Every channel is a small tile on its own scale. Click one to open the layer."
    : "Every channel is a small tile on its own scale; units share one scale per layer. Click one to open the layer.";
}
