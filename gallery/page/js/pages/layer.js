/** `#/layer/conv2?image=7&channel=17`: every channel of a layer for one picture, one of them large. */
import { bigMap } from "../bigmap.js";
import { choice } from "../choice.js";
import { html, named, replace } from "../dom.js";
import { filmstrip } from "../filmstrip.js";
import { layerSelection, SORTS } from "../layer/selection.js";
import { sightOf } from "../layer/sight.js";
import { legend } from "../legend.js";
import { pool } from "../maps.js";
import { isFlat, order } from "../measure.js";
import { missing } from "../missing.js";
import { COMPUTED, whyNotLive } from "../origin.js";
import { cellSize } from "../paint.js";
import { caption, sentence } from "../picture.js";
import { factList, histogramFigure, quietWords, unitOverPictures, unitsOfPicture } from "../readings.js";
import { ribbon } from "../ribbon.js";
import { ends, scaleNamed, scaleReady, scalesOf } from "../scale.js";
import { tiles } from "../tiles.js";
import { counted, cut, shape, whole } from "../words.js";

const HERO = 280;

export const page = { name: "layer", menu, open };

/** @param {any} context @param {string | null} image */
function menu(context, image) {
  const { layers } = context.provider;
  if (!layers.length) return null;
  // To the one layer that the page was made for; else to the first.
  const { maps } = context.data;
  return { label: layers.length === 1 ? "Layer" : "Layers", subject: maps.length === 1 ? maps[0].path : layers[0], selection: { image } };
}

