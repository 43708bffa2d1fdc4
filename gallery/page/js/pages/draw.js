/** `#/draw?image=7&overlay=change&class=6&layer=conv2`: draw an image and see the prediction live. */
import { calmly } from "../parts/screen-reader.js";
import { html, named, replace } from "../dom.js";
import { predictionBars } from "../draw/class-bars.js";
import { board } from "../draw/drawing.js";
import { easel } from "../draw/drawing-canvas.js";
import { fromFile, listen } from "../draw/open-image.js";
import { reasons } from "../draw/live-heatmap.js";
import { drawSelection } from "../draw/selection.js";
import { layerSheets } from "../draw/layer-sheets.js";
import { tools } from "../draw/tools.js";
import { filmstrip } from "../parts/filmstrip.js";
import { prepare } from "../values/model-input.js";
import { missing } from "../parts/not-found.js";
import { whyNotLive } from "../parts/map-origin.js";
import { classNamer, hasClasses } from "../values/images.js";
import { saveControl } from "../save/save-button.js";
import { drawingOffers } from "../save/drawing.js";
import { cut, percent } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "draw", menu, open };

/** The most CSS pixels of the drawing. */
const ROOM = 420;
const ASIDE = 280;

/** @param {Context} context @param {string | null} image */
function menu(context, image) {
  return context.network && hasClasses(/** @type {import("../types.js").ModelData} */ (context.data)) ? { label: "Draw", selection: { image } } : null;
}

const INVITATION = "Draw with the mouse, a finger or the keyboard. You can also drop or paste an image file.";

