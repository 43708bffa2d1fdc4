/** The scatter plot: a canvas of images or points with zoom, pan and keyboard navigation. */
import { html } from "../dom.js";
import { camera } from "./camera.js";
import { ahead, usualGap } from "./nearest.js";
import { classColor } from "./class-colors.js";

/** The smallest and largest side of an image, in CSS pixels. */
const [LEAST, LARGEST] = [10, 64];
/** The side of an image, as a multiple of the median distance to the nearest image. */
const OVERLAP = 2.2;
/** Radius of a point. */
const DOT = 3.5;

/**
 * @typedef {object} Point
 * @property {number} index of its class @property {boolean} wrong @property {string} name of its class
 */

/**
 * @typedef {object} Wish
 * @property {boolean} dots points instead of images
 * @property {boolean} only mistakes alone
 * @property {number | null} chosen a class that stands out
 * @property {number} at the selected point, -1 for none
 */

/**
 * @param {Point[]} points @param {ReturnType<typeof import("./thumbnail-atlas.js").atlas>} sprites
 * @param {{ label: string, over: (i: number) => void, open: (i: number) => void }} told callbacks: `over` with the
 * hovered point, -1 for none, and `open` with the opened one
 */
export function field(points, sprites, told) {
  const canvas = html("canvas", { class: "embedding-canvas", tabindex: "0", role: "img", "aria-label": told.label });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let side = 0;
  /** @type {ReturnType<typeof camera>} */
  let view;
  /** @type {Float32Array} */
  let coordinates;
  /** @type {Wish} */
  let wish = { dots: false, only: false, chosen: null, at: -1 };
  /** @type {[number, number][]} */
  let places = [];
  let waiting = 0;
  /** The median distance of a point to its nearest, in units of the map. */
  let gap = 0;

  const shown = (/** @type {number} */ i) => !wish.only || points[i].wrong;
  const aside = (/** @type {number} */ i) => wish.chosen !== null && points[i].index !== wish.chosen;
  const spriteSide = () => Math.min(LARGEST, Math.max(LEAST, OVERLAP * gap * view.scale(side)));

  function soon() {
    if (!waiting) waiting = requestAnimationFrame(draw);
  }

  function draw() {
    waiting = 0;
    if (!side || !view) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const pixels = Math.round(side * ratio);
    if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    pen.setTransform(pixels / side, 0, 0, pixels / side, 0, 0);
    pen.clearRect(0, 0, side, side);
    pen.imageSmoothingEnabled = true;
    places = points.map((_, i) => view.place(i, side));
    const style = getComputedStyle(canvas);
    const ink = style.getPropertyValue("--ink"), paper = style.getPropertyValue("--paper");
    // Deselected points are drawn first, mistakes last.
    const order = points.map((_, i) => i).filter(shown).sort((a, b) => Number(aside(b)) - Number(aside(a)) || Number(points[a].wrong) - Number(points[b].wrong) || a - b);
    for (const i of order) mark(i, ink, paper);
    names(ink, paper);
    if (wish.at >= 0 && shown(wish.at)) {
      mark(wish.at, ink, paper);
      const [x, y] = places[wish.at], half = spriteSide() / 2 + 4;
      pen.lineWidth = 2;
      pen.strokeStyle = ink;
      pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
    }
  }

  /** @param {number} i @param {string} ink @param {string} paper */
  function mark(i, ink, paper) {
    const [x, y] = places[i];
    const room = spriteSide();
    if (x < -room || y < -room || x > side + room || y > side + room) return;
    const { index, wrong } = points[i];
    if (wish.dots || aside(i)) {
      pen.globalAlpha = aside(i) ? 0.25 : 1;
      const r = aside(i) ? DOT * 0.7 : DOT * Math.min(2, Math.sqrt(view.zoom));
      pen.beginPath();
      if (wrong) {
        pen.moveTo(x - r, y - r); pen.lineTo(x + r, y + r); pen.moveTo(x - r, y + r); pen.lineTo(x + r, y - r);
        pen.lineWidth = 4; pen.strokeStyle = paper; pen.stroke();
        pen.lineWidth = 2; pen.strokeStyle = classColor(index); pen.stroke();
      } else {
        pen.arc(x, y, r, 0, 2 * Math.PI);
        pen.fillStyle = classColor(index);
        pen.fill();
      }
      pen.globalAlpha = 1;
      return;
    }
    const long = Math.max(sprites.width, sprites.height);
    const w = (room * sprites.width) / long, h = (room * sprites.height) / long;
    const edge = room < 14 ? 1.5 : 2;
    pen.fillStyle = classColor(index);
    pen.fillRect(x - w / 2 - edge, y - h / 2 - edge, w + 2 * edge, h + 2 * edge);
    sprites.draw(pen, i, x - w / 2, y - h / 2, w, h);
    if (wrong) corner(x + w / 2 + edge, y - h / 2 - edge, Math.max(6, room * 0.4), ink, paper);
  }

  /** A folded corner: a mistake. @param {number} x @param {number} y @param {number} size @param {string} ink @param {string} paper */
  function corner(x, y, size, ink, paper) {
    pen.beginPath();
    pen.moveTo(x - size, y); pen.lineTo(x + 1, y); pen.lineTo(x + 1, y + size); pen.closePath();
    pen.fillStyle = ink;
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = paper;
    pen.stroke();
  }

  /** Each class's name at its center, so that no legend is needed. @param {string} ink @param {string} paper */
  function names(ink, paper) {
    /** @type {Map<number, number[]>} */
    const members = new Map();
    points.forEach((point, i) => {
      if (shown(i) && !aside(i)) members.set(point.index, [...(members.get(point.index) ?? []), i]);
    });
    if (members.size > 20) return;
    pen.font = `600 ${side < 480 ? 11 : 13}px ${getComputedStyle(canvas).fontFamily}`;
    pen.textAlign = "center";
    pen.lineWidth = 4;
    pen.lineJoin = "round";
    /** @type {[number, number][]} */
    const taken = [];
    for (const all of members.values()) {
      const x = median(all.map((i) => places[i][0]));
      let y = median(all.map((i) => places[i][1]));
      while (taken.some(([a, b]) => Math.abs(a - x) < 70 && Math.abs(b - y) < 15)) y += 15;
      taken.push([x, y]);
      const name = points[all[0]].name;
      pen.strokeStyle = paper;
      pen.strokeText(name, x, y);
      pen.fillStyle = ink;
      pen.fillText(name, x, y);
    }
  }

  /** The point at a screen position, or -1. @param {MouseEvent} event */
  function under(event) {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    const reach = wish.dots ? 10 : Math.max(8, spriteSide() / 2 + 3);
    let best = -1, least = reach;
    places.forEach(([px, py], i) => {
      const apart = Math.max(Math.abs(px - x), Math.abs(py - y));
      if (shown(i) && apart <= least) [best, least] = [i, apart];
    });
    return best;
  }

  /** @type {Map<number, [number, number]>} */
  const fingers = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
  });
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return told.over(under(event));
    const now = /** @type {[number, number]} */ ([event.clientX, event.clientY]);
    const [dx, dy] = [now[0] - last[0], now[1] - last[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    if (fingers.size === 2) {
      const other = /** @type {[number, number]} */ ([...fingers].find(([id]) => id !== event.pointerId)?.[1]);
      const before = Math.hypot(last[0] - other[0], last[1] - other[1]), after = Math.hypot(now[0] - other[0], now[1] - other[1]);
      const box = canvas.getBoundingClientRect();
      if (before > 0) view.enlarge(after / before, (now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top, side);
    } else view.pan(dx, dy, side);
    fingers.set(event.pointerId, now);
    soon();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(/** @type {"pointerup" | "pointercancel"} */ (end), (event) => {
      fingers.delete(event.pointerId);
      if (end !== "pointerup" || moved >= 6) return;
      const i = under(event);
      if (i < 0) return;
      if (i === wish.at || event.pointerType === "mouse") told.open(i);
      else told.over(i);
    });
  }
  canvas.addEventListener("pointerleave", () => told.over(-1));
  canvas.addEventListener("wheel", (/** @type {WheelEvent} */ event) => {
    // At full view, zooming out scrolls the page instead.
    if (event.deltaY > 0 && view.zoom === 1) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    view.enlarge(2 ** (-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top, side);
    soon();
  }, { passive: false });
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (dx || dy) {
      const among = points.map((_, i) => i).filter((i) => shown(i) && !aside(i));
      const from = wish.at >= 0 ? wish.at : among[0];
      const to = wish.at < 0 ? from : ahead(places, among, from, dx, dy);
      if (to !== undefined && to >= 0) {
        view.show(to, side);
        told.over(to);
      }
    } else if (event.key === "Enter" && wish.at >= 0) told.open(wish.at);
    else if (event.key === "+" || event.key === "=") enlarge(1.5);
    else if (event.key === "-") enlarge(1 / 1.5);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** @param {number} factor */
  function enlarge(factor) {
    view.enlarge(factor, side / 2, side / 2, side);
    soon();
  }
  function fit() {
    view.fit();
    soon();
  }
  const watcher = new ResizeObserver(() => {
    side = canvas.clientWidth;
    soon();
  });
  watcher.observe(canvas);
  return {
    canvas, enlarge, fit,
    /** @param {Float32Array} given x and y of each point @param {Wish} asked */
    set(given, asked) {
      if (given !== coordinates) {
        coordinates = given;
        view = camera(given);
        gap = usualGap(given);
      }
      wish = asked;
      soon();
    },
    redraw: soon,
    close() {
      watcher.disconnect();
      cancelAnimationFrame(waiting);
    },
  };
}

/** @param {number[]} values at least one */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
