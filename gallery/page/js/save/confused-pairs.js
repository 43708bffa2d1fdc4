/** The files that the page of two confused classes can save. */
import { mapsOf } from "../compare/two-heatmaps.js";
import { layOver } from "../heat/overlay.js";
import { percent, short } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { foot, FOOT, heading, MARGIN, TOP, zoomFor } from "./sheet-parts.js";

/** @typedef {import("../types.js").Context} Context */

const SIDE = 92;

/**
 * @param {Context} context @param {import("../contract.js").Pairs} found @param {[import("../heat/stored.js").Stored, import("../heat/stored.js").Stored]} couple
 * @param {string[]} names of the two classes
 * @returns {import("./save-button.js").Offer[]}
 */
export function pairOffers(context, found, couple, names) {
  const { how } = couple[0];
  /** @param {string} suffix */
  const file = (suffix) => titled(context, ["pairs", ...names], suffix);
  const groups = /** @type {[string, import("../contract.js").Rows][]} */ ([["surest", found.strongest], ["most confused", found.confused]]);
  const facts = groups.flatMap(([group, rows]) => rows.flatMap((row, rank) => row.flatMap((position, side) => (position === null ? [] : [{
    group, rank: rank + 1, side: "AB"[side], ...pictureFacts(context.pictures[position]),
    a: plain(context.pictures[position].probabilities[found.a]), b: plain(context.pictures[position].probabilities[found.b]),
    score_a: plain(couple[0].score(position)), score_b: plain(couple[1].score(position)), position,
  }]))));

  async function sheet() {
    const rows = groups.flatMap(([group, some]) => some.map((row) => ({ group, row })));
    const unit = 2;
    const block = 4 * (SIDE + 6) + 28;
    const raster = context.painter.raster(0);
    const zoom = zoomFor(raster, SIDE * unit);
    const down = (raster.height * zoom) / unit + 40;
    download(file("png"), await png({
      width: 2 * MARGIN + 2 * block, height: TOP + rows.length * down + FOOT, unit,
      draw(on) {
        heading(on, `A ${names[0]} or B ${names[1]}`, `${how.title} · ${context.data.model.name} · from left: image, map for A, map for B, A − B`);
        rows.forEach(({ group, row }, i) => row.forEach((/** @type {number | null} */ position, /** @type {number} */ side) => {
          const [x, y] = [MARGIN + side * block, TOP + i * down];
          on.text(x, y + 10, `${group} ${"AB"[side]}`, { size: 10, ink: "muted" });
          if (position === null) return;
          const { maps, reach } = mapsOf(couple, position, false);
          [null, ...maps].forEach((map, k) => {
            const { rgba, height, width } = context.painter.raster(position);
            if (map) layOver(rgba, height, width, { values: map, rows: couple[0].maps.height, columns: couple[0].maps.width }, reach, how.signed || k === 3, context.ramps);
            on.cells(x + k * (SIDE + 6), y + 16, rgba, width, height, zoom);
          });
          const picture = context.pictures[position];
          on.text(x, y + 28 + (raster.height * zoom) / unit, `${picture.id}: ${picture.said} ${percent(picture.sure)} · color range up to ${short(reach)}`, { size: 10, ink: picture.right === false ? "accent" : "muted", room: block - 28 });
        }));
        foot(on, [`${how.measures}. Each image on its own scale; A − B: orange = more for A, blue = more for B.`]);
      },
    }), "image/png");
  }

  const columns = ["group", "rank", "side", "id", "name", "label", "predicted", "probability", "a", "b", "score_a", "score_b"];
  return [
    { kind: "PNG", what: "sheet with all pairs and their maps", save: sheet },
    { kind: "CSV", what: "images, predictions and both scores", save: () => download(file("csv"),
      csv(columns, facts.map((fact) => columns.map((key) => /** @type {Record<string, string | number | null>} */ (fact)[key]))), "text/csv;charset=utf-8") },
    { kind: "JSON", what: "the same, with the maps", save: () => download(file("json"), jsonText({
      ...origin(context, "pairs"), a: names[0], b: names[1], method: how.method, layers: how.layers, parameters: how.parameters, measures: how.measures,
      rows: couple[0].maps.height, columns: couple[0].maps.width,
      pictures: facts.map(({ position, ...fact }) => ({ ...fact, maps: couple.map((one) => Array.from(one.values(position), plain)) })),
    }), "application/json") },
  ];
}
