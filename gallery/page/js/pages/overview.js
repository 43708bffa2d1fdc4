/** `#/`: the model, the main findings, its images, layers and training. */
import { cardFacts } from "../parts/card-facts.js";
import { lines } from "../parts/chart.js";
import { html, named, replace } from "../dom.js";
import { filmstrip } from "../parts/filmstrip.js";
import { flow } from "../parts/image-through-layers.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { ownScales } from "../parts/legend.js";
import { confusionSection } from "../parts/confusion-matrix.js";
import { ofAll } from "../parts/evaluation-scope.js";
import { computedHere } from "../parts/map-origin.js";
import { caption } from "../parts/image.js";
import { byName } from "../values/bare.js";
import { classNamer, hasClasses, sentence } from "../values/images.js";
import { saveControl } from "../save/save-button.js";
import { overviewOffers } from "../save/overview.js";
import { folded, scroller, table } from "../parts/table.js";
import { counted, cut, number, percent, shape, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").ModelData} ModelData */

export const page = { name: "", menu, open };

/** @param {import("../types.js").With<"overview">} context @param {string | null} image */
function menu(context, image) {
  return { label: "Overview", selection: { image } };
}

/** The number of images shown: two rows on a wide screen. */
const MOST = 20;
const MOST_NARROW = 9;

/** @param {HTMLElement} host @param {import("../types.js").With<"overview">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, pictures } = context;
  const way = await flow(context, classNamer(data));
  const film = filmstrip(context, (position) => context.go(context.address("", null, { image: pictures[position].id }), { replace: true }));
  replace(host,
    html("div", { class: "opening" },
      html("div", { class: "title-row" }, html("h1", {}, named(cut(data.model.name, 60))), saveControl(context.tell, () => overviewOffers(context, way.all))),
      html("p", { class: "lead" }, lead(data))),
    html("section", { class: "way", "aria-label": "One image through the network" },
      pictures.length > 1 ? film.root : null, way.root,
      context.provider.layers.length ? html("p", { class: "note legend-line" }, html("span", {}, "The channels of each layer with the highest activation for this image, each on its own scale.", way.layers.some((m) => m.live) ? ` ${computedHere(way.layers)}` : null),
        [false, true].filter((signed) => way.layers.some((m) => m.signed === signed)).map((signed) => ownScales(context.ramps, signed))) : null),
    findings(data.sections.overview.findings),
    confusionSection(context, classNamer(data)),
    pictureGrid(context),
    layerTable(context, way.all),
    training(data.model.history, data.sections.training ? context.address("training") : null),
    html("div", { class: "two" }, modelFacts(data), pictureFacts(data)));
  /** @param {import("../route.js").Route} next */
  function update(next) {
    const found = pictures.findIndex((p) => String(p.id) === next.selection.image);
    // By default the least confident image, as the most informative, of those with maps.
    /** @type {number[]} */
    const offered = context.provider.mapped ?? pictures.map((p) => p.position);
    const position = found < 0 ? offered.reduce((at, other) => (pictures[other].sure < pictures[at].sure ? other : at), offered[0]) : found;
    film.set(position);
    way.set(position);
    for (const link of host.querySelectorAll("a[data-layer]")) {
      link.setAttribute("href", context.address("layer", link.getAttribute("data-layer"), { image: next.selection.image }));
    }
    return true;
  }
  update(route);
  return { title: "", update, close: way.close };
}

/** @param {ModelData} data */
function lead(data) {
  const { model } = data;
  const [height, width, channels] = model.input_shape;
  const accuracy = model.about.test_accuracy;
  return [
    `A Keras ${hasClasses(data) ? "image classifier" : "model without class scores"}: ${height}×${width} ${{ 1: "grayscale", 3: "color" }[channels] ?? `${channels}-channel`} images in, `,
    `${outputWords(model)} out, ${counted(model.parameters, "parameter")}. `,
    typeof accuracy === "number" ? `Test accuracy: ${percent(accuracy)}.` : null,
  ];
}

/** What a model returns, in a few words. @param {ModelData["model"]} model */
function outputWords({ head, class_names, output_names, output_shape }) {
  if (class_names.length) return counted(class_names.length, head === "multilabel" ? "label" : "class");
  return head === "regression" ? counted(output_names.length, "number")
    : output_shape.length > 1 ? shape(output_shape) : counted(output_shape[0] ?? 0, "value");
}

