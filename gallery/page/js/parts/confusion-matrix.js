/** The confusion matrix, or where there are too many classes for one, the classes that are confused most. */
import { confusion } from "../values/confusion-counts.js";
import { html, named } from "../dom.js";
import { arrowKeys } from "./arrow-keys.js";
import { legend } from "./legend.js";
import { confusionOfAll, ofAll, someAreHere } from "./evaluation-scope.js";
import { colors } from "./paint.js";
import { scroller, table } from "./table.js";
import { counted, cut, percent, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** The most classes of a matrix. */
const MOST = 20;
/** The number of pairs listed instead. */
const LISTED = 12;

/** Whether there are few enough classes for a matrix. @param {number} classes */
export function hasMatrix(classes) {
  return classes <= MOST;
}

/** Whether there are labels to compare with. @param {import("../values/images.js").Picture[]} pictures */
export function isConfusionKnown(pictures) {
  return pictures.length > 1 && pictures[0].scored && pictures[0].labelIndex !== null;
}

/** The confusions of the model; null without labels. @param {Context} context @param {(i: number) => string} nameOf */
export function confusionSection(context, nameOf) {
  const { pictures } = context;
  if (!isConfusionKnown(pictures)) return null;
  const classes = pictures[0].probabilities.length;
  const { found, count } = confusionOfAll(context, classes);
  const few = hasMatrix(classes);
  if (!few && !found.confused.length) return null;
  return html("section", { class: "confusion" },
    html("h2", {}, few ? "Confusion matrix" : "Most often confused",
      html("span", { class: "aside" }, few || found.confused.length <= LISTED ? "click a cell to see its images" : `${LISTED} of ${whole(found.confused.length)} pairs; click one to see its images`)),
    html("p", { class: "confusion-words" }, summary(found, count, nameOf)),
    someAreHere(context),
    few ? matrix(context, found, classes, nameOf) : confusedList(context, found, nameOf));
}

/** @param {ReturnType<typeof confusion>} found @param {number} count @param {(i: number) => string} nameOf */
function summary(found, count, nameOf) {
  const words = [`${whole(found.right)} of ${counted(count, "image")} correct. `];
  if (!found.confused.length) return [...words, "No classes are confused."];
  const { label, said, count: often } = found.confused[0];
  const equal = found.confused.filter((pair) => pair.count === often).length;
  if (often === 1 && equal > 1) return [...words, "No two classes are confused more than once."];
  return [...words, "Most often confused: ", named(cut(nameOf(label), 40)), " mistaken for ", named(cut(nameOf(said), 40)), `, ${times(often)}.`];
}

/** The numbers that cells can show, and the base of their colors. @type {{ name: string, label: string, of: string, each: string }[]} */
export const CELLS = [
  { name: "count", label: "images", of: "share of the true class's images", each: "each row separately, in %" },
  { name: "row", label: "% of the true class", of: "share of the true class's images", each: "each row separately, in %" },
  { name: "column", label: "% of the predicted class", of: "share of the predicted class's images", each: "each column separately, in %" },
];

/**
 * @param {Context} context @param {ReturnType<typeof confusion>} found @param {number} classes @param {(i: number) => string} nameOf
 * @param {string} [cells] what they show, one of CELLS
 */
export function matrix(context, found, classes, nameOf, cells = "count") {
  const all = Array.from({ length: classes }, (_, i) => i);
  const way = CELLS.find((one) => one.name === cells) ?? CELLS[0];
  const down = way.name === "column";
  const here = ofAll(context) ? confusion(context.pictures, classes) : null;
  const key = legend(context.ramps, way.of);
  key.set([0, 100], false, way.each);
  /** @param {number} label @param {number} said */
  function cell(label, said) {
    const count = found.count(label, said);
    const place = html("td", { class: label === said ? "same" : null });
    if (!count) return place;
    const share = count / (down ? found.called[said] : found.totals[label]);
    const led = here ? here.count(label, said) : count;
    const words = `${nameOf(label)} ${label === said ? "predicted correctly" : `mistaken for ${nameOf(said)}`}: ${counted(count, "image")}, ${percent(share)}${down ? ` of those predicted as ${nameOf(said)}` : ""}${led < count ? `; ${led ? whole(led) : "none"} of them in this page` : ""}`;
    const link = html("a", { href: context.address("images", null, { true: label, pred: said }), "aria-label": words, title: words }, way.name === "count" ? whole(count) : hundredths(share));
    const [red, green, blue] = colors([share], 0, 1, context.ramps.viridis);
    link.style.backgroundColor = `rgb(${red} ${green} ${blue})`;
    link.style.color = luminance(red, green, blue) > 0.179 ? "#000" : "#fff";
    place.append(link);
    return place;
  }
  /** @param {number} i @param {Uint32Array} of */
  const right = (i, of) => html("td", { class: "recall" }, of[i] ? percent(found.count(i, i) / of[i]) : "–");
  const grid = html("table", { class: classes > 12 ? "matrix dense" : "matrix" },
    html("caption", { class: "unseen" }, "Confusion matrix: a row for each true class, a column for each predicted one"),
    html("thead", {},
      html("tr", {},
        html("th", { scope: "col", class: "corner" }, html("span", { class: "corner-true" }, "true"), html("span", { class: "corner-said" }, "predicted")),
        all.map((said) => html("th", { scope: "col", title: nameOf(said) }, html("a", { href: context.address("images", null, { pred: said }), tabindex: "-1" }, named(cut(nameOf(said), 18))))),
        down ? null : html("th", { scope: "col", class: "recall" }, "right"))),
    html("tbody", {}, all.map((label) => html("tr", {},
      html("th", { scope: "row", title: nameOf(label) }, html("a", { href: context.address("images", null, { true: label }), tabindex: "-1" }, named(cut(nameOf(label), 18)))),
      all.map((said) => cell(label, said)),
      down ? null : right(label, found.totals)))),
    down ? html("tfoot", {}, html("tr", {}, html("th", { scope: "row" }, "right"), all.map((said) => right(said, found.called)))) : null);
  arrowKeys(grid, "a").mark(grid.querySelector("td a"));
  const box = html("div", { class: "matrix-box", role: "region", "aria-label": "Confusion matrix" }, grid);
  return html("div", { class: "matrix-place" }, box, key.root);
}

/** A share in percent without its sign, short enough for a cell; only exact 0 and 100 are shown as such. @param {number} share */
function hundredths(share) {
  if (share === 1) return "100";
  return share > 0.9995 ? ">99.9" : share < 0.0005 ? "<0.1" : (100 * share).toFixed(1);
}

/** The most confused pairs, if there are too many classes for a matrix. @param {Context} context @param {ReturnType<typeof confusion>} found @param {(i: number) => string} nameOf */
export function confusedList(context, found, nameOf) {
  return scroller("Most often confused", table("Confused classes, most frequent first", [
    { title: "True class" }, { title: "Predicted" }, { title: "Images", number: true }, { title: "Of the class", number: true },
  ], found.confused.slice(0, LISTED).map(({ label, said, count, share }) => [
    html("a", { href: context.address("images", null, { true: label, pred: said }) }, named(cut(nameOf(label), 40))),
    named(cut(nameOf(said), 40)), whole(count), percent(share),
  ])));
}

/** @param {number} count */
function times(count) {
  return count === 1 ? "once" : count === 2 ? "twice" : `${whole(count)} times`;
}

/** Relative luminance, 0 to 1: above 0.179 black has more contrast than white. @param {number[]} rgb */
export function luminance(...rgb) {
  const [red, green, blue] = rgb.map((byte) => (byte <= 10 ? byte / 3294.6 : ((byte / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
