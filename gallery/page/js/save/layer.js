/** The files that a layer's page can save. */
import { isFlat } from "../values/signal.js";
import { counted } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { channelFacts, classFacts, mapRows, origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { animation, png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit, layerSheet } from "./layer-sheet.js";
import { shortRamp } from "./gif-palette.js";
import { classNamer } from "../values/images.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../contract.js").Layer} Layer */

/** The most images in an animation. */
const FRAMES = 50;
/** The most pixels of the tiles of a PNG, and of a GIF's frame. */
const LARGE = 20e6;
const SMALL = 1.2e6;
const SORTED = /** @type {Record<string, string>} */ ({ index: "by number", mean: "largest mean first", max: "highest value first" });

/**
 * @typedef {object} LayerState the state of the page @property {number} position
 * @property {number} channel
 * @property {string} scale
 * @property {string} sort
 * @property {(position: number) => number[]} order
 * @property {number[]} dead
 */

/**
 * @param {Context} context @param {import("../values/map-provider.js").LayerMaps} maps @param {Layer} card @param {string} about the layer in a line
 * @param {string[] | null} unitNames if the layer's units are the classes @param {() => LayerState} seen @returns
 * {import("./save-button.js").Offer[]}
 */
export function layerOffers(context, maps, card, about, unitNames, seen) {
  const { pictures, painter, data } = context;
  const state = seen();
  const { position, channel } = state;
  const picture = pictures[position];
  const noun = maps.spatial ? "channel" : "unit";
  const ramp = maps.signed ? context.ramps.diverging : context.ramps.viridis;
  const frames = maps.positions.slice(0, FRAMES);
  const all = maps.channels === 1 ? `the ${noun}` : `all ${counted(maps.channels, noun)}`;
  /** @param {string} suffix @param {...(string | number)} parts */
  const named = (suffix, ...parts) => titled(context, [maps.path, ...parts], suffix);

  /** @param {number} of @param {Uint8Array} colors @returns {import("./layer-sheet.js").LayerView} */
  const view = (of, colors) => ({
    maps, about, picture: pictures[of], raster: painter.raster(of), scale: state.scale, order: state.order(of), sorted: SORTED[state.sort],
    dead: state.dead, ramp: colors, credit: credit(data, [maps]),
  });

  /** @param {(words: string) => void} told */
  async function moving(told) {
    const few = shortRamp(ramp);
    const content = await animation(frames.length, (i) => layerSheet(view(frames[i], few), 1, SMALL), {
      hundredths: () => 100, ramps: [few], pictures: frames.map((at) => painter.raster(at).rgba),
      told: (done) => told(`Frame ${done} of ${frames.length} …`),
    });
    download(named("gif", frames.length === 1 ? `picture-${picture.id}` : `${frames.length}-pictures`), content, "image/gif");
  }

  function numbers() {
    const rows = Array.from({ length: maps.channels }, (_, c) => {
      const { lowest, mean, highest, share_not_zero } = channelFacts(maps, position, c);
      const silent = state.dead.includes(c) ? "yes" : "no";
      return maps.spatial ? [c, lowest, mean, highest, share_not_zero, silent] : [c, ...(unitNames ? [unitNames[c]] : []), highest, silent];
    });
    const columns = maps.spatial ? ["channel", "lowest", "mean", "highest", "share_not_zero", "silent"]
      : ["unit", ...(unitNames ? ["class"] : []), "value", "silent"];
    download(named("csv", `picture-${picture.id}`, `${noun}s`), csv(columns, rows), "text/csv;charset=utf-8");
  }

  function cells() {
    const rows = mapRows(maps, position, channel).map((row, y) => [y, ...row]);
    download(named("csv", `picture-${picture.id}`, `channel-${channel}`), csv(["row", ...Array.from({ length: maps.width }, (_, x) => String(x))], rows), "text/csv;charset=utf-8");
  }

  function everything() {
    const { path, kind, activation, shape, parameters, receptive_field } = card;
    const document = {
      ...origin(context, "layer"),
      precision: maps.live ? "computed in the page with weights rounded to 16 bits" : maps.spatial ? "stored with 8 bits per cell; lowest and highest are exact" : "exact",
      layer: { path, kind, activation, shape, parameters, receptive_field },
      scale: state.scale, order: state.sort,
      picture: pictureFacts(picture),
      ...(picture.scored ? { classes: classFacts(picture.probabilities, classNamer(data)) } : {}),
      [`${noun}s`]: Array.from({ length: maps.channels }, (_, c) => {
        const quiet = { silent: state.dead.includes(c), flat: isFlat(maps, position, c) };
        if (maps.spatial) return { channel: c, ...channelFacts(maps, position, c), ...quiet, values: mapRows(maps, position, c) };
        return { unit: c, ...(unitNames ? { class: unitNames[c] } : {}), value: plain(maps.range(position, c)[1]), silent: quiet.silent };
      }),
    };
    download(named("json", `picture-${picture.id}`), jsonText(document), "application/json");
  }

  return [
    { kind: "PNG", what: `sheet with ${all} for this image`, save: async () => download(named("png", `picture-${picture.id}`), await png(layerSheet(view(position, ramp), 2, LARGE)), "image/png") },
    ...(maps.positions.length > 1 ? [{ kind: "GIF", what: `the sheet for each image: ${frames.length < maps.positions.length ? `the first ${frames.length} of ${maps.positions.length}` : `all ${frames.length}`}`, save: moving }] : []),
    { kind: "CSV", what: `statistics of ${all}`, save: numbers },
    ...(maps.spatial && maps.height * maps.width > 1 ? [{ kind: "CSV", what: `all cells of channel ${channel}`, save: cells }] : []),
    { kind: "JSON", what: "everything: image, classes, all values", save: everything },
  ];
}
