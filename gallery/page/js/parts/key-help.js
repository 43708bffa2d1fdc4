/** The keyboard shortcuts, in a dialog. */
import { html } from "../dom.js";

/** @type {[string[], string][]} */
const KEYS = [
  [["←", "→", "↑", "↓"], "move in a grid; on the large map, move from cell to cell"],
  [["Enter"], "open an image or a layer; on a channel, go to its large map"],
  [["Esc"], "back"],
  [["[", "]"], "previous layer, next layer"],
  [["←", "→"], "on the page of a channel: previous channel, next channel"],
  [["<", ">"], "previous image, next image"],
  [["/"], "filter the images; Esc clears the filter, Esc again leaves it"],
  [["c"], "compare this image with one of the class it was mistaken for, or with the next"],
  [["x"], "while comparing: swap A and B"],
  [["d"], "draw (if the page contains the network)"],
  [["Space"], "while drawing: paint at the cursor; arrows move the cursor, Shift + arrows move the drawing"],
  [["Space"], "on the page of a training run: play and pause"],
  [["b", "e", "z", "y"], "brush, eraser, undo, redo"],
  [["r", "R", "+", "−"], "while drawing: rotate right, rotate left, enlarge, reduce"],
  [["?"], "this help"],
];

/** The keys of every page. */
const EVERYWHERE = ["←", "Esc", "?"];

/** @param {boolean} whole whether the page has a model; else it has few keys */
export function helpDialog(whole) {
  const keys = whole ? KEYS : KEYS.filter(([[first], what]) => EVERYWHERE.includes(first) && !what.startsWith("on the page"));
  const dialog = html("dialog", { class: "help", "aria-labelledby": "help-title" },
    html("h2", { id: "help-title" }, "Keyboard shortcuts"),
    html("dl", {}, keys.map(([keys, what]) => html("div", {},
      html("dt", {}, keys.map((key) => html("kbd", {}, key))), html("dd", {}, what)))),
    html("p", {}, "The address of this page stores the current view: copy it to share the view or return to it."),
    html("form", { method: "dialog" }, html("button", {}, "Close")));
  return dialog;
}
