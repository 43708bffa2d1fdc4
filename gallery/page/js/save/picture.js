/** The files that an image's page can save. */
import { order } from "../values/map-statistics.js";
import { classNamer } from "../values/images.js";
import { counted } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { channelFacts, classFacts, classTable, origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { animation, png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit, layerSheet } from "./layer-sheet.js";
import { shortRamp } from "./gif-palette.js";
import { pictureSheet } from "./picture-sheet.js";

/** @typedef {import("../types.js").Context} Context */

const SMALL = 0.9e6;

/** @typedef {{ maps: import("../values/map-provider.js").LayerMaps, card: import("../contract.js").Layer, about: string, dead: number[] }} Held */

/**
 * @param {Context} context @param {number} position @param {Held[]} held layers with maps of this image
 * @returns {import("./save-button.js").Offer[]}
 */
export function pictureOffers(context, position, held) {
  const { data, pictures, painter } = context;
  const picture = pictures[position];
  const nameOf = classNamer(data);
  const raster = painter.raster(position);
  const source = credit(data, held.map(({ maps }) => maps));
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, [`picture-${picture.id}`, ...parts], suffix);
  /** @param {boolean} signed */
  const ramp = (signed) => (signed ? context.ramps.diverging : context.ramps.viridis);

  async function still() {
    const layers = held.map(({ maps, card, dead }) => ({ maps, card, dead, ramp: ramp(maps.signed) }));
    download(named("png"), await png(pictureSheet({ picture, raster, nameOf, layers, credit: source }, 2)), "image/png");
  }

  /** @param {(words: string) => void} told */
  async function moving(told) {
    const kinds = [false, true].filter((signed) => held.some(({ maps }) => maps.signed === signed));
    const few = new Map(kinds.map((signed) => [signed, shortRamp(ramp(signed), kinds.length)]));
    const content = await animation(held.length, (i) => {
      const { maps, about, dead } = held[i];
      return layerSheet({
        maps, about, picture, raster, dead, scale: maps.spatial ? "channel" : "picture", order: order(maps, position, "index"), sorted: "by number",
        ramp: /** @type {Uint8Array} */ (few.get(maps.signed)), credit: credit(data, [maps]),
      }, 1, SMALL);
    }, { hundredths: () => 150, ramps: [...few.values()], pictures: [raster.rgba], told: (done) => told(`Frame ${done} of ${held.length} …`) });
    download(named("gif", "layers"), content, "image/gif");
  }

  function everything() {
    const document = {
      ...origin(context, "picture"),
      picture: pictureFacts(picture),
      ...(picture.scored ? { classes: classFacts(picture.probabilities, nameOf) } : { outputs: picture.outputs.map(plain) }),
      layers: held.map(({ maps, card, dead }) => ({
        path: maps.path, kind: card.kind, shape: card.shape,
        channels: Array.from({ length: maps.channels }, (_, c) => ({ channel: c, ...channelFacts(maps, position, c), silent: dead.includes(c) })),
      })),
    };
    download(named("json"), jsonText(document), "application/json");
  }

  const { columns, rows } = classTable(picture.probabilities, nameOf);
  return [
    { kind: "PNG", what: `sheet with ${["image", picture.scored && "classes", held.length && "every layer"].filter(Boolean).join(", ").replace(/, ([^,]*)$/, " and $1")}`, save: still },
    ...(held.length > 1 ? [{ kind: "GIF", what: `animation through ${counted(held.length, "layer")}`, save: moving }] : []),
    ...(!picture.scored ? [] : [{ kind: "CSV", what: `probability of ${counted(rows.length, "class")}`, save: () => download(named("csv", "classes"), csv([...columns], rows.map((row) => [...row])), "text/csv;charset=utf-8") }]),
    { kind: "JSON", what: `image, ${picture.scored ? "classes" : "outputs"}, statistics of every channel`, save: everything },
  ];
}
