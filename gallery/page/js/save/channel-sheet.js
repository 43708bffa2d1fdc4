/** A channel as a sheet: its top images, each with the receptive field of its strongest cell, and its kernel. */
import { titleOf } from "../values/images.js";
import { endOf, patchOf } from "../channel/top-images.js";
import { shownSlices } from "../channel/kernel.js";
import { describe } from "../parts/layer-summary.js";
import { colors } from "../parts/paint.js";
import { counted, number, shape, short } from "../words.js";
import { credit } from "./layer-sheet.js";
import { apart } from "./paper.js";
import { foot, FOOT, heading, MARGIN, rampKey, TOP, zoomFor } from "./sheet-parts.js";

const WIDTH = 1040;
/** Units: an image's side, the caption under it, the gap between tiles. */
const SIDE = 104;
const WORDS = 46;
const GAP = 24;
const BESIDE = 4;
/** The kernel's column: its position, and slices per row. */
const KERNEL = 756;
const SLICES = 4;
const SLICE = 57;

/** @param {import("../channel/context.js").About} about @param {number} channel @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
export function channelSheet(about, channel, unit) {
  const { responses, context, card, path, kernel, maps } = about;
  const end = responses && endOf(responses, channel, "highest");
  const places = end?.places ?? [];
  const patches = places.map((place) => (place.value === 0 && about.positive(channel) ? null : patchOf(about, place)));
  const patched = patches.some(Boolean);
  const step = (patched ? 2 * SIDE + BESIDE : SIDE) + GAP;
  const columns = Math.floor((KERNEL - MARGIN - 16) / step);
  const weights = kernel && kernel.height * kernel.width > 1 ? shownSlices(kernel, channel) : null;
  const rows = Math.max(1, Math.ceil(places.length / columns));
  const down = weights ? Math.ceil(weights.some.length / SLICES) * (SLICE + 24) + 70 : 0;
  const top = TOP + 30;
  return {
    width: WIDTH, height: top + Math.max(rows * (SIDE + WORDS), down) + FOOT, unit,
    draw(on) {
      heading(on, `${path} · ${about.mapped ? "channel" : "unit"} ${channel}`, describe(card));
      const among = responses ? counted(responses.pictures, "image") : "";
      on.text(MARGIN, TOP + 12, responses ? `Highest of ${among}${responses.whole ? "" : " here"}` : "No images were searched", { size: 15, weight: 600 });
      if (end && !places.length) on.text(MARGIN, top + 18, `${number(end.value)} on all ${among}.`, { ink: "muted" });
      places.forEach((place, i) => tile(on, place, patches[i], MARGIN + (i % columns) * step, top + Math.floor(i / columns) * (SIDE + WORDS)));
      if (weights) slices(on, weights);
      foot(on, [
        `Numbers are activations${about.mapped ? ", the highest of each image's map" : ""}.${patched ? ` Outlined and enlarged: the ${shape(/** @type {number[]} */ (card.receptive_field))} receptive field of the strongest cell.` : ""}`,
        ...(weights && kernel ? [`${weights.some.length < weights.slices.length ? `The ${weights.some.length} largest of ${weights.slices.length} slices of the kernel` : "The kernel"}${kernel.rounded ? ", weights rounded to 16 bits" : ""}; bias ${number(weights.bias)}.`] : []),
        credit(context.data, maps ? [maps] : []),
      ]);
    },
  };

  /** @param {import("./paper.js").Paper} on @param {import("../channel/responses.js").Place} place @param {[number, number, number, number] | null} box @param {number} x @param {number} y */
  function tile(on, place, box, x, y) {
    const picture = context.pictures[place.position];
    const raster = context.painter.raster(place.position);
    const zoom = zoomFor(raster, SIDE * unit);
    on.cells(x, y, raster.rgba, raster.width, raster.height, zoom);
    const below = y + SIDE + 18;
    on.text(x, below, number(place.value), { weight: 600, room: SIDE });
    on.text(x, below + 16, `${apart(titleOf(picture))} · ${picture.id}`, { size: 11, ink: "muted", room: step - GAP });
    if (!box) return;
    const part = crop(raster, box);
    on.cells(x + SIDE + BESIDE, y, part.rgba, part.width, part.height, zoomFor(part, SIDE * unit));
    const [from, left, to, right] = box.map((at) => (at * zoom) / unit);
    for (const [lineX, lineY, across, high] of [[left, from, right - left, 1.5], [left, to - 1.5, right - left, 1.5], [left, from, 1.5, to - from], [right - 1.5, from, 1.5, to - from]]) {
      on.rect(x + lineX, y + lineY, across, high, "accent");
    }
  }

  /** @param {import("./paper.js").Paper} on @param {ReturnType<typeof shownSlices>} weights */
  function slices(on, { some, reach }) {
    if (!kernel) return;
    const ramp = context.ramps.diverging;
    on.text(KERNEL, TOP + 12, "Kernel", { size: 15, weight: 600 });
    const zoom = zoomFor(kernel, SLICE * unit);
    some.forEach(({ input, values }, i) => {
      const x = KERNEL + (i % SLICES) * (SLICE + 8), y = top + Math.floor(i / SLICES) * (SLICE + 24);
      on.cells(x, y, colors(values, -reach, reach, ramp), kernel.width, kernel.height, zoom);
      on.text(x, y + (kernel.height * zoom) / unit + 13, kernel.picture && some.length === 1 ? "image" : `input ${input}`, { size: 11, ink: "muted", room: SLICE + 6 });
    });
    const y = top + Math.ceil(some.length / SLICES) * (SLICE + 24) + 8;
    rampKey(on, KERNEL, y, WIDTH - MARGIN - KERNEL, ramp, { from: short(-reach), middle: "0", to: short(reach), words: "weight" });
  }
}

/** A part of an image. @param {import("./sheet-parts.js").Raster} raster @param {[number, number, number, number]} box top, left, bottom, right @returns {import("./sheet-parts.js").Raster} */
function crop(raster, [top, left, bottom, right]) {
  const width = right - left, height = bottom - top;
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    const from = 4 * ((top + y) * raster.width + left);
    rgba.set(raster.rgba.subarray(from, from + 4 * width), 4 * y * width);
  }
  return { rgba, width, height };
}
