/** Bars from a common zero, in a table that also gives each number. */
import { html } from "../dom.js";
import { table } from "../parts/table.js";
import { number, whole } from "../words.js";

/** @typedef {import("../dom.js").Child} Child */

/**
 * @param {string} caption of the table
 * @param {string[]} titles of the names, of the values and, where rows have a count, of that
 * @param {{ name: Child, value: number, top?: boolean, count?: number, color?: string }[]} rows values may be NaN:
 * unknown
 */
export function signedBars(caption, titles, rows) {
  const known = rows.map((row) => row.value).filter((value) => !Number.isNaN(value));
  const low = Math.min(0, ...known), high = Math.max(0, ...known);
  const span = high - low || 1;
  const root = table(caption, [{ title: titles[0] }, { title: "Bar" }, ...titles.slice(1).map((title) => ({ title, number: true }))], rows.map(({ name, value, top, count, color }) => {
    const bar = html("div", { class: top ? "bar top" : "bar" });
    bar.style.width = `${(100 * Math.abs(value || 0)) / span}%`;
    bar.style.marginLeft = `${(100 * (Math.min(0, value || 0) - low)) / span}%`;
    if (color) bar.style.background = color;
    const room = html("div", { class: "bar-room" }, bar);
    return [name, room, Number.isNaN(value) ? "–" : number(value), ...(titles.length > 2 ? [whole(count ?? 0)] : [])];
  }));
  root.classList.add("bars", "signed-bars");
  // One column of numbers needs no heading; two columns do.
  if (titles.length < 3) root.tHead?.classList.add("unseen");
  for (const cell of root.querySelectorAll("thead th:nth-child(-n+2)")) cell.replaceChildren(html("span", { class: "unseen" }, cell.textContent));
  for (const cell of root.querySelectorAll("td:nth-child(2)")) {
    cell.className = "track";
    cell.setAttribute("aria-hidden", "true");
  }
  if (low < 0) for (const room of root.querySelectorAll(".bar-room")) {
    const zero = html("span", { class: "zero" });
    zero.style.left = `${(-100 * low) / span}%`;
    room.append(zero);
  }
  return root;
}
