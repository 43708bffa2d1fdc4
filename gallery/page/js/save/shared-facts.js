/** Facts that several pages save: the image, the classes, the channels of a layer. */
import { activeShare, mean } from "../values/map-statistics.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("../values/images.js").Picture} Picture */

/** The shortest decimal number with the same float32 value. @param {number} value */
export function plain(value) {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short + 0;
  }
  return Number(value.toPrecision(9)) + 0;
}

/** The first entries of every JSON document. @param {Context} context @param {string} kind */
export function origin(context, kind) {
  const { generator, model, pictures } = context.data;
  return { schema_version: 1, kind, generator, model: { name: model.name, hash: model.hash }, source: pictures.source };
}

/** @param {Picture} picture */
export function pictureFacts(picture) {
  const { id, name, label, said, sure, right } = picture;
  return { id, name: name || null, label, predicted: picture.scored ? said : null, probability: picture.scored ? plain(sure) : null, right };
}

/** @param {ArrayLike<number>} shares @param {(i: number) => string} nameOf */
export function classFacts(shares, nameOf) {
  return Array.from(shares, (share, i) => ({ class: i, name: nameOf(i), probability: plain(share) }));
}

/** Columns and rows of class probabilities. @param {ArrayLike<number>} shares @param {(i: number) => string} nameOf */
export function classTable(shares, nameOf) {
  return /** @type {const} */ ({
    columns: ["class", "name", "probability"],
    rows: classFacts(shares, nameOf).map((row) => [row.class, row.name, row.probability]),
  });
}

/** The statistics of one channel for one image. @param {LayerMaps} maps @param {number} position @param {number} channel */
export function channelFacts(maps, position, channel) {
  const values = maps.values(position, channel);
  const [lowest, highest] = maps.range(position, channel);
  return { lowest: plain(lowest), mean: plain(mean(values)), highest: plain(highest), share_not_zero: plain(activeShare(values)) };
}

/** A map row by row. @param {LayerMaps} maps @param {number} position @param {number} channel */
export function mapRows(maps, position, channel) {
  const values = maps.values(position, channel);
  return Array.from({ length: maps.height }, (_, y) => Array.from(values.subarray(y * maps.width, (y + 1) * maps.width), plain));
}

/** A file's name from what it shows. @param {Context} context @param {(string | number)[]} parts @param {string} suffix */
export function titled(context, parts, suffix) {
  return `${[context.data.model.name, ...parts].map((part) => String(part).replaceAll("/", ".")).join("_")}.${suffix}`;
}
