/** `#/compare?of=classes&a=6&b=0`: two images, classes, heatmaps, layers or models side by side on one scale. */
import { choice } from "../parts/radio-buttons.js";
import { classesView } from "./compare/classes.js";
import { confusedView } from "./compare/confused-pairs.js";
import { layersView } from "./compare/layers-alike.js";
import { methodsView } from "./compare/methods.js";
import { modelsView } from "./compare/models.js";
import { chosenPictures, comparable, picturesView } from "./compare/pictures.js";
import { html, replace } from "../dom.js";
import { missing } from "../parts/not-found.js";
import { saveControl } from "../save/save-button.js";
import { cut } from "../words.js";

/** @typedef {import("../types.js").With<"compare">} Context */

/**
 * An open comparison.
 * @typedef {object} Comparison
 * @property {HTMLElement} root
 * @property {() => string} title
 * @property {(selection: Record<string, string>) => void} update
 * @property {() => Selection | null} swapped the selection with A and B swapped; null without A and B
 * @property {() => import("../save/save-button.js").Offer[]} offers
 * @property {(to: string) => Selection} carry selection for another comparison
 * @property {(by: number) => void} step to the next or previous image
 * @property {() => void} close
 */
/** @typedef {import("../types.js").Selection} Selection */

export const page = { name: "compare", menu, open };

/**
 * The kinds of comparisons and their views.
 * @type {{ name: string, label: string, heading: string, keeps: string[], view: (context: import("../types.js").TwoModels & import("../types.js").With<"pairs" | "similarity">, go: (change: Selection, quietly?: boolean) => void) => Promise<Comparison> }[]}
 */
const WAYS = [
  { name: "pictures", label: "images", heading: "Two images", keeps: ["a", "b", "by", "layer", "heat"], view: picturesView },
  { name: "classes", label: "classes", heading: "Two classes", keeps: ["a", "b", "layer"], view: classesView },
  { name: "methods", label: "heatmaps", heading: "Two heatmaps of one image", keeps: ["image", "a", "b", "maps", "as"], view: methodsView },
  { name: "pairs", label: "confusion", heading: "Two classes, correct and confused", keeps: ["heat", "scale"], view: confusedView },
  { name: "layers", label: "layers", heading: "Layer similarity", keeps: [], view: layersView },
  { name: "models", label: "models", heading: "Two models", keeps: ["show", "image"], view: modelsView },
];

/** Comparisons without A and B to swap. */
const ALONE = ["models", "pairs", "layers"];

/** @param {Context} context */
function offered(context) {
  const { other } = context.data.sections.compare;
  const { heatmaps, pairs, similarity } = context.data.sections;
  const can = {
    pictures: comparable(context).length > 1, classes: context.data.pictures.probabilities.classes > 1, models: other !== null,
    methods: (heatmaps?.made.length ?? 0) > 1, pairs: Boolean(pairs), layers: Boolean(similarity),
  };
  return WAYS.filter((way) => /** @type {Record<string, boolean>} */ (can)[way.name]);
}

/** The menu entry opens the selected image next to one that is worth comparing. @param {Context} context @param {string | null} image */
function menu(context, image) {
  if (!image || comparable(context).length < 2) return { label: "Compare" };
  const { a, b } = chosenPictures(context, { a: image });
  return { label: "Compare", selection: { a: a.id, b: b.id } };
}

/** @param {HTMLElement} host @param {Context} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const ways = offered(context);
  const name = route.selection.of ?? ways[0]?.name;
  const way = ways.find((one) => one.name === name);
  if (!way) return missing(host, ...why(context, name));
  /** @type {Record<string, string>} */
  let selection = route.selection;

  /** The address of a changed selection. @param {Selection} change */
  function address(change) {
    const kept = Object.fromEntries(way?.keeps.map((key) => [key, selection[key]]) ?? []);
    return context.address("compare", null, { of: name === WAYS[0].name ? null : name, ...kept, ...change });
  }
  const shown = await way.view(/** @type {Parameters<typeof way.view>[0]} */ (context), (/** @type {Selection} */ change, quietly = false) => context.go(address(change), { replace: quietly }));
  const what = choice("Compare", ways, (to) =>
    context.go(context.address("compare", null, { of: to === WAYS[0].name ? null : to, ...shown.carry(to) })));
  what.set(way.name);
  const swap = () => context.go(address(/** @type {Selection} */ (shown.swapped())));
  replace(host,
    html("div", { class: "title-row compare-title" },
      html("h1", {}, way.heading),
      ways.length > 1 ? what.root : null,
      ALONE.includes(way.name) ? null : html("button", { type: "button", class: "more swap", click: swap }, "Swap A and B"),
      saveControl(context.tell, () => shown.offers())),
    shown.root);
  shown.update(selection);
  const view = {
    title: shown.title(),
    /** @param {import("../route.js").Route} next */
    update(next) {
      if ((next.selection.of ?? ways[0].name) !== name) return false;
      selection = next.selection;
      shown.update(selection);
      view.title = shown.title();
      return true;
    },
    /** @param {string} key */
    key(key) {
      if (key === "x" && !ALONE.includes(way.name)) swap();
      else if (key === "<" || key === ">") shown.step(key === "<" ? -1 : 1);
      // Already shown.
      else return key === "c";
      return true;
    },
    close: shown.close,
  };
  return view;
}

/** Why this comparison is not available. @param {Context} context @param {string} name @returns {[string, import("../dom.js").One[] | null]} */
function why(context, name) {
  if (name === "models") return ["This page was made from one model.", ["To compare two, run ", html("code", {}, "cnnviz compare A B"), ", where A and B are model files."]];
  if (name === "pictures") return ["This page has only one image, so there is nothing to compare it with.", null];
  if (name === "classes") return ["The model has only one class.", null];
  if (name === "methods") return ["This page has fewer than two heatmaps to compare.", ["To make them, run ", html("code", {}, "cnnviz heatmap --method A --method B"), "."]];
  if (name === "pairs") return ["This page has no pairs of confused classes.", ["To make them, run ", html("code", {}, "cnnviz heatmap --compare A,B"), ", where A and B are classes."]];
  if (name === "layers") return ["This page has no layer similarity.", ["To measure it, run ", html("code", {}, "cnnviz similarity"), "."]];
  return [`Images, classes, heatmaps, layers and models can be compared, not “${cut(String(name))}”.`, null];
}
