/** Unpacks the page's data report: its document, images and maps. */
import { colors, pictureColors, show } from "../parts/paint.js";
import { byName, parseBare } from "../values/bare.js";
import { bytes, floats } from "../values/unpack.js";

/** @typedef {import("./document.js").DataDocument} DataDocument */

/** The order of the three kinds of class images in their blob. */
const KINDS = ["mean", "deviation", "median"];

/** @typedef {Awaited<ReturnType<typeof readReport>>} Report */

/** @param {import("../types.js").BareWith<"data">} context */
export async function readReport(context) {
  const entry = context.data.sections.data;
  const [raw, thumbs, ...packed] = await Promise.all([entry.document, entry.thumbs, ...entry.faces].map((blob) => bytes(blob)));
  /** @type {DataDocument} */
  const doc = parseBare(new TextDecoder().decode(raw));
  const { height, width, channels } = entry;
  const one = height * width * channels;
  const faces = packed.map((blob) => floats(blob));
  const kinds = entry.medians ? 3 : 2;
  /** @type {Record<string, { values: Float32Array, height: number, width: number }>} */
  const maps = byName();
  for (const map of entry.maps) maps[map.name] = { values: floats(await bytes(map.blob)), height: map.height, width: map.width };

  /** The mean, median or deviation image of a class. @param {number} set @param {string} kind @param {number} i */
  function face(set, kind, i) {
    const classes = faces[set].length / one / kinds;
    const from = (KINDS.indexOf(kind) * classes + i) * one;
    return faces[set].subarray(from, from + one);
  }
  /** How bright a value of a channel is drawn: 0 is black and 1 white. @param {number} value @param {number} channel @param {number} peak */
  function shade(value, channel, peak) {
    const [black, white] = entry.ends?.[channel] ?? [0, peak];
    return (value - black) / (white - black);
  }
  /** The channels combined to one number per pixel. @param {ArrayLike<number>} values */
  function flat(values) {
    return Float32Array.from({ length: height * width }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < channels; c += 1) sum += values[i * channels + c];
      return sum / channels;
    });
  }
  return {
    entry, doc, maps, face, flat, height, width, channels,
    sets: doc.sets, names: doc.class_names,
    /** The most classes shown; the document has all. */ shown: entry.classes,
    two: doc.sets.length > 1,
    /** Whether the classes of the two sets can be compared. */ same: doc.sets.length > 1 && doc.sets[1].classes.length === doc.class_names.length && doc.sets[1].classes.every((one, k) => one.name === doc.class_names[k]),
    /** @param {HTMLCanvasElement} canvas @param {number} place @param {number} room */
    thumb: (canvas, place, room) => show(canvas, thumbColors(place), width, height, room),
    thumbColors,
    /** A class image in display colors. @param {ArrayLike<number>} values @param {number} peak */
    seen: (values, peak) => pictureColors(Uint8Array.from(values, (value, i) => Math.max(0, Math.min(255, Math.round(shade(value, i % channels, peak) * 255)))), channels),
    /** A map in colors. @param {ArrayLike<number>} values @param {[number, number]} ends @param {boolean} signed */
    colored: (values, [low, high], signed) => colors(values, low, high, signed ? context.ramps.diverging : context.ramps.viridis),
  };

  /** @param {number} place */
  function thumbColors(place) {
    return pictureColors(thumbs.subarray(place * one, (place + 1) * one), channels);
  }
}

/** The state of the page in its address. @param {Record<string, string>} selection @param {Report} report */
export function readState(selection, report) {
  const of = report.two && selection.of === "second" ? 1 : report.same && selection.of === "difference" ? 2 : 0;
  const face = selection.face === "deviation" || (selection.face === "median" && report.entry.medians) ? selection.face : "mean";
  return { of, face, ten: selection.show === "ten", clustered: selection.order === "cluster", at: selection.at ?? "" };
}

/** @typedef {ReturnType<typeof readState>} State */

/** The state as part of an address. @param {State} state */
export function stateWords(state) {
  return {
    of: ["", "second", "difference"][state.of], face: state.face === "mean" ? "" : state.face,
    show: state.ten ? "ten" : "", order: state.clustered ? "cluster" : "", at: state.at,
  };
}
