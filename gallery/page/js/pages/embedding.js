/** `#/embedding?map=tsne&class=3`: a map of the images, where images that are similar to the model are close together. */
import { choice } from "../parts/radio-buttons.js";
import { html, named, replace } from "../dom.js";
import { atlas } from "../embedding/thumbnail-atlas.js";
import { field } from "../embedding/scatter-plot.js";
import { MOST, nearest } from "../embedding/nearest.js";
import { classColor } from "../embedding/class-colors.js";
import { byName } from "../values/bare.js";
import { classNamer, sentence } from "../values/images.js";
import { saveControl } from "../save/save-button.js";
import { embeddingOffers } from "../save/embedding.js";
import { folded, table } from "../parts/table.js";
import { bytes, floats } from "../values/unpack.js";
import { counted, cut, percent, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "embedding", menu: () => ({ label: "Map" }), open };

/** @type {Record<string, { label: string, words: (entry: import("../contract.js").Embedding) => string }>} */
const KINDS = {
  pca: {
    label: "principal components",
    words: ({ explained: [first, second] }) => `Horizontal: first principal component, ${percent(first)} of the variance; vertical: second, ${percent(second)}. Distances on the map approximate distances between activations.`,
  },
  tsne: {
    label: "t-SNE",
    words: () => "Neighbors stay close together. Distances between clusters and their sizes have no meaning.",
  },
};

