/** `#/layer/conv2?image=7&channel=17`: every channel of a layer for one image, one of them enlarged. */
import { responsesOfSet } from "../channel/responses.js";
import { kernelOf } from "../values/weights.js";
import { layerWords, topRow } from "../channel/layer-top-row.js";
import { choice } from "../parts/radio-buttons.js";
import { describe } from "../parts/layer-summary.js";
import { html, named, replace } from "../dom.js";
import { filmstrip } from "../parts/filmstrip.js";
import { filterList } from "../filters/filter-table.js";
import { readNumbers } from "../filters/filter-measures.js";
import { drawnSlices, reachOf, seenAsPicture, weightTiles } from "../filters/first-layer-weights.js";
import { cellNamed, imageAndMap, HERO, roomFor } from "../parts/image-and-map.js";
import { pool } from "../values/map-provider.js";
import { madeFor } from "../layer/maximized-data.js";
import { maximizedGrid } from "../layer/maximized-grid.js";
import { statisticsOf } from "../layer/statistics.js";
import { order } from "../values/map-statistics.js";
import { isFlat } from "../values/signal.js";
import { missing } from "../parts/not-found.js";
import { COMPUTED, whyNotLive } from "../parts/map-origin.js";
import { factList, histogramFigure, deadAndFlatWords, unitOverPictures, unitsOfPicture } from "../parts/channel-stats.js";
import { layerNav } from "../parts/layer-nav.js";
import { saveControl } from "../save/save-button.js";
import { filterOffers } from "../save/filters.js";
import { layerOffers } from "../save/layer.js";
import { maximizedOffers } from "../save/maximized.js";
import { ends, scaleNamed, scaleReady, scalesFor, scalesOf } from "../values/color-scale.js";
import { tiles } from "../parts/channel-tiles.js";
import { bytes } from "../values/unpack.js";
import { counted, cut, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").Selection} Selection */

/** Pixels of a filter's weights in the table. */
const SMALL = 28;

const SORTS = [{ name: "index", label: "number" }, { name: "mean", label: "mean" }, { name: "max", label: "highest" }];

const VIEWS = [{ name: "maps", label: "maps of the image" }, { name: "maximised", label: "maximized" }];

export const page = { name: "layer", menu, open };

/** @param {import("../types.js").With<"layer">} context @param {string | null} image */
function menu(context, image) {
  const { layers } = context.provider;
  if (!layers.length) return null;
  // The one layer that the page was made for; else the first.
  const { maps } = context.data;
  return { label: layers.length === 1 ? "Layer" : "Layers", subject: maps.length === 1 ? maps[0].path : layers[0], selection: { image } };
}

/** @param {HTMLElement} host @param {import("../types.js").With<"layer">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, provider, pictures } = context;
  const path = route.subject ?? "";
  const card = data.model.layers.find((layer) => layer.path === path);
  if (!card) return missing(host, `The model has no layer “${cut(path)}”.`);
  if (!provider.layers.includes(path)) return missing(host, `This page has no maps of ${cut(path)}.`, whyNotLive(data));
  const maps = await provider.open(path);
  const dead = () => data.sections.layer.silent[path] ?? maps.live?.dead() ?? [];
  const noun = maps.spatial ? "channel" : "unit";
  // The units of the last layer are the classes.
  const unitNames = !maps.spatial && card === data.model.layers[data.model.layers.length - 1] && maps.channels === data.model.class_names.length
    ? data.model.class_names : null;

  const made = madeFor(data, path);

  /** @type {{ position: number, channel: number, scale: string, sort: string, filters: string | null, cell: [number, number] | null, show: string, weights: string }} */
  let state = read(route);

  /** @param {import("../route.js").Route} from */
  function read(from) {
    const { image, channel, scale, sort, filters, cell, show, weights } = from.selection;
    const found = pictures.findIndex((p) => String(p.id) === image);
    const position = maps.has(found) ? found : maps.positions[0];
    const wanted = Number(channel);
    return {
      position,
      channel: channel && Number.isInteger(wanted) && wanted >= 0 && wanted < maps.channels ? wanted : strongest(position),
      scale: scalesOf(maps).some((s) => s.name === scale) ? scaleNamed(scale, maps.spatial).name : scalesFor(maps.spatial)[0].name,
      sort: SORTS.some((s) => s.name === sort) ? sort : "index",
      filters: filters ?? null,
      cell: cellNamed(cell, maps),
      show: made && show === "maximised" ? "maximised" : "maps",
      weights: weights === "one" ? "one" : "own",
    };
  }

  /** The channel with the highest activation, shown until one is selected. @param {number} position */
  function strongest(position) {
    return order(maps, position, "max")[0];
  }

  /** The address of a changed selection. @param {Selection} change */
  function address(change) {
    const next = { ...state, ...change };
    return context.address("layer", path, {
      image: pictures[next.position].id,
      channel: next.channel,
      cell: next.cell ? next.cell.join(",") : null,
      scale: next.scale === scalesFor(maps.spatial)[0].name ? null : next.scale,
      sort: next.sort === "index" ? null : next.sort,
      filters: next.filters,
      show: next.show === "maps" ? null : next.show,
      weights: next.weights === "own" ? null : next.weights,
    });
  }
  /** @param {Selection} change @param {boolean} [quietly] without a history entry */
  const select = (change, quietly = false) => context.go(address(change), { replace: quietly });

  // The content of the page.
  const film = filmstrip(context, (position, byKey) => select({ position }, byKey), maps.positions);
  const hero = imageAndMap(context, maps, card, {
    pinned: (cell) => select({ cell }, true),
    left: () => (state.cell ? select({ cell: null }, true) : grid.focus()),
  });
  const { big, colorKey } = hero;
  const facts = html("dl", { class: "facts" });
  const chartPlace = html("div", { class: "chart-place" });
  const responses = await responsesOfSet(data, path);
  const overall = layerWords(responses, maps, dead());
  const top = topRow(context, card, responses, noun);
  const scaleChoice = choice("Scale", scalesOf(maps), (scale) => select({ scale }));
  const scaleWords = html("p", { class: "note scale-words" });
  const sortChoice = choice("Order", SORTS, (sort) => select({ sort }));
  const countWords = html("p", { class: "note" });
  const grid = tiles(maps, context.ramps, dead(), {
    chosen: (channel, byKey) => select({ channel }, byKey),
    opened: () => big?.focus(),
  });
  grid.root.setAttribute("aria-label", `${counted(maps.channels, noun)} of ${path}`);
  const navPlace = html("div");
  const { filters } = data.sections;
  const entry = filters?.layers[path];
  /** @param {number} filter */
  const addressOf = (filter) => context.address("layer", [path, filter]);
  const kernel = context.weights ? kernelOf(/** @type {import("../types.js").LiveContext["data"]} */ (data).network.manifest, await context.weights(), data.model.layers.map((layer) => layer.path), path) : null;
  const table = entry && filterList(entry, readNumbers(await bytes(entry.blob), entry, filters), noun, {
    addressOf, sortBy: (sort) => select({ filters: sort === "-number" ? null : sort }, true),
    picture: seenAsPicture(kernel) ? (filter) => {
      const { slices } = kernel.of(filter);
      return drawnSlices(context, kernel, slices, reachOf(slices), SMALL);
    } : null,
  });
  const weights = weightTiles(context, kernel, maps.channels, noun, { addressOf, scaled: (scale) => select({ weights: scale }, true) });
  const viewChoice = made ? choice("Show", VIEWS, (show) => select({ show })) : null;
  const mapsView = html("div", {},
    html("div", { class: "controls" }, scaleChoice.root),
    scaleWords,
    big ? null : colorKey.root,
    grid.root, grid.more,
    countWords,
    maps.live ? html("p", { class: "note" }, COMPUTED) : null);
  const madeView = made ? maximizedGrid(context, made, noun, unitNames !== null) : null;

  const one = html("section", { class: "heroes", "aria-label": "The image and the selected " + noun },
    hero.figures, hero.readout, top.root, facts, chartPlace);
  const stage = html("div", { class: "stage" }, one,
    html("section", { class: "all", "aria-label": `All ${noun}s` },
      html("div", { class: "all-head" }, html("h2", {}, counted(maps.channels, noun)), maps.channels > 1 ? sortChoice.root : null),
      viewChoice ? html("div", { class: "controls" }, viewChoice.root) : null,
      mapsView, madeView));

  replace(host,
    navPlace,
    html("div", { class: "title-row" },
      html("h1", {}, named(cut(path))),
      html("p", { class: "subtitle" }, describe(card)),
      saveControl(context.tell, offers),
      overall && html("p", { class: "note overall" }, overall)),
    maps.positions.length > 1 ? film.root : null,
    stage,
    weights?.root,
    table?.root,
    statisticsOf(data, path, noun));

  function draw() {
    const { position, channel, sort } = state;
    const scale = shownScale();
    const picture = pictures[position];
    // Maximized images do not depend on an image, and take the full width.
    film.root.hidden = one.hidden = state.show === "maximised";
    stage.classList.toggle("alone", one.hidden);
    replace(navPlace, layerNav(context, path, { image: picture.id, scale: state.scale === "channel" ? null : state.scale }));
    film.set(position);
    viewChoice?.set(state.show);
    sortChoice.root.hidden = mapsView.hidden = state.show === "maximised";
    if (madeView) madeView.hidden = state.show !== "maximised";
    scaleChoice.set(state.scale);
    sortChoice.set(sort);
    scaleWords.textContent = scale === state.scale ? scaleNamed(scale, maps.spatial).meaning : "Scanning all images for this scale …";
    grid.set({ order: order(maps, position, sort), picture: position, scale, channel });
    const between = ends(maps, scale, position, channel);
    colorKey.set(between, maps.signed, scaleNamed(scale, maps.spatial).label);
    hero.show(state, between);
    table?.show(state.filters ?? undefined);
    weights?.show(state.weights);
    replace(hero.mapWords, html("span", { class: "hero-title" }, `${maps.spatial ? "Channel" : "Unit"} ${channel}`),
      unitNames ? html("span", { class: "said" }, named(cut(unitNames[channel]))) : null,
      html("span", { class: "state" }, stateWords(position, channel)));
    drawReadings(position, channel, between);
    top.set(channel, picture.id);
    view.title = `${path}, ${noun} ${channel}`;
  }

  /** The displayed view comes first. */
  function offers() {
    const ofMaps = layerOffers(context, maps, /** @type {import("../contract.js").Layer} */ (card), describe(/** @type {import("../contract.js").Layer} */ (card)), unitNames, () => (
      { ...state, scale: shownScale(), order: (position) => order(maps, position, state.sort), dead: dead() }));
    const ofMade = made ? maximizedOffers(context, made, noun, unitNames) : [];
    const ofFilters = table ? filterOffers(context, path, entry, table.inOrder(), noun) : [];
    return state.show === "maximised" ? [...ofMade, ...ofFilters, ...ofMaps] : [...ofMaps, ...ofMade, ...ofFilters];
  }

  /** The scale to draw with: the selected one, or the first while images are still being scanned. */
  const shownScale = () => scaleReady(maps, state.scale).name;

  /** @param {number} position @param {number} channel */
  function stateWords(position, channel) {
    if (dead().includes(channel)) return pool(maps) === 1 ? "dead" : `dead on all ${whole(pool(maps))} images`;
    return isFlat(maps, position, channel) ? "flat for this image" : "";
  }

  /** Statistics: facts, charts and their tables. @param {number} position @param {number} channel @param {[number, number]} between */
  function drawReadings(position, channel, between) {
    replace(facts, ...factList(maps, position, channel));
    replace(countWords, deadAndFlatWords(maps, position, dead(), noun));
    if (big) replace(chartPlace, ...histogramFigure(maps, position, channel, between, roomFor(572)));
    else {
      replace(hero.unitsPlace, unitOverPictures(maps, pictures, position, channel, roomFor(HERO), (to) => select({ position: to })));
      replace(chartPlace, ...unitsOfPicture(maps, pictures[position], channel, unitNames, roomFor(572), (to) => select({ channel: to })));
    }
  }

  /** Go to the previous or next layer or image. @param {string} key */
  function key(key) {
    const layers = provider.layers;
    const turn = { "[": -1, "]": 1 }[key];
    if (turn) {
      const next = layers[layers.indexOf(path) + turn];
      if (next !== undefined) context.go(context.address("layer", next, { image: pictures[state.position].id, scale: state.scale === "channel" ? null : state.scale }));
      return true;
    }
    const step = { "<": -1, ">": 1 }[key];
    if (!step) return false;
    const position = maps.positions[maps.positions.indexOf(state.position) + step];
    if (position !== undefined) select({ position }, true);
    return true;
  }

  let closed = false;
  const view = {
    title: path,
    /** @param {import("../route.js").Route} next */
    update(next) {
      if (next.subject !== path) return false;
      state = read(next);
      draw();
      return true;
    },
    key,
    close() { closed = true; hero.close(); grid.close(); },
  };
  draw();
  if (maps.live && !maps.live.ready) maps.live.whenReady?.then(() => {
    if (closed) return;
    grid.setDead(dead());
    draw();
  });
  return view;
}
