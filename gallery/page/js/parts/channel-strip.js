/** All channels of a layer as small tiles on one canvas, linked to the layer's page. */
import { html } from "../dom.js";
import { isFlat } from "../values/signal.js";
import { colors } from "./paint.js";
import { endsOfPicture } from "../values/color-scale.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

/** The most channels drawn; a layer may have thousands. */
const MOST = 256;

/**
 * @param {LayerMaps} maps
 * @param {Ramps} ramps
 * @param {() => number[]} deadOnes channels that are dead on all images
 * @param {(channel: number) => void} chosen
 */
export function strip(maps, ramps, deadOnes, chosen) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  const root = html("div", { class: "strip-map" }, canvas);
  const count = Math.min(MOST, maps.channels);
  let columns = 16;
  let pitch = 1;
  let picture = 0;
  let scale = "channel";

  /** A cell is a whole number of screen pixels, and so is the gap between tiles. */
  function paint() {
    const room = root.clientWidth;
    if (!room) return;
    const ratio = devicePixelRatio || 1;
    // All strips have the same pitch, so that their columns align.
    columns = maps.spatial ? (room > 760 ? 32 : 16) : room > 760 ? 64 : 32;
    const step = Math.floor((room * ratio) / columns);
    const gap = Math.max(2, Math.round(2 * ratio));
    const cell = Math.max(1, Math.floor((step - gap) / Math.max(maps.width, maps.height)));
    const tileWidth = Math.min(step - gap, maps.width * cell);
    // Units are drawn taller than wide, as easier targets.
    const tileHeight = maps.spatial ? Math.round((tileWidth * maps.height) / maps.width) : Math.round(24 * ratio);
    const down = tileHeight + gap;
    columns = Math.min(columns, count);
    pitch = step / ratio;
    const rows = Math.ceil(count / columns);
    canvas.width = (columns - 1) * step + tileWidth;
    canvas.height = (rows - 1) * down + tileHeight;
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingEnabled = false;
    const dead = deadOnes();
    const endsOf = endsOfPicture(maps, scale, picture);
    const small = document.createElement("canvas");
    small.width = maps.width;
    small.height = maps.height;
    const pen = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
    for (let channel = 0; channel < count; channel += 1) {
      const rgba = colors(maps.values(picture, channel), ...endsOf(channel), maps.signed ? ramps.diverging : ramps.viridis);
      pen.putImageData(new ImageData(rgba, maps.width, maps.height), 0, 0);
      const x = (channel % columns) * step;
      const y = Math.floor(channel / columns) * down;
      context.drawImage(small, 0, 0, maps.width, maps.height, x, y, tileWidth, tileHeight);
      if (isFlat(maps, picture, channel)) strike(context, x, y, tileWidth, tileHeight, dead.includes(channel));
    }
  }
  canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * Math.ceil(count / columns));
    const channel = row * columns + Math.floor((event.clientX - box.left) / pitch);
    if (channel >= 0 && channel < count) {
      event.preventDefault();
      chosen(channel);
    }
  });
  const watcher = new ResizeObserver(paint);
  watcher.observe(root);
  return {
    root, count,
    /** @param {number} position @param {string} scaleName */
    set(position, scaleName) { picture = position; scale = scaleName; paint(); },
    paint,
    close() { watcher.disconnect(); },
  };
}

/**
 * Strike through a map without signal: once for this image, twice for all.
 * @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} w @param {number} h @param {boolean} dead
 */
function strike(pen, x, y, w, h, dead) {
  pen.strokeStyle = "rgb(255 255 255 / 0.45)";
  pen.beginPath();
  pen.moveTo(x, y + h);
  pen.lineTo(x + w, y);
  if (dead) {
    pen.moveTo(x, y);
    pen.lineTo(x + w, y + h);
  }
  pen.stroke();
}
