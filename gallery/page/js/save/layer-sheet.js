/** A layer as a sheet: the image and every channel of the layer for it, with the page's scale and order. */
import { isFlat } from "../values/signal.js";
import { pool } from "../values/map-provider.js";
import { scaleNamed } from "../values/color-scale.js";
import { counted, whole } from "../words.js";
import { arrange } from "./tile-layout.js";
import { apart } from "./paper.js";
import { columnHeight, drawTiles, endWords, foot, FOOT, heading, MARGIN, pictureColumn, rampKey, TOP } from "./sheet-parts.js";

/** @typedef {import("../types.js").ModelData} ModelData */

const WIDTH = 1040;
const COLUMN = 196;
const KEY = 264;
const LABEL = 17;

/**
 * @typedef {object} LayerView
 * @property {import("../values/map-provider.js").LayerMaps} maps
 * @property {string} about the layer in a line
 * @property {import("../values/images.js").Picture} picture
 * @property {import("./sheet-parts.js").Raster} raster its pixels
 * @property {string} scale of the page @property {number[]} order all channels in the page's order
 * @property {string} sorted that order in words
 * @property {number[]} dead
 * @property {Uint8Array} ramp
 * @property {string} credit the last line, with generator and source
 */

/** @param {LayerView} view @param {number} unit pixels @param {number} most pixels of the tiles @returns {import("./png-gif.js").Sheet} */
export function layerSheet(view, unit, most) {
  const { maps, picture, raster, scale, ramp } = view;
  const left = MARGIN + COLUMN + 28;
  const room = (WIDTH - MARGIN - left) * unit;
  const wanted = maps.spatial ? 46 * unit : 26 * unit;
  const sizes = { wanted, most: (maps.spatial ? 104 : 34) * unit, gap: 6 * unit };
  const tiles = arrange(Math.min(view.order.length, 1024), maps.width, maps.height, room, sizes);
  const down = tiles.height + LABEL * unit;
  const rows = Math.max(1, Math.min(Math.ceil(view.order.length / tiles.columns), Math.floor(most / (room * down))));
  const channels = view.order.slice(0, rows * tiles.columns);
  const noun = maps.spatial ? "channel" : "unit";
  const shown = channels.length < maps.channels ? `the first ${whole(channels.length)} of ${counted(maps.channels, noun)}` : counted(maps.channels, noun);
  const content = Math.max((rows * down) / unit, columnHeight(unit, COLUMN, raster));
  const dead = new Set(view.dead);
  return {
    width: WIDTH, height: Math.ceil(TOP + content + FOOT), unit,
    draw(on) {
      heading(on, maps.path, `${view.about} · ${shown}, ${view.sorted}`, KEY + 32);
      const label = scaleNamed(scale, maps.spatial).label;
      const { range, ...ends } = endWords(maps, scale, picture.position, channels);
      rampKey(on, WIDTH - MARGIN - KEY, 37, KEY, ramp, { ...ends, words: `activation, ${label}${range && `: ${range}`}` });
      pictureColumn(on, MARGIN, TOP, COLUMN, raster, picture);
      drawTiles(on, left, TOP, maps, tiles, { position: picture.position, scale, channels, dead, ramp, down, numbered: true });
      const flat = channels.some((channel) => isFlat(maps, picture.position, channel));
      foot(on, [
        scaleNamed(scale, maps.spatial).meaning + (tiles.zoom < 1 ? ` Maps are drawn at 1/${Math.round(1 / tiles.zoom)} of their size.` : ""),
        flat ? marksWords(maps) : `Every ${noun} shown is active for this image.`,
        view.credit,
      ]);
    },
  };
}

/** @param {import("../values/map-provider.js").LayerMaps} maps */
function marksWords(maps) {
  const all = pool(maps) === 1 ? "on this image" : `on all ${whole(pool(maps))} images`;
  return `Struck through once: flat for this image; twice: dead ${all}.`;
}

/** The last line of a sheet. @param {ModelData} data @param {import("../values/map-provider.js").LayerMaps[]} shown */
export function credit(data, shown) {
  const { model, pictures } = data;
  const ways = [
    shown.some((maps) => !maps.live && maps.spatial) ? "maps stored with 8 bits per cell" : "",
    shown.some((maps) => maps.live) ? "computed in the page, weights rounded to 16 bits" : "",
  ];
  return [apart(model.name), apart(pictures.source), ways.filter(Boolean).join(", others "), data.generator].filter(Boolean).join(" · ");
}