/** @param {HTMLElement} host @param {import("../types.js").With<"embedding">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, pictures } = context;
  const entry = data.sections.embedding;
  const nameOf = classNamer(data);
  /** @type {import("../values/images.js").Picture[]} */
  const shown = entry.positions.map((/** @type {number} */ position) => pictures[position]);
  const labelled = shown.some((picture) => picture.label !== null);
  const [scored] = shown.map((picture) => picture.scored);
  const points = shown.map((picture) => {
    const index = picture.labelIndex ?? picture.saidIndex;
    return { index, wrong: picture.right === false, name: index < 0 ? "" : cut(nameOf(index), 18) };
  });
  /** @type {Record<string, Float32Array>} */
  const maps = byName();
  for (const { name, blob } of entry.maps) maps[name] = floats(await bytes(blob));
  const usual = "tsne" in maps ? "tsne" : "pca";
  const counts = new Map();
  for (const { index } of points) counts.set(index, (counts.get(index) ?? 0) + 1);
  const classes = [...counts.keys()].filter((index) => index >= 0).sort((a, b) => a - b);
  const mistakes = points.filter((point) => point.wrong).length;
  let state = read(route.selection);
  let pointed = -1;

  /** @param {Record<string, string>} selection */
  function read(selection) {
    const chosen = Number(selection.class);
    return {
      map: selection.map && selection.map in maps ? selection.map : usual,
      dots: selection.as === "dots",
      only: selection.show === "wrong" && mistakes > 0,
      chosen: selection.class && counts.has(chosen) ? chosen : null,
      at: shown.findIndex((picture) => String(picture.id) === selection.image),
    };
  }
  /** @param {Partial<typeof state>} change */
  function go(change) {
    const next = { ...state, ...change };
    context.go(context.address("embedding", null, {
      map: next.map === usual ? null : next.map, as: next.dots ? "dots" : null, show: next.only ? "wrong" : null,
      class: next.chosen, image: next.at < 0 ? null : shown[next.at].id,
    }), { replace: true });
  }

  const kind = choice("Map", entry.maps.map((one) => ({ name: one.name, label: KINDS[one.name].label })), (map) => go({ map }));
  const as = choice("Draw as", [{ name: "", label: "images" }, { name: "dots", label: "points" }], (name) => go({ dots: name === "dots" }));
  const which = choice("Show", [{ name: "", label: "all" }, { name: "wrong", label: "mistakes" }], (name) => go({ only: name === "wrong" }));
  const area = field(points, atlas(context.painter, entry.positions), {
    label: `Map of ${counted(shown.length, "image")}. Arrow keys move from image to image, Enter opens one, plus and minus zoom.`,
    over: point,
    open: (i) => context.go(context.address("image", shown[i].id)),
  });
  const canvas = html("canvas", { "aria-hidden": "true" });
  const words = html("p", { class: "embedding-words" });
  const link = html("a", {}, "Open image");
  const card = html("div", { class: "embedding-card" }, html("div", { class: "embedding-thumb" }, canvas), html("div", {}, words, html("p", { class: "note" }, link)));
  const keys = html("ul", { class: "embedding-keys", "aria-label": labelled ? "Classes" : "Predicted classes" }, classes.map((index) => {
    const swatch = html("span", { class: "swatch" });
    swatch.style.background = classColor(index);
    return html("li", {}, html("button", { type: "button", "data-class": index, "aria-pressed": "false", click: () => go({ chosen: state.chosen === index ? null : index }) },
      swatch, html("span", { class: "embedding-class" }, named(cut(nameOf(index), 28))), html("span", { class: "muted" }, whole(counts.get(index)))));
  }));
  const meaning = html("p", { class: "note" });
  const numbers = html("div", {});
  const still = !scored ? (labelled ? "Colors show their classes." : "") : labelled ? mistakes ? mistakes === 1 ? "A folded corner marks the one mistake." : `A folded corner marks each of the ${counted(mistakes, "mistake")}.` : "All of them are predicted correctly." : "There are no labels; colors show the predicted classes.";

  replace(host,
    html("div", { class: "title-row" },
      html("h1", {}, "Map of the images"),
      html("p", { class: "subtitle" }, named(cut(entry.layer)), ` · ${counted(entry.features, entry.means ? "channel mean" : "value")} per image`),
      saveControl(context.tell, () => embeddingOffers(context, entry, shown, maps, area.canvas))),
    html("p", { class: "lead" }, `${counted(shown.length, "image")}, placed by the activations of `, named(cut(entry.layer)), `: images that are close together are similar to the model. ${still}`,
      shown.length < entry.pictures ? ` ${whole(entry.pictures)} were mapped; this page contains ${whole(shown.length)}.` : ""),
    html("div", { class: "controls embedding-controls" }, entry.maps.length > 1 ? kind.root : null, as.root, mistakes ? which.root : null),
    html("div", { class: "embedding" },
      html("div", { class: "embedding-field" }, area.canvas,
        html("div", { class: "embedding-zoom" },
          html("button", { type: "button", "aria-label": "Zoom in", click: () => area.enlarge(1.5) }, "+"),
          html("button", { type: "button", "aria-label": "Zoom out", click: () => area.enlarge(1 / 1.5) }, "−"),
          html("button", { type: "button", "aria-label": "Show all", click: () => area.fit() }, "all"))),
      html("div", { class: "embedding-side" }, card, classes.length ? [html("h2", {}, labelled ? "Classes" : "Predicted classes"), keys] : null)),
    meaning, numbers);

  /** @param {number} i the hovered image, -1 for none */
  function point(i) {
    if (i === pointed) return;
    pointed = i;
    draw();
    if (i >= 0 && document.activeElement === area.canvas) context.tell(sentence(shown[i]));
  }

  function draw() {
    const at = pointed >= 0 ? pointed : state.at;
    kind.set(state.map);
    as.set(state.dots ? "dots" : "");
    which.set(state.only ? "wrong" : "");
    for (const button of keys.querySelectorAll("button")) button.setAttribute("aria-pressed", String(Number(button.dataset.class) === state.chosen));
    area.set(maps[state.map], { dots: state.dots, only: state.only, chosen: state.chosen, at });
    card.classList.toggle("empty", at < 0);
    link.hidden = at < 0;
    if (at < 0) {
      canvas.width = canvas.height = 1;
      words.textContent = "Point at an image to see it here; click to open it. Drag to pan, scroll to zoom.";
    } else {
      context.painter.show(canvas, shown[at].position, 140);
      words.textContent = sentence(shown[at]);
      link.href = context.address("image", shown[at].id);
    }
    meaning.textContent = KINDS[state.map].words(entry);
    replace(numbers, classes.length && shown.length <= MOST ? folded("Nearest neighbors by class", beside) : null);
  }

  /** The map in numbers: how often the nearest image has the same class. */
  function beside() {
    const next = nearest(maps[state.map]);
    return table("How often the nearest image on the map has the same class",
      [{ title: labelled ? "Class" : "Predicted class" }, { title: "Images", number: true }, { title: "Wrong", number: true }, { title: "Nearest has same class", number: true }],
      classes.map((index) => {
        const own = points.map((_, i) => i).filter((i) => points[i].index === index);
        const same = own.filter((i) => next[i] >= 0 && points[next[i]].index === index).length;
        return [named(cut(nameOf(index), 40)), whole(own.length), labelled && scored ? whole(own.filter((i) => points[i].wrong).length) : "–", percent(same / own.length)];
      }), { captioned: true });
  }

  const themed = new MutationObserver(() => area.redraw());
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  draw();
  return {
    title: "Map of the images",
    /** @param {import("../route.js").Route} next */
    update(next) {
      state = read(next.selection);
      draw();
      return true;
    },
    close() {
      area.close();
      themed.disconnect();
    },
  };
}
