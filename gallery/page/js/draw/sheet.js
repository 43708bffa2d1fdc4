/** All channels of a layer as tiles in one image that is painted anew with every frame: nothing is made in between. */
import { html, named } from "../dom.js";
import { legend } from "../legend.js";
import { cut, shape, whole } from "../words.js";

/** So many channels are drawn. */
const MOST = 256;

/** @typedef {{ viridis: Uint8Array, diverging: Uint8Array }} Ramps */

/**
 * @param {import("../engine/network.js").Network} net
 * @param {any} card of the layer
 * @param {boolean} signed
 * @param {Ramps} ramps
 */
export function sheet(net, card, signed, ramps) {
  const values = net.values(card.path);
  const [height, width, channels] = net.shape(card.path);
  const count = Math.min(MOST, channels);
  const canvas = html("canvas", { role: "img" });
  const box = html("div", { class: "strip-map" }, canvas);
  const colourKey = legend(ramps);
  const root = html("div", { class: "strip-row" },
    html("div", { class: "strip-head" },
      html("h3", {}, named(cut(card.path))),
      html("span", { class: "strip-shape" }, `${card.kind} · ${shape(card.shape)}${count < channels ? ` · the first ${count} channels` : ""}`),
      colourKey.root),
    box);
  canvas.setAttribute("aria-label", `${card.path}: ${whole(channels)} channels for the drawing`);
  const table = words(signed ? ramps.diverging : ramps.viridis);
  const last = table.length - 1;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let image = new ImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  let [columns, step, cell, gap] = [1, 1, 1, 2];
  let seen = true;
  /** @type {[number, number]} */
  const ends = [0, 0];

  /** Choose the size of a tile. @param {boolean} large */
  function layOut(large) {
    const room = box.clientWidth;
    if (!room) return;
    const ratio = devicePixelRatio || 1;
    const most = Math.max(height, width);
    gap = Math.max(2, Math.round(2 * ratio));
    // The columns of all layers stand under each other, as long as a cell has a pixel of its own.
    columns = (room > 760 ? 32 : 16) / (large ? 2 : 1);
    while (columns > 1 && Math.floor((room * ratio) / columns) - gap < most) columns /= 2;
    step = Math.floor((room * ratio) / columns);
    cell = Math.max(1, Math.floor((step - gap) / most));
    step = Math.max(step, width * cell + gap);
    columns = Math.min(columns, count);
    gap = step - width * cell;
    const rows = Math.ceil(count / columns);
    canvas.width = (columns - 1) * step + width * cell;
    canvas.height = rows * (height * cell + gap) - gap;
    const shrink = Math.min(1, (room * ratio) / canvas.width) / ratio;
    canvas.classList.toggle("shrunk", shrink * ratio < 1);
    canvas.style.width = `${canvas.width * shrink}px`;
    canvas.style.height = `${canvas.height * shrink}px`;
    image = new ImageData(canvas.width, canvas.height);
    pixels = new Uint32Array(image.data.buffer);
  }

  function paint() {
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
    for (let first = 0, top = 0; first < count; first += columns, top += (height * cell + gap) * line) {
      const end = Math.min(count, first + columns);
      for (let y = 0; y < height; y += 1) {
        const start = top + y * cell * line;
        for (let channel = first, at = start; channel < end; channel += 1, at += gap) {
          for (let x = 0, i = y * width * channels + channel; x < width; x += 1, i += channels) {
            const colour = table[Math.max(0, Math.min(last, (values[i] * factor + zero) | 0))];
            for (let k = 0; k < cell; k += 1) pixels[at++] = colour;
          }
        }
        for (let k = 1; k < cell; k += 1) pixels.copyWithin(start + k * line, start, start + line);
      }
    }
    pen.putImageData(image, 0, 0);
    colourKey.set(ends, signed, "this drawing");
  }

  const watcher = new IntersectionObserver((all) => {
    seen = all[all.length - 1].isIntersecting;
    if (seen && !root.hidden) paint();
  }, { rootMargin: "100px" });
  watcher.observe(box);
  return {
    root, path: card.path, layOut,
    /** Paint it, if it can be seen or must be right on paper too. @param {boolean} all */
    paint(all) { if ((seen || all) && !root.hidden) paint(); },
    close() { watcher.disconnect(); },
  };
}

/** The colours of a ramp as whole words, in the order of this machine's bytes. @param {Uint8Array} ramp */
function words(ramp) {
  const bytes = new Uint8Array((4 * ramp.length) / 3).fill(255);
  for (let i = 0; i < ramp.length / 3; i += 1) bytes.set(ramp.subarray(3 * i, 3 * i + 3), 4 * i);
  return new Uint32Array(bytes.buffer);
}
