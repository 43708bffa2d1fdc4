/** How two models compare: a two-by-two table of right and wrong, accuracy per class, and their architectures. */
import { html, named } from "../dom.js";
import { folded, scroller, table } from "../parts/table.js";
import { counted, cut, percent, shape, whole } from "../words.js";
import { classOf } from "./difference.js";
import { letter } from "./sides.js";

/** @typedef {import("../contract.js").Model} Model */
/** @typedef {import("../values/images.js").Picture} Picture */

/** With more classes than this, those with the largest difference are shown first. */
const MOST = 20;

/**
 * Counts of images: all, same prediction, both right, only A, only B, neither.
 * @typedef {{ count: number, same: number, both: number, a: number, b: number, neither: number }} Standing
 */

/** The counts over all images of an evaluation of both models. @param {import("../types.js").EvaluatedPair} evaluation @returns {Standing} */
export function tallied(evaluation) {
  const { pictures: count, accuracy, other } = evaluation;
  const { only_first: a, only_second: b } = other.mcnemar;
  const both = Math.round(/** @type {number} */ (accuracy.value) * count) - a;
  return { count, same: other.same, both, a, b, neither: count - both - a - b };
}

/** Accuracy of each model, and how often they agree. @param {Standing} stand @param {Model[]} models @param {boolean} labelled */
export function figures(stand, models, labelled) {
  const { count, same } = stand;
  return html("ul", { class: "findings" },
    models.map((model, i) => {
      const right = stand.both + (i ? stand.b : stand.a);
      return html("li", {}, html("span", { class: "figure" }, labelled ? percent(right / count) : "–"),
        html("span", { class: "finding-text" }, letter(i ? "b" : "a"), named(cut(model.name, 40)),
          labelled ? ` predicts ${whole(right)} of ${whole(count)} correctly.` : ": these images have no labels to compare with."));
    }),
    html("li", {}, html("span", { class: "figure" }, percent(same / count)),
      html("span", { class: "finding-text" }, `Both predict the same class for ${whole(same)} of ${counted(count, "image")}, right or wrong.`)));
}

/** Both, one, none right. @param {Standing} stand @param {(show: string) => string} href */
export function fourfold(stand, href) {
  /** @param {"both" | "a" | "b" | "neither"} show */
  const cell = (show) => [stand[show] ? html("a", { href: href(show) }, whole(stand[show])) : "0", " ", html("span", { class: "muted" }, percent(stand[show] / stand.count))];
  return html("div", { class: "fourfold" }, table("Who is right", [{ title: "Images" }, { title: "B right", number: true }, { title: "B wrong", number: true }], [
    ["A right", cell("both"), cell("a")],
    ["A wrong", cell("b"), cell("neither")],
  ]));
}

/**
 * Each model's accuracy per class, for classes with images.
 * @param {Picture[][]} sides @param {number} classes
 */
export function shares(sides, classes) {
  const rows = Array.from({ length: classes }, (_, i) => ({ i, count: 0, a: 0, b: 0 }));
  sides[0].forEach((own, at) => {
    const row = rows[classOf(own)];
    row.count += 1;
    if (own.right) row.a += 1;
    if (sides[1][at].right) row.b += 1;
  });
  return rows.filter((row) => row.count).map((row) => ({ ...row, a: row.a / row.count, b: row.b / row.count }));
}

/** The same over all images of an evaluation of both. @param {import("../types.js").EvaluatedPair} evaluation @returns {ReturnType<typeof shares>} */
export function recalls(evaluation) {
  // A class with images always has a recall.
  return /** @type {ReturnType<typeof shares>} */ (evaluation.classes.map((row, i) => ({ i, count: row.pictures, a: row.recall, b: evaluation.other.classes[i].recall }))
    .filter((row) => row.count));
}