/** @param {import("../types.js").With<"overview">} context */
function pictureGrid(context) {
  const { pictures, painter, data } = context;
  const list = html("ul", { class: "pictures" });
  const wrong = pictures.filter((p) => p.right === false).length;
  const narrow = innerWidth < 720;
  const shown = pictures.slice(0, narrow ? MOST_NARROW : MOST);
  replace(list, shown.map((picture) => {
    const canvas = html("canvas", { "aria-hidden": "true" });
    painter.show(canvas, picture.position, narrow ? 92 : 112);
    return html("li", {}, html("a", { href: context.address("image", picture.id), "aria-label": sentence(picture), class: picture.right === false ? "is-wrong" : null },
      html("span", { class: "thumb" }, canvas), caption(picture)));
  }));
  arrowKeys(list, "a").mark(undefined);
  const more = shown.length < pictures.length
    ? html("p", { class: "all-link" }, html("a", { class: "more", href: context.address("images") }, `All ${counted(pictures.length, "image")}`)) : null;
  const all = ofAll(context);
  const of = data.pictures.labels ? `, ${wrong ? `${whole(wrong)} wrong` : "all correct"}` : "";
  return html("section", {},
    html("h2", {}, counted(pictures.length, "image"), all ? ` of ${whole(all.pictures)}` : null, hasClasses(data) ? html("span", { class: "aside" }, `with predicted class and confidence${pictures.length > 1 ? of : ""}`) : null),
    list, more);
}

/** @param {{ figure: string, text: string, link: string | null }[]} found */
function findings(found) {
  if (!found.length) return null;
  return html("section", {},
    html("h2", {}, "Findings"),
    html("ul", { class: "findings" }, found.map((finding) => {
      const inside = [html("span", { class: "figure" }, finding.figure), html("span", { class: "finding-text" }, finding.text)];
      return html("li", {}, finding.link ? html("a", { href: finding.link }, inside) : html("div", {}, inside));
    })));
}

/** @param {import("../types.js").With<"overview">} context @param {import("../values/map-provider.js").LayerMaps[]} opened */
function layerTable(context, opened) {
  const { data, provider } = context;
  const { layers } = data.model;
  const dead = data.sections.layer?.silent ?? byName();
  const rows = layers.map((layer) => {
    const held = provider.layers.includes(layer.path);
    const name = named(cut(layer.path));
    const live = opened.find((maps) => maps.path === layer.path)?.live;
    const quiet = html("span", { class: live ? "muted" : null }, live ? "–" : "");
    /** @param {number} count */
    const tell = (count) => { quiet.className = ""; quiet.textContent = count ? `${whole(count)} of ${whole(layer.shape[layer.shape.length - 1])}` : "none"; };
    live?.whenReady?.then(() => tell(live.dead().length));
    if (dead[layer.path]) tell(dead[layer.path].length);
    return [
      held ? html("a", { href: context.address("layer", layer.path), "data-layer": layer.path }, name) : name,
      [layer.kind, layer.activation && layer.activation !== "linear" ? `, ${layer.activation}` : ""].join(""),
      shape(layer.shape),
      layer.parameters ? whole(layer.parameters) : "–",
      layer.receptive_field ? layer.receptive_field.join("×") : "–",
      held ? quiet : html("span", { class: "muted" }, "not stored"),
    ];
  });
  return html("section", {},
    html("h2", {}, "Layers", html("span", { class: "aside" }, "click a layer to open it"),
      data.sections.network ? html("span", { class: "aside" }, html("a", { href: context.address("network") }, "network diagram")) : null),
    scroller("Layers", table("The model's layers", [
      { title: "Layer" }, { title: "Kind" }, { title: "Output", number: true }, { title: "Parameters", number: true },
      { title: "Receptive field", number: true }, { title: "Dead channels", number: true },
    ], rows)));
}

