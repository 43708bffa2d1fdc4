/** Unpacks the snapshots of a training run. */
import { unpacked } from "../values/map-provider.js";
import { pictureColors } from "../parts/paint.js";
import { bytes, floats } from "../values/unpack.js";
import { number, percent } from "../words.js";

/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {{ name: string, title: string, share: boolean, lines: { name: string, values: [number, number][], kind: "first" | "second" }[] }} Curve values are [epoch, value] */
/** @typedef {Awaited<ReturnType<typeof openFilm>>} Film */

/** Columns of the history that are not metrics. */
const ASIDE = ["epoch", "seconds", "rate", "learning_rate", "lr"];
/** The most charts. */
const MOST = 4;

/** @param {import("../contract.js").Training} entry */
export async function openFilm(entry) {
  const moments = entry.epochs.length;
  const count = entry.pictures.ids.length;
  const classes = entry.class_names.length;
  const [pixels, shares] = await Promise.all([bytes(entry.pictures.blob), bytes(entry.answers).then(floats)]);
  /** @param {{ path: string, blob: number, height: number, width: number }} one @param {number} rows @param {number} tiles @param {boolean} signed @returns {Promise<LayerMaps>} */
  const open = async (one, rows, tiles, signed) => unpacked(
    { path: one.path, blob: one.blob, pictures: rows, height: one.height, width: one.width, channels: tiles, signed, spatial: true }, await bytes(one.blob));
  const kernels = await Promise.all(entry.kernels.map((one) => open(one, moments, one.tiles, true)));
  const maps = await Promise.all(entry.maps.map((one) => open(one, moments * count, one.tiles, one.low < 0)));
  const heat = entry.heat ? await open(/** @type {typeof entry.heat & { path: string }} */ (entry.heat), moments * count, 1, entry.heat.signed) : null;
  const { height, width, channels } = entry.pictures;
  const size = height * width * channels;
  return {
    entry, moments, count,
    last: entry.epochs[moments - 1],
    curves: curvesOf(entry),
    /** The RGBA pixels of an image, a copy. @param {number} i */
    picture: (i) => ({ rgba: pictureColors(pixels.subarray(i * size, (i + 1) * size), channels), height, width }),
    /** The probability of each class. @param {number} moment @param {number} i image */
    predictions: (moment, i) => shares.subarray((moment * count + i) * classes, (moment * count + i + 1) * classes),
    /** The prediction in a snapshot: the class, its probability, and that of the tracked class; or the tracked output of a regression. @param {number} moment @param {number} i image */
    said(moment, i) {
      const all = this.predictions(moment, i);
      const followed = entry.pictures.classes[i];
      const best = entry.range ? followed : all.reduce((/** @type {number} */ at, share, k) => (share > all[at] ? k : at), 0);
      return { best, sure: all[best], followed, share: all[followed], right: entry.pictures.labelled ? best === followed : null };
    },
    /** A probability, or a value of a regression, in words. @param {number} value */
    words: (value) => (entry.range ? number(value) : percent(value)),
    /** The true value of an image, in words; "" if it is not known. @param {number} i image */
    truth: (i) => (entry.pictures.values ? `, true ${number(entry.pictures.values[i])}` : ""),
    /** The length of the bar of a probability, or of a value within the range of all, 0 to 1. @param {number} value */
    length: (value) => (entry.range ? (value - entry.range[0]) / (entry.range[1] - entry.range[0] || 1) : value),
    /** The kernels of a layer, by its index. @param {number} layer @param {number} moment @param {number} tile */
    kernel: (layer, moment, tile) => kernels[layer].values(moment, tile),
    /** @param {number} layer @param {number} moment @param {number} i image @param {number} tile */
    map: (layer, moment, i, tile) => maps[layer].values(moment * count + i, tile),
    /** @param {number} moment @param {number} i image */
    heat: (moment, i) => (heat ? heat.values(moment * count + i, 0) : null),
  };
}

/** The curves of a history: training and validation for each metric. @param {import("../contract.js").Training} entry @returns {Curve[]} */
export function curvesOf(entry) {
  const rows = entry.history;
  const names = [...new Set([...rows, ...entry.figures].flatMap((row) => Object.keys(row)))].filter((name) => !ASIDE.includes(name) && !name.startsWith("val_"));
  const accuracy = (/** @type {string} */ name) => /acc/.test(name);
  names.sort((a, b) => Number(accuracy(b)) - Number(accuracy(a)) || Number(b === "loss") - Number(a === "loss"));
  /** @param {string} name @returns {[number, number][]} */
  const column = (name) => rows.filter((row) => typeof row[name] === "number").map((row) => [row.epoch, row[name]]);
  const curves = names.slice(0, MOST).map((name) => {
    const between = entry.epochs.flatMap((/** @type {number} */ epoch, /** @type {number} */ i) =>
      (epoch % 1 !== 0 && typeof entry.figures[i][name] === "number" ? [[epoch, entry.figures[i][name]]] : []));
    const own = /** @type {[number, number][]} */ ([...column(name), ...between].sort((a, b) => a[0] - b[0]));
    const held = column(`val_${name}`);
    return {
      name, title: name.replaceAll("_", " "), share: accuracy(name),
      lines: [{ name: "training", values: own, kind: /** @type {"first"} */ ("first") }, ...(held.length ? [{ name: "validation", values: held, kind: /** @type {"second"} */ ("second") }] : [])],
    };
  });
  const rate = ["rate", "learning_rate", "lr"].find((name) => column(name).length);
  if (rate) curves.push({ name: rate, title: "learning rate", share: false, lines: [{ name: "at the end of the epoch", values: column(rate), kind: "first" }] });
  return curves.filter((curve) => curve.lines.some((line) => line.values.length));
}

/** A line up to an epoch: its points, and an interpolated last one. @param {[number, number][]} values @param {number} epoch @returns {[number, number][]} */
export function grown(values, epoch) {
  const there = values.filter(([at]) => at <= epoch + 1e-9);
  const next = values[there.length];
  const before = there[there.length - 1];
  if (!before || !next || before[0] >= epoch - 1e-9) return there;
  const share = (epoch - before[0]) / (next[0] - before[0]);
  return [...there, [epoch, before[1] + share * (next[1] - before[1])]];
}

/** The last value measured up to an epoch; null before the first. @param {[number, number][]} values @param {number} epoch */
export function measuredAt(values, epoch) {
  const there = values.filter(([at]) => at <= epoch + 1e-9);
  return there.length ? there[there.length - 1][1] : null;
}

/** A snapshot's time in words: "before training", "epoch 1.25", "epoch 3". @param {number} epoch */
export function momentName(epoch) {
  return epoch === 0 ? "before training" : `epoch ${Number(epoch.toFixed(2))}`;
}
