/** The heatmaps of one image as files: a sheet, the values of all cells, and everything as JSON. */
import { highest } from "../heat/heatmap.js";
import { layOver, veilColors } from "../heat/overlay.js";
import { number, short } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { foot, FOOT, heading, MARGIN, rampKey, TOP, zoomFor } from "./sheet-parts.js";

/** @typedef {import("../types.js").Context} Context */

/** @typedef {{ one: import("../heat/stored.js").Stored | null, heat: import("../heat/heatmap.js").Heat }} Seen a heatmap, and its origin if it is stored */

const SIDE = 196;
const GAP = 24;

/**
 * @param {Context} context @param {number} position @param {Seen[]} seen for this image @returns
 * {import("./save-button.js").Offer[]}
 */
export function heatOffers(context, position, seen) {
  if (!seen.length) return [];
  const picture = context.pictures[position];
  /** @param {string} suffix */
  const named = (suffix) => titled(context, [`picture-${picture.id}`, "heatmaps"], suffix);
  const facts = seen.map(({ one, heat }) => ({
    method: one?.how.method ?? heat.name, title: heat.title, target: one?.how.target ?? null, layers: one?.how.layers ?? null,
    parameters: one?.how.parameters ?? null, score: one ? plain(one.score(position)) : null, measures: heat.unit, notes: one?.how.notes ?? [],
    paper: one?.how.paper ?? null, computed: one ? one.how.engine : "in the page", rows: heat.rows, columns: heat.columns,
    label: heat.label(), values: Array.from({ length: heat.rows }, (_, y) => Array.from(heat.values.subarray(y * heat.columns, (y + 1) * heat.columns), plain)),
  }));

  async function sheet() {
    const raster = context.painter.raster(position);
    const zoom = zoomFor(raster, SIDE * 2);
    const [across, deep] = [(raster.width * zoom) / 2, (raster.height * zoom) / 2];
    const down = deep + 78;
    const width = Math.max(2 * MARGIN + 3 * (across + GAP), 760);
    download(named("png"), await png({
      width, height: TOP + seen.length * down + FOOT, unit: 2,
      draw(on) {
        const judged = picture.right === null ? "" : picture.right ? " · right" : ` · wrong: actually ${picture.label}`;
        heading(on, `Heatmaps of image ${picture.id}`, [picture.scored ? `predicted ${picture.said}${judged}` : picture.said, context.data.model.name].filter(Boolean).join(" · "));
        seen.forEach(({ one, heat }, i) => {
          const y = TOP + i * down;
          const reach = highest(heat.values);
          const ramp = heat.signed ? context.ramps.diverging : context.ramps.viridis;
          on.text(MARGIN, y + 12, `${heat.title}${one ? ` · ${one.how.target} · score ${number(one.score(position))}` : ""}`, { weight: 600, room: width - 2 * MARGIN });
          const raw = new Uint8ClampedArray(4 * heat.values.length);
          veilColors(heat.values, reach, heat.signed, ramp, raw, true);
          const over = new Uint8ClampedArray(raster.rgba);
          layOver(over, raster.height, raster.width, heat, reach, heat.signed, context.ramps);
          on.cells(MARGIN, y + 22, raster.rgba, raster.width, raster.height, zoom);
          on.cells(MARGIN + across + GAP, y + 22, raw, heat.columns, heat.rows, (across * 2) / heat.columns, (deep * 2) / heat.rows);
          on.cells(MARGIN + 2 * (across + GAP), y + 22, over, raster.width, raster.height, zoom);
          rampKey(on, MARGIN + across + GAP, y + 22 + deep + 6, across, ramp, {
            from: heat.signed ? short(-reach) : "0", middle: heat.signed ? "0" : "", to: short(reach), words: heat.unit,
          });
          on.text(MARGIN + 2 * (across + GAP), y + 22 + deep + 16, heat.grain(false), { size: 10, ink: "muted", room: across });
        });
        foot(on, ["From left: the image, the raw map at its own resolution, the map over the image; each map on its own scale.", "Raw maps, not tested for faithfulness."]);
      },
    }), "image/png");
  }

  const cells = () => facts.flatMap((fact) => fact.values.flatMap((row, y) => row.map((value, x) => [fact.method, fact.target, fact.layers?.join("+") ?? null, y, x, value])));
  return [
    { kind: "PNG", what: "heatmaps: image, raw map, overlay", save: sheet },
    { kind: "CSV", what: "heatmaps, one row per cell", save: () => download(named("csv"), csv(["method", "target", "layer", "row", "column", "value"], cells()), "text/csv;charset=utf-8") },
    { kind: "JSON", what: "heatmaps with their settings", save: () => download(named("json"), jsonText({ ...origin(context, "heatmaps"), picture: pictureFacts(picture), heatmaps: facts }), "application/json") },
  ];
}