/** @param {HTMLElement} host @param {any} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, provider, pictures, painter } = context;
  const path = route.subject ?? "";
  const card = data.model.layers.find((/** @type {any} */ layer) => layer.path === path);
  if (!card) return missing(host, `The model has no layer “${cut(path)}”.`);
  if (!provider.layers.includes(path)) return missing(host, `This page holds no maps of ${cut(path)}.`, whyNotLive(data));
  const maps = await provider.open(path);
  const silent = () => data.sections.layer.silent[path] ?? maps.live?.silent() ?? [];
  const noun = maps.spatial ? "channel" : "unit";
  // The units of the last layer are the classes.
  const unitNames = !maps.spatial && card === data.model.layers[data.model.layers.length - 1] && maps.channels === data.model.class_names.length
    ? data.model.class_names : null;

  const selection = layerSelection(maps, pictures);
  let state = selection.read(route.selection);
  /** @type {[number, number] | null} */
  let hovered = null;

  /** The address of a changed selection. @param {Record<string, any>} change */
  const address = (change) => context.address("layer", path, selection.write({ ...state, ...change }));
  /** @param {Record<string, any>} change @param {boolean} [quietly] without a step in the history */
  const select = (change, quietly = false) => context.go(address(change), { replace: quietly });

  // What stands on the page.
  const film = filmstrip(context, (position, byKey) => select({ position }, byKey), maps.positions);
  const pictureCanvas = html("canvas", { "aria-hidden": "true" });
  const sight = sightOf(card, painter.height, painter.width);
  const pictureLink = html("a", { class: "picture-link" }, html("span", { class: "picture-stage" }, pictureCanvas, sight.box));
  const pictureWords = html("figcaption", {});
  const colourKey = legend(context.ramps);
  const facts = html("dl", { class: "facts" });
  const chartPlace = html("div", { class: "chart-place" });
  const channelWords = html("span", { class: "channel-name" });
  const scaleChoice = choice("Scale", scalesOf(maps), (scale) => select({ scale }));
  const scaleWords = html("p", { class: "note scale-words" });
  const sortChoice = choice("Order", SORTS, (sort) => select({ sort }));
  const countWords = html("p", { class: "note" });
  const grid = tiles(maps, context.ramps, silent(), {
    chosen: (channel, byKey) => select({ channel }, byKey),
    opened: () => big?.focus(),
  });
  grid.root.setAttribute("aria-label", `${counted(maps.channels, noun)} of ${path}`);
  const big = maps.spatial && maps.height * maps.width > 1 ? bigMap(maps, context.ramps, HERO, {
    over: (cell) => { hovered = cell; point(); },
    pinned: (cell) => { hovered = null; select({ cell }, true); context.tell(sight.readout.textContent ?? ""); },
    left: () => (state.cell ? select({ cell: null }, true) : grid.focus()),
  }) : null;
  const ribbonPlace = html("div");
  const unitsPlace = html("div", { class: "units-place" });

  replace(host,
    ribbonPlace,
    html("div", { class: "title-row" },
      html("h1", {}, named(cut(path))),
      html("p", { class: "subtitle" }, describe(card))),
    maps.positions.length > 1 ? film.root : null,
    html("div", { class: "stage" },
      html("section", { class: "heroes", "aria-label": "The picture and the chosen " + noun },
        html("figure", { class: "hero" }, html("div", { class: "hero-box" }, pictureLink), pictureWords),
        html("figure", { class: "hero" }, html("div", { class: "hero-box" }, big ? big.root : unitsPlace),
          html("figcaption", {}, channelWords, big ? colourKey.root : null)),
        big ? sight.readout : null,
        facts,
        chartPlace),
      html("section", { class: "all", "aria-label": `All ${noun}s` },
        html("div", { class: "all-head" }, html("h2", {}, counted(maps.channels, noun)), maps.channels > 1 ? sortChoice.root : null),
        html("div", { class: "controls" }, scaleChoice.root),
        scaleWords,
        big ? null : colourKey.root,
        grid.root, grid.more,
        countWords,
        maps.live ? html("p", { class: "note" }, COMPUTED) : null)));

  function draw() {
    const { position, channel, sort } = state;
    const scale = shownScale();
    const picture = pictures[position];
    replace(ribbonPlace, ribbon(context, path, { image: picture.id, scale: state.scale === "channel" ? null : state.scale }));
    film.set(position);
    measureRoom();
    pictureLink.href = context.address("image", picture.id);
    pictureLink.setAttribute("aria-label", sentence(picture));
    replace(pictureWords, html("span", { class: "hero-title" }, `Picture ${picture.id}`), caption(picture));
    scaleChoice.set(state.scale);
    sortChoice.set(sort);
    scaleWords.textContent = scale === state.scale ? scaleNamed(scale, maps.spatial).meaning : "Looking at all pictures for this scale …";
    grid.set({ order: order(maps, position, sort), picture: position, scale, channel });
    const between = ends(maps, scale, position, channel);
    colourKey.set(between, maps.signed, scaleNamed(scale, maps.spatial).label);
    big?.paint(position, channel, between);
    replace(channelWords, html("span", { class: "hero-title" }, `${maps.spatial ? "Channel" : "Unit"} ${channel}`),
      unitNames ? html("span", { class: "said" }, named(cut(unitNames[channel]))) : null,
      html("span", { class: "state" }, stateWords(position, channel)));
    drawReadings(position, channel, between);
    point();
    view.title = `${path}, ${noun} ${channel}`;
  }

  /** The scale that can be drawn: the chosen one, or the first while pictures are still being looked at. */
  const shownScale = () => scaleReady(maps, state.scale).name;

  /** Picture and map are as large as their boxes allow. */
  function measureRoom() {
    const box = host.querySelector(".hero-box");
    const room = Math.min(HERO, box?.clientWidth || HERO);
    painter.show(pictureCanvas, state.position, room);
    big?.resize(room);
    // Both boxes are as high as the higher picture, so that the words under them begin on one line.
    const map = big ? maps.height * cellSize(Math.max(maps.height, maps.width), room, devicePixelRatio || 1) : roomFor(HERO);
    host.style.setProperty("--hero-height", `${Math.max(map, parseFloat(pictureCanvas.style.height))}px`);
  }

  /** @param {number} position @param {number} channel */
  function stateWords(position, channel) {
    if (silent().includes(channel)) return pool(maps) === 1 ? "silent" : `silent on all ${whole(pool(maps))} pictures`;
    return isFlat(maps, position, channel) ? "no signal for this picture" : "";
  }

  /** What the numbers say: facts, charts and their tables. @param {number} position @param {number} channel @param {[number, number]} between */
  function drawReadings(position, channel, between) {
    replace(facts, ...factList(maps, position, channel));
    replace(countWords, quietWords(maps, position, silent(), noun));
    if (big) replace(chartPlace, ...histogramFigure(maps, position, channel, between, roomFor(572)));
    else {
      replace(unitsPlace, unitOverPictures(maps, pictures, position, channel, roomFor(HERO), (to) => select({ position: to })));
      replace(chartPlace, ...unitsOfPicture(maps, pictures[position], channel, unitNames, roomFor(572), (to) => select({ channel: to })));
    }
  }

  /** CSS pixels for a chart: no more than `most`, and never wider than the screen, so that its text keeps its size. @param {number} most */
  function roomFor(most) {
    const room = innerWidth - 48;
    return most === HERO ? Math.min(most, (room - 12) / 2) : Math.min(most, room);
  }

  /** Outline the cell that is pointed at, or pinned, and what it sees. */
  function point() {
    if (!big) return;
    const cell = hovered ?? state.cell;
    big.mark(cell, !hovered && state.cell !== null);
    const value = cell && maps.values(state.position, state.channel)[cell[0] * maps.width + cell[1]];
    sight.point(cell, value, pictureCanvas.clientWidth / painter.width);
  }

  /** Go to the layer or picture before or after. @param {string} key */
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

  const watcher = new ResizeObserver(() => { measureRoom(); big?.paint(state.position, state.channel, ends(maps, shownScale(), state.position, state.channel)); point(); });
  let closed = false;
  const view = {
    title: path,
    /** @param {import("../route.js").Route} next */
    update(next) {
      if (next.subject !== path) return false;
      state = selection.read(next.selection);
      draw();
      return true;
    },
    key,
    close() { closed = true; watcher.disconnect(); grid.close(); },
  };
  draw();
  if (maps.live && !maps.live.ready) maps.live.whenReady?.then(() => {
    if (closed) return;
    grid.silence(silent());
    draw();
  });
  watcher.observe(/** @type {Element} */ (host.querySelector(".hero-box")));
  return view;
}

/** What a layer is, in a line. @param {any} card */
export function describe(card) {
  const parts = [
    card.kind,
    card.activation && card.activation !== "linear" ? card.activation : null,
    shape(card.shape),
    card.parameters ? counted(card.parameters, "parameter") : "no parameters",
    card.receptive_field ? `each ${card.shape.length === 3 ? "cell" : "unit"} sees ${card.receptive_field.join("×")} pixels` : null,
  ];
  return parts.filter(Boolean).join(" · ");
}