/** @param {HTMLElement} host @param {import("../types.js").LiveContext} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, pictures } = context;
  if (!context.network) return missing(host, "This page does not run the model, so drawing is not available.", whyNotLive(data));
  const { manifest } = data.network;
  const [height, width, channels] = manifest.picture;
  if (channels !== 1 && channels !== 3) {
    return missing(host, `The model takes images of ${channels} channels, so you cannot draw one here, nor drop or paste an image file.`, null, "Draw");
  }
  /** @type {import("../engine/network.js").Network} */
  const net = await context.network();
  const nameOf = classNamer(data);
  const drawn = board(height, width, channels, data.model.background === "light" ? 1 : 0);
  const bars = predictionBars(net.probabilities, nameOf);
  const why = reasons(net, context, nameOf, (change) => select(change));
  const sheets = layerSheets(net, data, context.ramps);
  const selection = drawSelection(pictures, why, sheets.paths);
  const stamp = new Float32Array(drawn.pixels.length);
  const voice = calmly(context.tell);
  let best = 0;
  let state = selection.read(route.selection);

  /** @param {import("../draw/selection.js").Change} change */
  function select(change) {
    context.go(context.address("draw", null, selection.write(state, change)), { replace: true });
  }

  // The content of the page.
  const film = filmstrip(context, (position) => {
    if (position === state.position) start(position);
    else select({ position });
  });
  const hint = html("p", { class: "note done", role: "status" }, INVITATION);
  const paper = easel(height, width, {
    begin: () => drawn.begin(),
    line(y0, x0, y1, x1) {
      drawn.line(y0, x0, y1, x1, kit.diameter, kit.color);
      soon();
    },
    end() { drawn.end(); settle(); },
    move: (dy, dx) => changed(() => drawn.move(dy, dx)),
    tell: voice.tell,
  });
  const kit = tools(channels, drawn.ground, {
    undo: () => changed(drawn.undo),
    redo: () => changed(drawn.redo),
    clear: () => { hint.textContent = INVITATION; changed(drawn.clear); select({ position: -1 }); },
    move: (dy, dx) => changed(() => drawn.move(dy, dx)),
    turn: (degrees) => changed(() => drawn.turn(degrees)),
    zoom: (factor) => changed(() => drawn.zoom(factor)),
    open: (file) => { take(file); },
  });
  const said = html("bdi", {});
  const sure = html("span", {});
  const easelBox = html("div", { class: "easel-box" }, paper.root);

  replace(host,
    html("div", { class: "title-row" },
      html("h1", {}, "Draw"),
      html("p", { class: "subtitle" }, `${height}×${width} pixels, as the model sees them. The prediction updates while you draw.`),
      saveControl(context.tell, () => drawingOffers(context, drawn, net.probabilities, () => (state.view === "none" ? null : why.seen())))),
    html("div", { class: "film-row" }, html("span", { class: "note" }, "Start from"), film.root),
    html("div", { class: "studio" },
      html("section", { class: "studio-easel", "aria-label": "Drawing" }, easelBox, kit.root, hint),
      html("section", { class: "studio-answer", "aria-label": "Prediction" }, html("p", { class: "verdict" }, html("span", { class: "muted" }, "Prediction"), html("br"), html("b", { class: "verdict-class" }, said), " ", sure), bars.root),
      why.root),
    sheets.count ? html("section", { class: "strips" },
      html("div", { class: "all-head" }, html("h2", {}, "Layer by layer", html("span", { class: "aside" }, "one range per layer, for this drawing")),
        sheets.chooser((layer) => select({ layer }))),
      sheets.root) : null);

  let waiting = 0;
  let settled = false;
  // Whether invisible layers are painted too: not during a stroke.
  let whole = false;
  /** Show the drawing with the next frame. */
  function soon() {
    waiting ||= requestAnimationFrame(frame);
  }
  function frame() {
    waiting = 0;
    prepare(manifest.input, drawn.pixels, net.input);
    net.run();
    paper.paint(drawn.pixels, channels);
    best = bars.update();
    show(said, cut(nameOf(best), 60));
    show(sure, percent(net.probabilities[best]));
    why.paint(drawn.pixels, state.view, best, state.wish);
    sheets.paint(whole);
    if (settled) tellAll();
    settled = whole = false;
  }
  /** After a stroke, once it is shown, announce the result. */
  function settle() {
    kit.offer(drawn.canUndo, drawn.canRedo);
    settled = whole = true;
    soon();
  }
  function tellAll() {
    bars.settle();
    const words = `${nameOf(best)} ${percent(net.probabilities[best])}`;
    paper.label(`Drawing, ${height} by ${width} pixels; prediction: ${words}. Arrow keys move the cursor, space paints.`);
    why.tell(drawn.pixels, state.view, best, state.wish);
    voice.tell(words);
  }
  /** @param {() => unknown} deed */
  function changed(deed) {
    deed();
    settle();
  }
  /** Start from an image of the page. @param {number} position */
  function start(position) {
    hint.textContent = INVITATION;
    changed(() => drawn.put(context.unit(position, stamp)));
  }
  /** @param {File} file */
  async function take(file) {
    try {
      const { background, fit, invert } = data.model;
      const { unit, notes } = await fromFile(file, { height, width, channels, background, fit, invert });
      if (closed) return;
      select({ position: -1 });
      changed(() => drawn.put(unit));
      replace(hint, named(cut(file.name || "The image", 40)), notes.length ? `: ${notes.join(", ")}.` : ": used as it is.");
    } catch (fault) {
      replace(hint, fault instanceof Error ? fault.message : String(fault));
    }
  }

  function arrange() {
    film.set(state.position);
    why.arrange(state.view, state.wish);
    sheets.choose(state.layer);
  }
  function measure() {
    paper.resize(Math.min(ROOM, easelBox.clientWidth));
    why.resize(Math.min(ASIDE, easelBox.clientWidth));
    sheets.layOut();
    whole = true;
    soon();
  }

  /** @param {KeyboardEvent} event */
  const undoing = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" && event.key !== "y") return;
    event.preventDefault();
    changed(event.key === "y" || event.shiftKey ? drawn.redo : drawn.undo);
  };
  let closed = false;
  const deaf = listen(take);
  document.addEventListener("keydown", undoing);
  const watcher = new ResizeObserver(measure);
  watcher.observe(easelBox);
  watcher.observe(sheets.root);

  if (state.position >= 0) drawn.put(context.unit(state.position, stamp));
  settle();
  cancelAnimationFrame(waiting);
  frame();
  arrange();
  return {
    title: "Draw",
    /** @param {import("../route.js").Route} next */
    update(next) {
      const before = state.position;
      state = selection.read(next.selection);
      if (state.position >= 0 && state.position !== before) start(state.position);
      arrange();
      settle();
      return true;
    },
    key: kit.key,
    close() {
      closed = true;
      deaf();
      document.removeEventListener("keydown", undoing);
      cancelAnimationFrame(waiting);
      watcher.disconnect();
      voice.close();
      why.close();
      sheets.close();
    },
  };
}

/** Set a text only if it differs. @param {HTMLElement} place @param {string} words */
function show(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
