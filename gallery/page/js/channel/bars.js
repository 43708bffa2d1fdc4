/** Bars from a common zero, in a table that says each number. */
import { html } from "../dom.js";
import { table } from "../table.js";
import { number } from "../words.js";

/** @typedef {import("../dom.js").Child} Child */

/**
 * @param {string} caption what the table is
 * @param {[string, string]} titles of the names and of the values
 * @param {{ name: Child, value: number, top?: boolean }[]} rows a value may be NaN: not known
 */
export function signedBars(caption, titles, rows) {
  const known = rows.map((row) => row.value).filter((value) => !Number.isNaN(value));
  const low = Math.min(0, ...known), high = Math.max(0, ...known);
  const span = high - low || 1;
  const root = table(caption, [{ title: titles[0] }, { title: "Bar" }, { title: titles[1], number: true }], rows.map(({ name, value, top }) => {
    const bar = html("div", { class: top ? "bar top" : "bar" });
    bar.style.width = `${(100 * Math.abs(value || 0)) / span}%`;
    bar.style.marginLeft = `${(100 * (Math.min(0, value || 0) - low)) / span}%`;
    const room = html("div", { class: "bar-room" }, bar);
    return [name, room, Number.isNaN(value) ? "no pictures" : number(value)];
  }));
  root.classList.add("bars", "signed-bars");
  root.tHead.classList.add("unseen");
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