/** @param {Record<string, unknown>[]} history @param {string | null} further address with more on it */
function training(history, further) {
  const pairs = [
    { key: "accuracy", title: "Accuracy", format: (/** @type {number} */ v) => `${Math.round(v * 1000) / 10}%` },
    { key: "loss", title: "Loss", format: undefined },
  ].filter(({ key }) => history.some((epoch) => typeof epoch[key] === "number"));
  if (!pairs.length) return null;
  const xs = history.map((epoch, i) => (typeof epoch.epoch === "number" ? epoch.epoch : i + 1));
  /** @param {string} key */
  const series = (key) => history.map((epoch) => (typeof epoch[key] === "number" ? epoch[key] : null));
  const keys = ["epoch", ...pairs.flatMap(({ key }) => [key, `val_${key}`])].filter((key) => key === "epoch" || history.some((e) => typeof e[key] === "number"));
  return html("section", {},
    html("h2", {}, "Training", html("span", { class: "aside" }, counted(history.length, "epoch"), further ? [", ", html("a", { href: further }, "snapshots")] : null)),
    html("div", { class: "two" }, pairs.map(({ key, title, format }) => {
      const own = series(key), held = series(`val_${key}`);
      const last = [...own].reverse().find((v) => v !== null) ?? 0;
      const lastHeld = [...held].reverse().find((v) => v !== null);
      return lines({
        title, xTitle: "epoch", xs, format,
        words: `${title} over ${counted(history.length, "epoch")}: ends at ${number(last)} on training images` +
          (lastHeld === undefined ? "" : `, ${number(/** @type {number} */ (lastHeld))} on validation images`),
        lines: [
          { name: "training", values: own, className: "first" },
          ...(lastHeld === undefined ? [] : [{ name: "validation", values: held, className: "second" }]),
        ],
      });
    })),
    folded("Training as a table", () => scroller("Training", table("Training", keys.map((key) => ({ title: key.replace("val_", "validation "), number: true })),
      history.map((epoch, i) => keys.map((key) => (key === "epoch" ? String(xs[i]) : typeof epoch[key] === "number" ? number(epoch[key]) : "–")))))));
}

/** The kinds of a model's output. @type {Record<string, string>} */
const HEADS = {
  softmax: "scores of exclusive classes", binary: "the score of two classes", multilabel: "scores of independent labels",
  regression: "numbers", none: "no row of class scores",
};

/** @param {string} title @param {[string, import("../types.js").Child][]} pairs */
function facts(title, pairs) {
  return html("section", {}, html("h2", {}, title), html("dl", { class: "pairs" }, pairs.filter(([, value]) => value !== null && value !== "" && value !== undefined)
    .map(([what, value]) => html("div", {}, html("dt", {}, what), html("dd", {}, value)))));
}

/** @param {ModelData} data */
function modelFacts(data) {
  const { model } = data;
  return facts("The model", [
    ["source", named(cut(model.source || "memory", 80))],
    ["file", [model.format, model.writer].filter(Boolean).length ? named([model.format, model.writer].filter(Boolean).join(", ")) : null],
    ["repaired", model.repairs.length ? named(model.repairs.join(", ")) : null],
    ["note", model.notes.length ? named(model.notes.join("; ")) : null],
    ["output", model.output ? named(cut(model.output, 60)) : null],
    ["hash", html("code", {}, model.hash)],
    ["input", shape(model.input_shape)],
    ["classes", model.class_names.length ? named(cut(model.class_names.join(", "), 160)) : null],
    ["outputs", model.output_names.length ? named(cut(model.output_names.join(", "), 160)) : null],
    ["output is", `${HEADS[model.head] ?? model.head}${model.head_reason ? `: ${model.head_reason}` : ""}`],
    ["pixels", `${model.scale}${model.scale_reason ? `: ${model.scale_reason}` : ""}`],
    ["fit of images", model.fit],
    ["inverted", model.invert === "auto" ? null : model.invert],
    ["score", model.score === "none" ? null : model.score],
    ["background", model.background],
    ...cardFacts(model.about),
  ]);
}

/** @param {ModelData} data */
function pictureFacts(data) {
  const set = data.pictures;
  return facts("The images", [
    ["source", named(cut(set.source, 80))],
    ["size", `${set.height}×${set.width}×${set.channels}`],
    ["values", set.range.map(number).join(" to ")],
    ["hash", html("code", {}, set.hash)],
    ["labels", set.labels ? `${whole(new Set(set.labels).size)} of ${whole(set.class_names.length)} classes` : "none"],
    ["preprocessing", set.notes.length ? named(set.notes.join("; ")) : "none"],
  ]);
}
