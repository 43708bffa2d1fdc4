/** Where two images become similar in the network: cosine similarity of the activations, layer by layer. */
import { html, named, replace } from "../dom.js";
import { apart, cut } from "../words.js";
import { activationsOf, cosine, median } from "./difference.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */
/** @typedef {import("../values/images.js").Picture} Picture */

/** The number of other pairs for the baseline; none where it would take too long. */
const PAIRS = 12;
const MOST_VALUES = 1_000_000;

/** @type {WeakMap<object, Promise<(number | null)[]>>} the baseline, computed once per page */
const known = new WeakMap();

/**
 * @param {Context} context
 * @param {LayerMaps[]} layers
 */
export function alike(context, layers) {
  const place = html("div", {});
  const words = html("p", { class: "note" });
  const names = ["pixels", ...layers.map((maps) => maps.path)];
  /** @type {(number | null)[]} */
  let usual = [];
  /** @type {(number | null)[]} */
  let shown = [];

  /** @param {number} a @param {number} b */
  function set(a, b) {
    const own = activationsAlong(context, layers, a);
    const other = activationsAlong(context, layers, b);
    shown = own.map((row, i) => cosine(row, other[i]));
    draw();
  }

  function draw() {
    const low = Math.min(0, ...shown.map((value) => value ?? 0)) < 0 ? -1 : 0;
    replace(words, said(names, shown), usual.length ? [` ${since(names, shown, usual)} `, `The line marks the baseline: the median of ${PAIRS} other pairs of these images.`] : null);
    replace(place, html("table", { class: "bars alike" },
      html("caption", { class: "unseen" }, "Cosine similarity of the two activations of each layer"),
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, html("span", { class: "unseen" }, "Layer")),
        html("th", { scope: "col" }, html("span", { class: "unseen" }, "Bar")), html("th", { scope: "col", class: "number" }, "cosine"),
        usual.length ? html("th", { scope: "col", class: "number" }, "baseline") : null)),
      html("tbody", {}, names.map((name, i) => html("tr", {},
        html("th", { scope: "row" }, i ? named(cut(name, 28)) : name),
        html("td", { class: "track", "aria-hidden": "true" }, bar(shown[i], usual[i], low)),
        html("td", { class: "number" }, told(shown[i])),
        usual.length ? html("td", { class: "number" }, told(usual[i])) : null)))));
  }

  // Later, when the page is idle.
  usually(context, layers).then((found) => {
    usual = found;
    if (shown.length && usual.length) draw();
  });
  return {
    root: html("div", { class: "alike-chart" }, words, place), set,
    /** The rows of the chart: the pixels and each layer. */
    rows: () => names.map((name, i) => ({ layer: i ? name : null, cosine: shown[i] ?? null, usual: usual[i] ?? null })),
  };
}

/** @param {number | null} value */
function told(value) {
  return value === null || value === undefined ? "–" : value.toFixed(3).replace("-", "−");
}

/** @param {number | null} value @param {number | null | undefined} mark @param {number} low */
function bar(value, mark, low) {
  const drawn = html("div", { class: "bar" });
  drawn.style.width = `${(100 * Math.abs(value ?? 0)) / (1 - low)}%`;
  drawn.style.marginLeft = `${(100 * (Math.min(0, value ?? 0) - low)) / (1 - low)}%`;
  const room = html("div", { class: "bar-room" }, drawn);
  if (mark !== null && mark !== undefined) {
    const line = html("div", { class: "usual" });
    line.style.left = `${(100 * (mark - low)) / (1 - low)}%`;
    room.append(line);
  }
  return room;
}

/** @param {string[]} names @param {(number | null)[]} values */
function said(names, values) {
  const layers = values.map((value, i) => ({ value, i })).filter(({ value, i }) => i > 0 && value !== null);
  if (!layers.length) return "No layer has activations for both.";
  const most = layers.reduce((best, one) => (Number(one.value) > Number(best.value) ? one : best));
  const least = layers.reduce((best, one) => (Number(one.value) < Number(best.value) ? one : best));
  return `1 = same pattern, 0 = nothing in common. The pixels have a similarity of ${told(values[0])}; ` +
    `among the layers it is highest in ${apart(cut(names[most.i], 28))} (${told(most.value)}) and lowest in ${apart(cut(names[least.i], 28))} (${told(least.value)}).`;
}

/** The layer from which on the two are more similar than the baseline in every layer. @param {string[]} names @param {(number | null)[]} values @param {(number | null)[]} usual */
function since(names, values, usual) {
  const told = values.map((value, i) => i).filter((i) => i > 0 && values[i] !== null && usual[i] !== null);
  const not = told.filter((i) => Number(values[i]) <= Number(usual[i])).pop() ?? 0;
  const from = told.find((i) => i > not);
  if (from === undefined) return "In the last layer they are no more similar than the baseline.";
  return `From ${apart(cut(names[from], 28))} on, they are more similar than the baseline in every layer.`;
}

/** Pixels and the activations of every layer, each as a row. @param {Context} context @param {LayerMaps[]} layers @param {number} picture */
function activationsAlong(context, layers, picture) {
  const { height, width, channels } = context.data.pictures;
  return [context.unit(picture, new Float32Array(height * width * channels)), ...layers.map((maps) => activationsOf(maps, picture))];
}

/** @param {Context} context @param {LayerMaps[]} layers @returns {Promise<(number | null)[]>} empty with too few images, or too much to compute */
function usually(context, layers) {
  let found = known.get(context.provider);
  if (!found) known.set(context.provider, (found = survey(context, layers)));
  return found;
}

/** @param {Context} context @param {LayerMaps[]} layers */
async function survey(context, layers) {
  const places = layers.length ? layers[0].positions.filter((p) => layers.every((maps) => maps.has(p))) : [];
  const values = layers.reduce((sum, maps) => sum + maps.channels * maps.height * maps.width, 0);
  if (places.length < 2 * PAIRS || values > MOST_VALUES) return [];
  const half = places.length >> 1;
  /** @type {number[][]} */
  const found = Array.from({ length: layers.length + 1 }, () => []);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    await new Promise((go) => setTimeout(go, 16));
    const at = Math.floor((pair * half) / PAIRS);
    const own = activationsAlong(context, layers, places[at]);
    const other = activationsAlong(context, layers, places[at + half]);
    own.forEach((row, i) => {
      const value = cosine(row, other[i]);
      if (value !== null) found[i].push(value);
    });
  }
  return found.map((all) => (all.length ? median(all) : null));
}
