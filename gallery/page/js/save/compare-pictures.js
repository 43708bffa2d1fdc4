/** The files that the comparison of two images can save. */
import { byDifference, measured } from "../compare/difference.js";
import { classNamer, titleOf } from "../values/images.js";
import { cardsSheet } from "./cards-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";
import { apart } from "./paper.js";
import { number, percent } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/images.js").Picture} Picture */

/**
 * @param {Context} context @param {{ a: Picture, b: Picture }} chosen
 * @param {{ by: string, alike: { layer: string | null, cosine: number | null, usual: number | null }[], layers:
 *   import("../values/map-provider.js").LayerMaps[] }} seen the measure of channels, "mean" or "max", and the displayed
 *   layers
 * @returns {import("./save-button.js").Offer[]}
 */
export function picturePairOffers(context, { a, b }, { by, alike, layers }) {
  const nameOf = classNamer(context.data);
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, [`pictures-${a.id}-${b.id}`, ...parts], suffix);
  const classes = Array.from(a.probabilities, (share, i) => ({ class: i, name: nameOf(i), a: plain(share), b: plain(b.probabilities[i]) }));
  const cosines = alike.map(({ layer, cosine, usual }) => ({ layer, cosine: cosine === null ? null : plain(cosine), usual: usual === null ? null : plain(usual) }));

  /** The channels of a layer, the largest difference first. @param {import("../values/map-provider.js").LayerMaps} maps */
  function channelsOf(maps) {
    const [own, other] = [measured(maps, a.position, by), measured(maps, b.position, by)];
    return byDifference(own, other).map((channel) => ({ channel, a: plain(own[channel]), b: plain(other[channel]), difference: plain(own[channel] - other[channel]) }));
  }

  function channels() {
    const rows = layers.flatMap((maps) => channelsOf(maps).map((row) => [maps.path, row.channel, row.a, row.b, row.difference]));
    download(named("csv", "channels", by), csv(["layer", "channel", "A", "B", "A - B"], rows), "text/csv;charset=utf-8");
  }

  async function still() {
    const cards = [a, b].map((picture, i) => ({
      raster: context.painter.raster(picture.position),
      lines: [
        { words: `${"AB"[i]} ${apart(titleOf(picture))}, image ${picture.id}`, weight: 600 },
        ...byDifference(picture.probabilities, new Float32Array(picture.probabilities.length)).slice(0, 5)
          .map((k) => ({ words: `${percent(picture.probabilities[k])} ${apart(nameOf(k))}`, ink: /** @type {const} */ ("muted") })),
      ],
    }));
    const told = cosines.filter((row) => row.cosine !== null).map((row) => `${row.layer ?? "pixels"} ${number(row.cosine ?? 0)}`);
    const notes = [...(told.length ? [`Cosine similarity in each layer: ${told.slice(0, 4).join(" · ")}`, ...(told.length > 4 ? [told.slice(4).join(" · ")] : [])] : []), credit(context.data, layers)];
    download(named("png"), await png(cardsSheet({ title: "Two images", subtitle: a.scored ? "with the most probable classes" : "", cards, notes, large: true }, 2)), "image/png");
  }

  function everything() {
    const document = {
      ...origin(context, "image comparison"),
      a: pictureFacts(a), b: pictureFacts(b), classes, cosines,
      measure: by === "max" ? "highest value" : "mean",
      layers: layers.map((maps) => ({ path: maps.path, channels: channelsOf(maps) })),
    };
    download(named("json"), jsonText(document), "application/json");
  }

  return [
    { kind: "PNG", what: `sheet with both images${a.scored ? ", their classes" : ""} and their similarity in each layer`, save: still },
    ...(!a.scored ? [] : [{ kind: "CSV", what: "probability of each class for A and B", save: () => download(named("csv", "classes"), csv(["class", "name", "A", "B"], classes.map((row) => [row.class, row.name, row.a, row.b])), "text/csv;charset=utf-8") }]),
    ...(cosines.length ? [{ kind: "CSV", what: "cosine similarity in each layer", save: () => download(named("csv", "cosines"), csv(["layer", "cosine", "usual"], cosines.map((row) => [row.layer ?? "pixels", row.cosine, row.usual])), "text/csv;charset=utf-8") }] : []),
    ...(layers.length ? [{ kind: "CSV", what: `channels by difference of their ${by === "max" ? "highest values" : "means"}`, save: channels }] : []),
    { kind: "JSON", what: `everything: ${["images", a.scored && "classes", cosines.length && "cosines", cosines.length && "channels"].filter(Boolean).join(", ")}`, save: everything },
  ];
}
