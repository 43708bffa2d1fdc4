/** All channels of a layer as tiles on one canvas, repainted every frame without allocating. */
import { html, named } from "../dom.js";
import { legend } from "../parts/legend.js";
import { isSpatial } from "../values/live-maps.js";
import { cut, shape, whole } from "../words.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("../contract.js").Layer} Layer */

/** The most channels drawn. */
const MOST = 256;


/**
 * @param {import("../engine/network.js").Network} net
 * @param {Layer} card of the layer
 * @param {boolean} signed
 * @param {Ramps} ramps
 */
export function sheet(net, card, signed, ramps) {
  const values = net.values(card.path);
  const spatial = isSpatial(net.shape(card.path));
  // A row of units is drawn as maps of one cell each.
  const [height, width, channels] = spatial ? net.shape(card.path) : [1, 1, values.length];
  const count = Math.min(MOST, channels);
  const canvas = html("canvas", { role: "img" });
  const box = html("div", { class: "strip-map" }, canvas);
  const colorKey = legend(ramps);
  const root = html("div", { class: "strip-row" },
    html("div", { class: "strip-head" },
      html("h3", {}, named(cut(card.path))),
      html("span", { class: "strip-shape" }, `${card.kind} · ${shape(card.shape)}${count < channels ? ` · the first ${count} ${spatial ? "channels" : "units"}` : ""}`),
      colorKey.root),
    box);
  canvas.setAttribute("aria-label", `${card.path}: ${whole(channels)} ${spatial ? "channels" : "units"} for the drawing`);
  const table = words(signed ? ramps.diverging : ramps.viridis);
  const last = table.length - 1;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let image = new ImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  // In pixels; units are drawn taller than wide.
  let [columns, step, cell, deep, gap] = [1, 3, 1, 1, 2];
  let seen = true;
  let laid = false;
  /** @type {[number, number]} */
  const ends = [0, 0];

  /** Set the size of a tile. @param {boolean} large */
  function layOut(large) {
    const room = box.clientWidth;
    if (!room) return;
    const ratio = devicePixelRatio || 1;
    const scale = large ? 2 : room < 500 ? 0.7 : 1;
    ({ columns, cell, gap } = spatial ? arranged(room * ratio, count, Math.max(height, width), ratio * scale)
      : row(room * ratio, count, (room > 760 ? 64 : 32) / (large ? 2 : 1), Math.round(2 * ratio)));
    deep = spatial ? cell : Math.round(24 * ratio * (large ? 1.5 : 1));
    step = width * cell + gap;
    const rows = Math.ceil(count / columns);
    canvas.width = (columns - 1) * step + width * cell;
    canvas.height = rows * (height * deep + gap) - gap;
    const shrink = Math.min(1, (room * ratio) / canvas.width) / ratio;
    canvas.classList.toggle("shrunk", shrink * ratio < 1);
    canvas.style.width = `${canvas.width * shrink}px`;
    canvas.style.height = `${canvas.height * shrink}px`;
    laid = true;
    image = new ImageData(canvas.width, canvas.height);
    pixels = new Uint32Array(image.data.buffer);
  }

  function paint() {
    if (!laid) return;
    let low = 0;
    let high = 0;
    for (let i = 0; i < values.length; i += 1) {
      if (values[i] > high) high = values[i];
      else if (values[i] < low) low = values[i];
    }
    const reach = signed ? Math.max(-low, high) : high;
    ends[0] = signed ? -reach : 0;
    ends[1] = reach;
    const factor = reach > 0 ? last / (reach - ends[0]) : 0;
    const zero = reach > 0 ? -ends[0] * factor + 0.5 : signed ? last / 2 : 0;
    const line = image.width;
    for (let first = 0, top = 0; first < count; first += columns, top += (height * deep + gap) * line) {
      const end = Math.min(count, first + columns);
      for (let y = 0; y < height; y += 1) {
        const start = top + y * deep * line;
        for (let channel = first, at = start; channel < end; channel += 1, at += gap) {
          for (let x = 0, i = y * width * channels + channel; x < width; x += 1, i += channels) {
            const color = table[(values[i] * factor + zero) | 0];
            for (let k = 0; k < cell; k += 1) pixels[at++] = color;
          }
        }
        for (let k = 1; k < deep; k += 1) pixels.copyWithin(start + k * line, start, start + line);
      }
    }
    pen.putImageData(image, 0, 0);
    colorKey.set(ends, signed, "this drawing");
  }

  const watcher = new IntersectionObserver((all) => {
    seen = all[all.length - 1].isIntersecting;
    if (seen && !root.hidden) paint();
  }, { rootMargin: "100px" });
  watcher.observe(box);
  return {
    root, path: card.path, layOut,
    /** Paint it if it is visible, or for printing. @param {boolean} all */
    paint(all) { if ((seen || all) && !root.hidden) paint(); },
    close() { watcher.disconnect(); },
  };
}

/**
 * The tiles per row that waste the least space, at a whole number of screen pixels per cell; full rows are preferred.
 * @param {number} room in screen pixels @param {number} count of tiles @param {number} cells along a tile's longer side
 * @param {number} scale 1 for tiles of 20 to 48 pixels
 */
export function arranged(room, count, cells, scale) {
  const best = { columns: 1, cell: 1, gap: 2, worth: -1 };
  for (let columns = Math.min(count, 64); columns > 0; columns -= 1) {
    const step = Math.floor(room / columns);
    const cell = Math.min(Math.floor((step - 2) / cells), Math.max(1, Math.floor((48 * scale) / cells)));
    if (cell < 1 || (cell > 1 && cell * cells < 20 * scale)) continue;
    const worth = (columns * cell * cells) / room - (count % columns ? 0.25 : 0) - (cell * cells < 20 * scale ? 0.5 : 0);
    if (worth > best.worth) Object.assign(best, { columns, cell, gap: Math.min(step - cell * cells, Math.ceil(12 * scale)), worth });
  }
  return best;
}

/** Units in rows of the same width for all layers, so that columns align. @param {number} room @param {number} count @param {number} most in a row @param {number} gap */
function row(room, count, most, gap) {
  return { columns: Math.min(count, most), cell: Math.max(1, Math.floor(room / most) - gap), gap };
}

/** The colors of a ramp as 32-bit words, in this machine's byte order. @param {Uint8Array} ramp */
function words(ramp) {
  const bytes = new Uint8Array((4 * ramp.length) / 3).fill(255);
  for (let i = 0; i < ramp.length / 3; i += 1) bytes.set(ramp.subarray(3 * i, 3 * i + 3), 4 * i);
  return new Uint32Array(bytes.buffer);
}