/** Each model's accuracy per class, and the difference. @param {ReturnType<typeof shares>} held @param {(i: number) => string} nameOf */
export function byClass(held, nameOf) {
  const reach = Math.max(...held.map((row) => Math.abs(row.a - row.b)), 1e-9);
  /** @param {typeof held} some */
  const drawn = (some) => html("table", { class: "bars differences" },
    html("caption", { class: "unseen" }, "Accuracy per class of both models, and the difference"),
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, html("span", { class: "unseen" }, "Class")),
      html("th", { scope: "col" }, html("span", { class: "ends" }, ["b", "a"].map((side) => html("span", {}, letter(/** @type {"a" | "b"} */ (side)), html("span", { class: "word" }, "better"))))),
      [letter("a"), letter("b"), "A − B"].map((title) => html("th", { scope: "col", class: "number" }, title)))),
    html("tbody", {}, some.map((row) => html("tr", {},
      html("th", { scope: "row" }, named(cut(nameOf(row.i), 32))),
      html("td", { class: "track", "aria-hidden": "true" }, bar(row.a - row.b, reach)),
      html("td", { class: "number" }, percent(row.a)), html("td", { class: "number" }, percent(row.b)),
      html("td", { class: "number" }, points(row.a - row.b))))));
  if (held.length <= MOST) return drawn(held);
  const ranked = [...held].sort((p, q) => Math.abs(q.a - q.b) - Math.abs(p.a - p.b) || p.i - q.i);
  return html("div", {}, drawn(ranked.slice(0, MOST)), folded(`All ${held.length} classes`, () => drawn(held)));
}

/** @param {number} apart @param {number} reach */
function bar(apart, reach) {
  const drawn = html("div", { class: `bar bar-${apart > 0 ? "a" : "b"}` });
  drawn.style.width = `${(50 * Math.abs(apart)) / reach}%`;
  drawn.style.marginLeft = `${50 + (50 * Math.min(0, apart)) / reach}%`;
  return html("div", { class: "bar-room centered" }, apart === 0 ? null : drawn);
}

/** A difference of shares, in points of percent. @param {number} apart */
function points(apart) {
  return apart === 0 ? "0" : `${apart > 0 ? "+" : "−"}${(100 * Math.abs(apart)).toFixed(1)}`;
}

/** The architectures of both models, row by row. @param {Model[]} models @param {{ shape: number[] }} other @param {import("../contract.js").Pictures} pictures */
export function cards(models, other, pictures) {
  /** @param {string} what @param {(model: Model, i: number) => import("../dom.js").Child} of @returns {import("../dom.js").Child[]} */
  const row = (what, of) => [what, ...models.map(of)];
  const shapes = [[pictures.height, pictures.width, pictures.channels], other.shape];
  return [
    scroller("The two models", table("The two models", [{ title: "Property" }, { title: "A" }, { title: "B" }], [
      row("name", (m) => named(cut(m.name, 40))),
      row("source", (m) => named(cut(m.source || "memory", 60))),
      row("hash", (m) => html("code", {}, m.hash)),
      row("parameters", (m) => whole(m.parameters)),
      row("weights", (m) => `${m.parameters < 25_000 ? `${(4 * m.parameters / 1e3).toFixed(1)} kB` : `${(4 * m.parameters / 1e6).toFixed(2)} MB`} at 32 bits`),
      row("layers", (m) => whole(m.layers.filter((l) => !l.again).length)),
      row("layers with weights", (m) => whole(m.layers.filter((l) => l.parameters).length)),
      row("input size", (m, i) => shape(shapes[i])),
      row("pixel scale", (m) => m.scale),
      row("recorded test accuracy", (m) => (typeof m.about.test_accuracy === "number" ? percent(m.about.test_accuracy) : "–")),
    ])),
    folded("The layers of both", () => table("The layers of both models",
      [{ title: "Position" }, { title: "A" }, { title: "output", number: true }, { title: "parameters", number: true }, { title: "B" }, { title: "output", number: true }, { title: "parameters", number: true }],
      Array.from({ length: Math.max(...models.map((m) => m.layers.length)) }, (_, i) => [String(i + 1), ...models.flatMap((m) => {
        const layer = m.layers[i];
        return layer ? [[named(cut(layer.path, 28)), " ", html("span", { class: "muted" }, cut(layer.kind, 24))], shape(layer.shape), layer.parameters ? whole(layer.parameters) : "–"] : ["", "", ""];
      })]))),
  ];
}
