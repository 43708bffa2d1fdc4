/** `#/compare?of=layers`: similarity (linear CKA) between the layers, or between the layers of two models. */
import { html, named } from "../../dom.js";
import { arrowKeys } from "../../parts/arrow-keys.js";
import { legend } from "../../parts/legend.js";
import { luminance } from "../../parts/confusion-matrix.js";
import { colors } from "../../parts/paint.js";
import { similarityOffers } from "../../save/similarity.js";
import { counted, cut, number } from "../../words.js";

/** @typedef {import("../../types.js").Context} Context */

/** With more columns than this, cells have no numbers. */
const NUMBERED = 16;

/** @param {import("../../types.js").With<"similarity">} context */
export async function layersView(context) {
  const { rows, columns, other, pictures, batch, values } = context.data.sections.similarity;
  const key = legend(context.ramps, "linear CKA");
  key.set([0, 1], false, "1 = identical up to rotation and scale");
  const said = html("p", { class: "note alike-said", role: "status" }, " ");
  const dense = columns.length > NUMBERED;

  /** @param {number} row @param {number} column */
  function cell(row, column) {
    const value = values[row][column];
    const words = `${rows[row]} and ${columns[column]}: ${value === null ? "undefined, one of the layers is constant over the images" : value.toFixed(3)}`;
    const button = html("button", { type: "button", "aria-label": words, title: words, click: () => tell(words), focus: () => tell(words), pointerenter: () => tell(words) }, dense ? "" : value === null ? "–" : value.toFixed(2));
    if (value !== null) {
      const [red, green, blue] = colors([value], 0, 1, context.ramps.viridis);
      button.style.backgroundColor = `rgb(${red} ${green} ${blue})`;
      button.style.color = luminance(red, green, blue) > 0.179 ? "#000" : "#fff";
    }
    return html("td", {}, button);
  }
  /** @param {string} words */
  function tell(words) {
    said.textContent = words;
  }
  const link = (/** @type {string} */ path) => html("a", { href: context.address("layer", path), tabindex: "-1" }, named(cut(path, 24)));
  const grid = html("table", { class: dense ? "alike dense" : "alike" },
    html("caption", { class: "unseen" }, "Similarity of the layers: linear CKA"),
    html("thead", {}, html("tr", {}, html("td", {}), columns.map((/** @type {string} */ path) => html("th", { scope: "col", title: path }, html("span", {}, other === null ? link(path) : named(cut(path, 24))))))),
    html("tbody", {}, rows.map((/** @type {string} */ path, /** @type {number} */ row) => html("tr", {},
      html("th", { scope: "row", title: path }, link(path)), columns.map((/** @type {string} */ _, /** @type {number} */ column) => cell(row, column))))));
  arrowKeys(grid, "button").mark(grid.querySelector("button"));
  const root = html("div", {},
    html("p", { class: "lead" }, other === null
      ? `Brighter = more similar: images that are close together in one layer are close together in the other. Measured on ${counted(pictures, "image")}.`
      : ["Rows are layers of ", named(cut(context.data.model.name)), ", columns of ", named(cut(other)), `. Brighter = more similar, measured on ${counted(pictures, "image")}.`]),
    html("div", { class: "alike-place" }, html("div", { class: "scroller", role: "region", "aria-label": "Similarity of layers" }, grid), html("div", { class: "alike-key" }, key.root, said)),
    html("p", { class: "note" }, `${most()} Linear CKA (Kornblith, Norouzi, Lee and Hinton 2019), unbiased estimate from batches of up to ${batch} images (Nguyen, Raghu and Kornblith 2021); unrelated layers give about 0.`));

  /** The most similar pair, in words. */
  function most() {
    const pairs = /** @type {{ a: string, b: string, value: number }[]} */ (rows.flatMap((/** @type {string} */ a, /** @type {number} */ i) => columns.map((/** @type {string} */ b, /** @type {number} */ j) => ({ a, b, value: values[i][j], own: other === null && j <= i })))
      .filter((pair) => !pair.own && pair.value !== null)).sort((x, y) => y.value - x.value);
    if (!pairs.length) return "";
    const [first, last] = [pairs[0], pairs[pairs.length - 1]];
    return `Most similar: ${first.a} and ${first.b}, ${number(first.value)}${pairs.length > 1 ? `; least similar: ${last.a} and ${last.b}, ${number(last.value)}` : ""}.`;
  }

  return {
    root,
    title: () => "Layer similarity",
    update: () => true,
    carry: () => ({}),
    swapped: () => ({}),
    step: () => {},
    close: () => {},
    offers: () => similarityOffers(context),
  };
}
