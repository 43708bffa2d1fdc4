/** The keys, in a dialog. */
import { html } from "../dom.js";

/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→", "↑", "↓"], "move in a grid; on the large map, from cell to cell"],
  [["Enter"], "open: a picture, a layer; from a channel, its large map"],
  [["Esc"], "back"],
  [["[", "]"], "layer before, layer after"],
  [["←", "→"], "on the page of a channel: channel before, channel after"],
  [["<", ">"], "picture before, picture after"],
  [["/"], "filter the pictures; there, Esc clears and then leaves"],
  [["c"], "compare: this picture with the one that it was taken for, or with the next"],
  [["x"], "while comparing: swap the two"],
  [["d"], "draw, where the page holds the network"],
  [["Space"], "while drawing: paint at the cursor, which the arrows move; with Shift they move the drawing"],
  [["Space"], "on the page of a training: play and pause"],
  [["b", "e", "z", "y"], "brush, eraser, undo, redo"],
  [["r", "R", "+", "−"], "turn the drawing right or left, larger, smaller"],
  [["?"], "this help"],
];

/** Those of any page. */
const EVERYWHERE = ["←", "Esc", "?"];

/** @param {boolean} whole whether the page is about a model; else it has few keys */
export function helpDialog(whole) {
  const keys = whole ? KEYS : KEYS.filter(([[first], what]) => EVERYWHERE.includes(first) && !what.startsWith("on the page"));
  const dialog = html("dialog", { class: "help", "aria-labelledby": "help-title" },
    html("h2", { id: "help-title" }, "Keys"),
    html("dl", {}, keys.map(([keys, what]) => html("div", {},
      html("dt", {}, keys.map((key) => html("kbd", {}, key))), html("dd", {}, what)))),
    html("p", {}, "The address of this page holds what you see: copy it, reload it, go back to it."),
    html("form", { method: "dialog" }, html("button", {}, "Close")));
  return dialog;
}
