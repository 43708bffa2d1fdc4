/** How two models stand: right and wrong in a table of four, class by class, and what they are made of. */
import { html, named } from "../dom.js";
import { folded, scroller, table } from "../table.js";
import { counted, cut, percent, shape, whole } from "../words.js";
import { classOf } from "./difference.js";
import { letter } from "./side.js";

/** @typedef {import("../picture.js").Picture} Picture */

/** More classes than this do not all stand there at once: those with the largest difference do. */
const MOST = 20;

/**
 * Accuracy of each, and how often they agree.
 * @param {Picture[][]} sides @param {any[]} models @param {Record<string, number[]>} lists
 */
export function figures(sides, models, lists) {
  const count = sides[0].length;
  const same = count - lists.differ.length;
  const labelled = sides[0][0].right !== null;
  return html("ul", { class: "findings" },
    sides.map((side, i) => {
      const right = side.filter((p) => p.right).length;
      return html("li", {}, html("span", { class: "figure" }, labelled ? percent(right / count) : "–"),
        html("span", { class: "finding-text" }, letter(i ? "b" : "a"), named(cut(models[i].name, 40)),
          labelled ? ` gets ${whole(right)} of ${whole(count)} right.` : ": these pictures have no labels to hold it against."));
    }),
    html("li", {}, html("span", { class: "figure" }, percent(same / count)),
      html("span", { class: "finding-text" }, `Both say the same to ${whole(same)} of ${counted(count, "picture")}, right or wrong.`)));
}

/** Both, one, none right. @param {Record<string, number[]>} lists @param {(show: string) => string} href */
export function fourfold(lists, href) {
  const count = lists.both.length + lists.a.length + lists.b.length + lists.neither.length;
  /** @param {string} show */
  const cell = (show) => [lists[show].length ? html("a", { href: href(show) }, whole(lists[show].length)) : "0", " ", html("span", { class: "muted" }, percent(lists[show].length / count))];
  return html("div", { class: "fourfold" }, table("Who is right", [{ title: "Pictures" }, { title: "B right", number: true }, { title: "B wrong", number: true }], [
    ["A right", cell("both"), cell("a")],
    ["A wrong", cell("b"), cell("neither")],
  ]));
}

/**
 * The share that each model gets right of every class that there are pictures of.
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

/** The share that each model gets right of every class, and the difference. @param {Picture[][]} sides @param {(i: number) => string} nameOf @param {number} classes */
export function byClass(sides, nameOf, classes) {
  const held = shares(sides, classes);
  const reach = Math.max(...held.map((row) => Math.abs(row.a - row.b)), 1e-9);
  /** @param {typeof held} some */
  const drawn = (some) => html("table", { class: "bars differences" },
    html("caption", { class: "unseen" }, "Accuracy of each class, and which model is better by how much"),
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, html("span", { class: "unseen" }, "Class")),
      html("th", { scope: "col" }, html("span", { class: "ends" }, ["b", "a"].map((side) => html("span", {}, letter(/** @type {any} */ (side)), html("span", { class: "word" }, "better"))))),
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
  return html("div", { class: "bar-room centred" }, apart === 0 ? null : drawn);
}

/** A difference of shares, in points of percent. @param {number} apart */
function points(apart) {
  return apart === 0 ? "0" : `${apart > 0 ? "+" : "−"}${(100 * Math.abs(apart)).toFixed(1)}`;
}

/** What the two are made of, row by row. @param {any[]} models @param {{ shape: number[] }} other @param {any} pictures */
export function cards(models, other, pictures) {
  /** @param {string} what @param {(model: any, i: number) => import("../dom.js").Child} of @returns {import("../dom.js").Child[]} */
  const row = (what, of) => [what, ...models.map(of)];
  const shapes = [[pictures.height, pictures.width, pictures.channels], other.shape];
  return [
    scroller("The two models", table("The two models", [{ title: "Fact" }, { title: "A" }, { title: "B" }], [
      row("name", (m) => named(cut(m.name, 40))),
      row("from", (m) => named(cut(m.source || "memory", 60))),
      row("hash", (m) => html("code", {}, m.hash)),
      row("parameters", (m) => whole(m.parameters)),
      row("weights", (m) => `${m.parameters < 25_000 ? `${(4 * m.parameters / 1e3).toFixed(1)} kB` : `${(4 * m.parameters / 1e6).toFixed(2)} MB`} at 32 bits`),
      row("layers", (m) => whole(m.layers.length)),
      row("layers with weights", (m) => whole(m.layers.filter((/** @type {any} */ l) => l.parameters).length)),
      row("takes pictures of", (m, i) => shape(shapes[i])),
      row("pixels as", (m) => m.scale),
      row("test accuracy on record", (m) => (typeof m.about.test_accuracy === "number" ? percent(m.about.test_accuracy) : "–")),
    ])),
    folded("The layers of both", () => table("The layers of both models",
      [{ title: "Place" }, { title: "A" }, { title: "output", number: true }, { title: "parameters", number: true }, { title: "B" }, { title: "output", number: true }, { title: "parameters", number: true }],
      Array.from({ length: Math.max(...models.map((m) => m.layers.length)) }, (_, i) => [String(i + 1), ...models.flatMap((m) => {
        const layer = m.layers[i];
        return layer ? [[named(cut(layer.path, 28)), " ", html("span", { class: "muted" }, cut(layer.kind, 24))], shape(layer.shape), layer.parameters ? whole(layer.parameters) : "–"] : ["", "", ""];
      })]))),
  ];
}
