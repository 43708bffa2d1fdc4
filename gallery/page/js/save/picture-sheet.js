/** An image as a sheet: its prediction, and a strip for every layer. */
import { scaleNamed } from "../values/color-scale.js";
import { percent, shape, whole } from "../words.js";
import { titleOf } from "../values/images.js";
import { isFlat } from "../values/signal.js";
import { apart } from "./paper.js";
import { arrange } from "./tile-layout.js";
import { BAR, classRows, drawTiles, endWords, foot, FOOT, heading, MARGIN, rampKey, shownClasses, TOP, zoomFor } from "./sheet-parts.js";

const WIDTH = 1040;
const PICTURE = 252;
const HEAD = 52;
const KEY = 180;
/** The most channels drawn per layer, as on the page. */
const MOST = 256;

/**
 * @typedef {object} PictureView
 * @property {import("../values/images.js").Picture} picture
 * @property {import("./sheet-parts.js").Raster} raster
 * @property {(i: number) => string} nameOf
 * @property {{ maps: import("../values/map-provider.js").LayerMaps, card: import("../contract.js").Layer, dead: number[], ramp: Uint8Array }[]} layers
 * @property {string} credit
 */

/** @param {PictureView} view @param {number} unit pixels @returns {import("./png-gif.js").Sheet} */
export function pictureSheet(view, unit) {
  const { picture, raster, nameOf } = view;
  const room = (WIDTH - 2 * MARGIN) * unit;
  const classes = shownClasses(picture.probabilities, picture.labelIndex);
  const zoom = zoomFor(raster, PICTURE * unit);
  let y = TOP + Math.max((raster.height * zoom) / unit, classes.length * BAR) + 24;
  const strips = view.layers.map(({ maps, ...rest }) => {
    const count = Math.min(MOST, maps.channels);
    const tiles = arrange(count, maps.width, maps.height, room, { wanted: (maps.spatial ? 26 : 14) * unit, most: (maps.spatial ? 56 : 20) * unit, gap: 4 * unit });
    const down = tiles.height + 4 * unit;
    const strip = { ...rest, maps, tiles, down, channels: Array.from({ length: count }, (_, i) => i), top: y };
    y += HEAD + (Math.ceil(count / tiles.columns) * down) / unit + 16;
    return strip;
  });
  return {
    width: WIDTH, height: Math.ceil(y + FOOT - 8), unit,
    draw(on) {
      const said = picture.scored ? `predicted ${apart(picture.said)} ${percent(picture.sure)}` : picture.said;
      const judged = !picture.scored ? "" : picture.right === null ? "no label to compare with" : picture.right ? "right" : "wrong";
      heading(on, titleOf(picture), [`Image ${picture.id}`, picture.name && apart(picture.name), said, judged].filter(Boolean).join(" · "));
      on.cells(MARGIN, TOP, raster.rgba, raster.width, raster.height, zoom);
      const left = MARGIN + PICTURE + 36;
      classRows(on, left, TOP - 2, WIDTH - MARGIN - left, picture.probabilities, nameOf, picture.labelIndex, classes);
      for (const { maps, card, dead, ramp, tiles, down, channels, top } of strips) {
        const scale = maps.spatial ? "channel" : "picture";
        on.rect(MARGIN, top, WIDTH - 2 * MARGIN, 1, "rule");
        const flat = channels.filter((channel) => isFlat(maps, picture.position, channel)).length;
        on.text(MARGIN, top + 24, maps.path, { size: 15, weight: 600, room: 460 });
        const parts = [card.kind, shape(card.shape), flat ? `${whole(flat)} of ${whole(channels.length)} flat` : "", channels.length < maps.channels ? `the first ${channels.length}` : ""];
        on.text(MARGIN, top + 42, parts.filter(Boolean).join(" · "), { size: 12, ink: "muted", room: 620 });
        const { range, ...ends } = endWords(maps, scale, picture.position, channels);
        rampKey(on, WIDTH - MARGIN - KEY, top + 8, KEY, ramp, { ...ends, words: range });
        drawTiles(on, MARGIN, top + HEAD, maps, tiles, { position: picture.position, scale, channels, dead: new Set(dead), ramp, down, numbered: false });
      }
      foot(on, [
        `Numbers are activations. Maps: ${scaleNamed("channel", true).label}, units: ${scaleNamed("picture", false).label}.`,
        "Struck through once: flat for this image; twice: dead on all images.", view.credit,
      ]);
    },
  };
}
