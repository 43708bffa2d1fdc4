/** The outputs of a regression as a table; nothing if there are none. */
import { html, named } from "../dom.js";
import { cut, number } from "../words.js";
import { table } from "./table.js";

/** @param {string[]} names @param {number[]} outputs */
export function outputTable(names, outputs) {
  if (!outputs.length) return null;
  return html("div", {}, table("The model's outputs", [{ title: "Output" }, { title: "Value", number: true }],
    outputs.map((value, i) => [named(cut(names[i])), number(value)])));
}
