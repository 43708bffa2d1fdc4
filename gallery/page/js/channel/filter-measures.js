/** The measures of one filter, each shown against all filters of its layer. */
import { readNumbers } from "../filters/filter-measures.js";
import { html, replace, svg } from "../dom.js";
import { bytes } from "../values/unpack.js";
import { capital, counted, number, percent } from "../words.js";
import { channelBlock } from "./channel-block.js";

/** @typedef {import("../filters/filter-measures.js").FilterNumbers} FilterNumbers */

const WIDTH = 160;
const HEIGHT = 18;

/** @param {import("./context.js").About} about @returns {import("./context.js").Block | null} */
export function numbersBlock(about) {
  const { context, path } = about;
  const { filters } = context.data.sections;
  const entry = filters?.layers[path];
  if (!entry) return null;
  const held = bytes(entry.blob).then((raw) => readNumbers(raw, entry, filters));
  const list = html("div", { class: "numbers-rows" });
  const words = html("div");
  const root = html("section", { class: "numbers" },
    html("h2", {}, "Measures", html("span", { class: "aside" }, `among the ${counted(entry.filters, entry.noun)} in this layer`)), list, words);
  return channelBlock(root, (channel, still) => {
    held.then((all) => {
      if (!still()) return;
      const one = all[channel];
      replace(list, rowsOf(entry).map(({ name, of, say, band }) => row(name, all.map(of), channel, say(one), band?.(one))));
      replace(words, twinWords(about, one), structureWords(entry, one));
    });
  });
}

/** @param {number} value */
function said(value) {
  return Number.isNaN(value) ? "–" : number(value);
}

/** @param {import("../contract.js").Filters["layers"][string]} entry @returns {{ name: string, of: (one: FilterNumbers) => number, say: (one: FilterNumbers) => string, band?: (one: FilterNumbers) => [number, number] }[]} */
function rowsOf({ entropy_most, measure }) {
  return [
    { name: "L2 norm", of: (one) => one.norm, say: (one) => said(one.norm) },
    { name: "Entropy", of: (one) => one.entropy, say: (one) => (Number.isNaN(one.entropy) ? "–" : `${one.entropy.toFixed(2)} of ${entropy_most.toFixed(2)} bits`) },
    { name: "Dead", of: (one) => one.dead, say: (one) => percent(one.dead) },
    { name: "Selectivity", of: (one) => one.selectivity, say: (one) => said(one.selectivity) },
    ...(measure ? [{
      name: capital(measure), of: (/** @type {FilterNumbers} */ one) => one.structure, say: (/** @type {FilterNumbers} */ one) => said(one.structure),
      band: (/** @type {FilterNumbers} */ one) => one.shuffled,
    }] : []),
  ];
}

/** A measure with its position among all filters. @param {string} name @param {number[]} values @param {number} channel @param {string} words @param {[number, number]} [band] */
function row(name, values, channel, words, band) {
  return html("div", { class: "numbers-row" }, html("span", { class: "numbers-name" }, name), html("b", {}, words), strip(name, values, channel, band));
}

/** A tick for each filter, this one marked, with an optional band. @param {string} name @param {number[]} values @param {number} channel @param {[number, number]} [band] */
function strip(name, values, channel, band) {
  const known = values.filter((value) => !Number.isNaN(value));
  const own = values[channel];
  const ends = [...known, ...(band ?? []).filter((value) => !Number.isNaN(value))];
  const low = Math.min(...ends), high = Math.max(...ends);
  if (Number.isNaN(own) || !(high > low)) return html("span", { class: "note" }, Number.isNaN(own) ? "" : "same for all");
  /** @param {number} value */
  const x = (value) => 2 + ((value - low) / (high - low)) * (WIDTH - 4);
  const below = known.filter((value) => value < own).length;
  const label = `${name}: ${below} of ${counted(known.length, "filter")} ${below === 1 ? "is" : "are"} lower; range ${number(Math.min(...known))} to ${number(Math.max(...known))}`;
  return svg("svg", { class: "numbers-strip", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    svg("title", {}, label),
    band && !Number.isNaN(band[0]) ? svg("rect", { class: "band", x: x(band[0]), y: 0, width: Math.max(1, x(band[1]) - x(band[0])), height: HEIGHT }) : null,
    svg("line", { class: "rule", x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2 }),
    known.map((value) => svg("line", { class: "tick-line", x1: x(value), x2: x(value), y1: 4, y2: HEIGHT - 4 })),
    svg("line", { class: "own", x1: x(own), x2: x(own), y1: 0, y2: HEIGHT }));
}

/** @param {import("./context.js").About} about @param {FilterNumbers} one */
function twinWords({ context, path }, one) {
  if (one.twin < 0) return null;
  const link = html("a", { href: context.address("layer", [path, one.twin]) }, `${one.isTwin ? "Twin of" : "Nearest twin"} ${one.twin}`);
  return html("p", { class: "note" }, one.isTwin ? html("b", {}, link) : link,
    `: kernel cosine ${said(one.cosine)}, activation correlation ${said(one.correlation)}.`);
}

/** @param {import("../contract.js").Filters["layers"][string]} entry @param {FilterNumbers} one */
function structureWords({ measure, shuffles, places }, one) {
  if (!measure || Number.isNaN(one.p)) return null;
  const [low, high] = one.shuffled;
  return html("p", { class: "note" }, html("b", {}, one.likeShuffled ? "Not distinguishable from shuffled weights" : "Differs from shuffled weights"),
    `: for 95\u202f% of ${shuffles} shuffles of its ${places} weights, ${measure} lies between ${number(low)} and ${number(high)} (shaded); p\u00a0=\u00a0${number(one.p)}.`);
}
