/** The filter and sort controls. */
import { choice } from "../parts/radio-buttons.js";
import { html } from "../dom.js";
import { pick } from "../parts/select.js";
import { between } from "./confidence-range.js";
import { SORTS, sortSuits } from "./sorts.js";

/** @typedef {import("./columns.js").Columns} Columns */
/** @typedef {import("./filter-query.js").Wish} Wish */

const ANY = "";
/** The option for all but some classes, which only an address can select. */
const BUT = "but";

/**
 * @param {Columns} columns
 * @param {(i: number) => string} nameOf
 * @param {{ chosen: (change: Partial<Wish>) => void, moving: (change: Partial<Wish>) => void, left: () => void }} heard
 * callbacks for a choice, for a change in progress, and for Esc with nothing left to clear
 */
export function controls(columns, nameOf, heard) {
  const { labelled, scored } = columns;
  const label = classPick("True class", columns.label, nameOf, (index) => heard.chosen({ label: index ?? null }));
  const said = classPick("Predicted", columns.said, nameOf, (index) => { if (index !== undefined) heard.chosen({ said: index, but: [] }); });
  const right = choice("Prediction", [{ name: "any", label: "any" }, { name: "1", label: "right" }, { name: "0", label: "wrong" }],
    (name) => heard.chosen({ right: name === "any" ? null : name === "1" }));
  const sure = between("Confidence", (low, high) => heard.moving({ low, high }));
  const field = html("input", {
    type: "search", autocomplete: "off", spellcheck: "false",
    input: () => heard.moving({ find: field.value }),
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      if (!field.value) return heard.left();
      field.value = "";
      heard.moving({ find: "" });
    },
  });
  const find = html("label", { class: "pick find" },
    html("span", {}, columns.name.some((name) => name) ? "Number or file" : "Number"), field, html("kbd", { "aria-hidden": "true" }, "/"));
  const sort = pick("Sort by", SORTS.filter((known) => sortSuits(known, columns)), (name) => heard.chosen({ sort: name }));
  return {
    root: html("div", { class: "filters", role: "search", "aria-label": "Filter the images" },
      labelled ? label.root : null, scored ? said.root : null, labelled && scored ? right.root : null, scored ? sure.root : null, find),
    sort: sort.root,
    /** @param {Wish} wish */
    set(wish) {
      label.set(wish.label);
      said.set(wish.said, wish.but);
      right.set(wish.right === null ? "any" : String(Number(wish.right)));
      sure.set(wish.low, wish.high);
      if (field.value !== wish.find) field.value = wish.find;
      sort.set(wish.sort);
    },
    focus() {
      field.focus();
      field.select();
    },
  };
}

/**
 * A select of the classes that occur.
 * @param {string} title @param {Int32Array} column @param {(i: number) => string} nameOf
 * @param {(index: number | null | undefined) => void} chosen undefined for all but some
 */
function classPick(title, column, nameOf, chosen) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const index of column) counts.set(index, (counts.get(index) ?? 0) + 1);
  const occurring = [...counts].sort(([a], [b]) => a - b).map(([index, count]) => ({ name: String(index), label: `${nameOf(index)} (${count})` }));
  const one = pick(title, [{ name: ANY, label: "any" }, ...occurring], (name) => chosen(name === BUT ? undefined : name === ANY ? null : Number(name)));
  const others = html("option", { value: BUT });
  return {
    root: one.root,
    /** @param {number | null} index @param {number[]} [but] all but these */
    set(index, but = []) {
      others.remove();
      if (index === null && but.length) {
        others.textContent = `not ${but.map(nameOf).join(", not ")}`;
        one.root.querySelector("select")?.append(others);
        one.set(BUT);
        return;
      }
      // An address may select a class without images.
      if (index !== null && !counts.has(index)) {
        counts.set(index, 0);
        one.root.querySelector("select")?.append(html("option", { value: String(index) }, `${nameOf(index)} (0)`));
      }
      one.set(index === null ? ANY : String(index));
    },
  };
}
