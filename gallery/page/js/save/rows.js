/** The file that the rows of images can save in addition to those of the grid: the rows themselves. */
import { endOf, laidOver, scoreOf } from "../heat/stored-overlay.js";
import { otherClass, topClasses } from "../images/row.js";
import { reachOf } from "../image/stored-heatmaps.js";
import { classNamer } from "../values/images.js";
import { counted, shape } from "../words.js";
import { download } from "./download.js";
import { titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { apart } from "./paper.js";
import { rowsSheet } from "./rows-sheet.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../heat/stored.js").Stored} Stored */
/** @typedef {import("../values/images.js").Picture} Picture */

/** The most rows on a sheet. */
const MOST = 40;
/** Pixels per unit. */
const UNIT = 2;

/**
 * @param {Context} context @param {Stored[]} all @param {Picture[]} chosen @param {import("../images/layout.js").Look} look
 * @returns {import("./save-button.js").Offer}
 */
export function rowsOffer(context, all, chosen, look) {
  const shown = chosen.slice(0, MOST);
  const nameOf = classNamer(context.data);
  const some = `${chosen.length > MOST ? "the first " : ""}${counted(shown.length, "row")}`;
  return {
    kind: "PNG", what: `${some}: images with all their heatmaps`,
    async save() {
      const sheet = rowsSheet({
        title: `${counted(shown.length, "image")} and their heatmaps`, subtitle: context.data.model.name, nameOf,
        columns: all.map((one) => columnOf(one)),
        rows: shown.map((picture) => ({
          raster: context.painter.raster(picture.position), lines: linesOf(picture),
          shares: picture.probabilities, classes: topClasses(picture.probabilities),
          cells: all.map((one) => cellOf(one, picture)),
        })),
        notes: [look.smooth ? "Maps are interpolated between cells, which adds no detail." : "Maps at their own resolution, not smoothed.", "Raw maps, not tested for faithfulness."],
      }, UNIT);
      download(titled(context, [`${shown.length}-pictures`, "heatmaps"], "png"), await png(sheet), "image/png");
    },
  };

  /** @param {Stored} one */
  function columnOf(one) {
    const { title, target, layers, signed, measures } = one.how;
    const joint = look.scale === "pictures";
    return {
      title, signed, measures, ramp: signed ? context.ramps.diverging : context.ramps.viridis, reach: joint ? one.reach : null,
      scale: joint ? `all ${counted(one.maps.pictures, "image")}` : look.scale === "unit" && reachOf(all, one, one.maps.positions[0], "unit").reach !== null ? "equal units" : "per map",
      lines: [`for ${apart(target)}`, [layers.join(" + "), `${shape([one.maps.height, one.maps.width])} cells`].filter(Boolean).join(", ")],
    };
  }

  /** @param {Stored} one @param {Picture} picture */
  function cellOf(one, picture) {
    const { position } = picture;
    if (!one.maps.has(position)) return null;
    const { reach } = reachOf(all, one, position, look.scale);
    const other = otherClass(one, picture, nameOf);
    return {
      raster: laidOver(context, one, position, reach, look.smooth),
      lines: [`${other ? `${apart(other)}: ` : ""}score ${scoreOf(one, position)}`,
        isFlatHeatmap(one.values(position)) ? "flat" : endOf(one, position, reach, look.scale === "pictures")],
    };
  }
}

/** @param {Picture} picture @returns {import("./cards-sheet.js").Line[]} */
function linesOf({ said, right, label, id, name }) {
  return [
    { words: said, weight: 600 },
    ...(right === null ? [] : [right ? /** @type {const} */ ({ words: "right", ink: "muted" }) : /** @type {const} */ ({ words: `wrong: actually ${apart(label ?? "")}`, ink: "accent", weight: 600 })]),
    { words: `image ${id}${name ? ` · ${apart(name)}` : ""}`, ink: "muted" },
  ];
}
