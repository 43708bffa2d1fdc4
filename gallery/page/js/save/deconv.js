/** The files that the page of reconstructions can save. */
import { reconstructionColors } from "../deconv/patch.js";
import { highest } from "../heat/heatmap.js";
import { counted, cut, number, short } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, plain, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { foot, FOOT, heading, MARGIN, rampKey, TOP } from "./sheet-parts.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../deconv/unpack.js").Opened} Opened */

/** Units per patch. */
const SIDE = 64;
const GAP = 14;
const NAME = 110;

/**
 * @param {Context} context @param {Opened} held @param {number[]} shown the rows of a sheet, in order
 * @param {{ n: number, scale: string }} state
 * @returns {import("./save-button.js").Offer[]}
 */
export function reconstructionOffers(context, held, shown, { n, scale }) {
  const { entry } = held;
  /** @param {string} suffix */
  const named = (suffix) => titled(context, ["deconv", entry.path], suffix);
  const all = Array.from({ length: held.rows }, (_, row) => row);
  const facts = () => all.flatMap((row) => held.places(row).map(({ position, rank, peak, cell, box }) => ({
    channel: entry.channels[row], rank: rank + 1, picture: context.pictures[position].id, peak: plain(peak),
    row: cell[0], column: cell[1], top: box[0], left: box[1], bottom: box[2], right: box[3],
  })));

  async function sheet() {
    const values = await Promise.all(shown.map((row) => Promise.all(held.places(row, n).map(({ rank }) => held.values(row, rank)))));
    const step = 2 * SIDE + 4 + GAP;
    const down = SIDE + 34;
    const signed = entry.signed || entry.depth > 1;
    const width = Math.max(760, 2 * MARGIN + NAME + n * step);
    download(named("png"), await png({
      width, height: TOP + shown.length * down + FOOT, unit: 2,
      draw(on) {
        heading(on, `${entry.path} · reconstructions`, `${entry.title} · ${counted(entry.set, "image")} searched · ${context.data.model.name}`, 240);
        if (entry.depth === 1) {
          const layer = scale === "layer";
          rampKey(on, width - MARGIN - 200, 40, 200, signed ? context.ramps.diverging : context.ramps.viridis, {
            from: layer ? `${signed ? "−" : ""}${signed ? short(entry.reach) : 0}` : signed ? "− maximum" : "0", middle: signed ? "0" : "",
            to: layer ? short(entry.reach) : signed ? "+ maximum" : "maximum", words: entry.measures,
          });
        }
        shown.forEach((row, i) => {
          const y = TOP + i * down;
          on.text(MARGIN, y + 20, String(entry.channels[row]), { size: 15, weight: 600, room: NAME });
          const places = held.places(row, n);
          if (!places.length) on.text(MARGIN + NAME, y + 20, entry.extremes === "bottom" ? "activation 0, nothing to project back" : "dead on all images", { ink: "muted" });
          places.forEach(({ position, peak, box }, rank) => {
            const x = MARGIN + NAME + rank * step;
            const [h, w] = [box[2] - box[0], box[3] - box[1]];
            const zoom = Math.max(1, Math.floor((2 * SIDE) / Math.max(h, w)));
            const { rgba } = context.painter.raster(position);
            const patch = new Uint8ClampedArray(4 * h * w);
            for (let y0 = 0; y0 < h; y0 += 1) {
              const from = 4 * ((box[0] + y0) * context.painter.width + box[1]);
              patch.set(rgba.subarray(from, from + 4 * w), 4 * y0 * w);
            }
            const one = values[i][rank];
            const reach = scale === "layer" ? entry.reach : highest(one);
            on.cells(x, y, patch, w, h, zoom);
            on.cells(x + SIDE + 4, y, reconstructionColors(one, entry.depth, reach, entry.signed, context.ramps), w, h, zoom);
            on.text(x, y + SIDE + 14, `${number(peak)} · ${context.pictures[position].id} · ${signed ? "±" : ""}${short(highest(one))}`, { size: 10, ink: "muted", room: step - GAP });
          });
        });
        foot(on, ["Below each: the channel's highest value, the image number, the range of the reconstruction.",
          ...(entry.depth > 1 ? ["Red, green and blue shown separately around mid-gray, which is zero."] : []), ...entry.notes.slice(0, 1)]);
      },
    }), "image/png");
  }

  async function everything() {
    download(named("json"), jsonText({
      ...origin(context, "reconstructions"), layer: entry.path, method: entry.method, parameters: entry.parameters, paper: entry.paper,
      measures: entry.measures, notes: entry.notes, pictures_looked_through: entry.set,
      silent: all.filter((row) => !held.places(row).length).map((row) => entry.channels[row]), places: facts(),
    }), "application/json");
  }

  return [
    { kind: "PNG", what: `sheet with ${shown.length < held.rows ? `the first ${shown.length}` : "all"} rows of ${cut(entry.path, 20)}`, save: sheet },
    { kind: "CSV", what: "top images of each channel: cells, boxes and peaks", save: () => download(named("csv"),
      csv(["channel", "rank", "picture", "peak", "row", "column", "top", "left", "bottom", "right"], facts().map((f) => Object.values(f))), "text/csv;charset=utf-8") },
    { kind: "JSON", what: "the same, with settings", save: everything },
  ];
}
