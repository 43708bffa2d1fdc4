/** Helpers shared by the sections of the data report. */
import { html, named } from "../dom.js";
import { cut } from "../words.js";

/** @typedef {import("./unpack-report.js").Report} Report */
/** @typedef {import("./unpack-report.js").State} State */
/** @typedef {{ name: string, title: string, root: HTMLElement, show?: (state: State) => void }} Part */

/** A class's name, cut where it is long. @param {string} name @param {number} [most] */
export const className = (name, most = 28) => named(cut(name, most));

/**
 * @param {string} name in the address @param {string} title
 * @param {import("../dom.js").Child} aside @param {...import("../dom.js").Child} content
 */
export function section(name, title, aside, ...content) {
  return html("section", { id: `data-${name}` }, html("h2", { tabindex: "-1" }, title, aside ? html("span", { class: "aside" }, aside) : null), content);
}

/** A number with this many decimals, and a real minus sign. @param {number | null} value @param {number} [digits] */
export function fixed(value, digits = 2) {
  return value === null ? "–" : value.toFixed(digits).replace("-", "−");
}

/** The same with its sign. @param {number | null} value @param {number} [digits] */
export function signed(value, digits = 2) {
  return value === null ? "–" : `${value > 0 ? "+" : ""}${fixed(value, digits)}`;
}

/** The legend of two sets in charts. @param {Report} report */
export function setKey(report) {
  return html("p", { class: "data-key" }, report.sets.map((set, /** @type {number} */ i) => [
    html("span", { class: `swatch set-${i}`, "aria-hidden": "true" }), " ", named(cut(set.name, 40)), " "]));
}
