/** The drawing tools: brush and eraser, undo, and transforms of the whole drawing. */
import { choice } from "../parts/radio-buttons.js";
import { html } from "../dom.js";

/**
 * @typedef {object} Deeds what a tool does to the drawing
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} clear
 * @property {(dy: number, dx: number) => void} move
 * @property {(degrees: number) => void} turn
 * @property {(factor: number) => void} zoom
 * @property {(file: File) => void} open
 */

const TURN = 10;
const ZOOM = 1.1;

/** @param {number} channels @param {number} ground 0 black, 1 white @param {Deeds} deeds */
export function tools(channels, ground, deeds) {
  let erasing = false;
  let diameter = 2;
  const color = new Float32Array(channels).fill(1 - ground);
  const bare = new Float32Array(channels).fill(ground);
  const kind = choice("Tool", [{ name: "brush", label: "brush" }, { name: "eraser", label: "eraser" }], (name) => { erasing = name === "eraser"; });
  kind.set("brush");
  const width = html("input", { type: "range", min: "1", max: "6", step: "0.5", value: diameter, input: () => { diameter = Number(width.value); } });
  const shade = channels === 1
    ? html("input", { type: "range", min: "0", max: "100", step: "5", value: 100 * color[0], input: () => { color[0] = Number(shade.value) / 100; } })
    : html("input", { type: "color", value: ground ? "#000000" : "#ffffff", input: () => {
      for (let c = 0; c < 3; c += 1) color[c] = parseInt(shade.value.slice(1 + 2 * c, 3 + 2 * c), 16) / 255;
    } });
  const file = html("input", { type: "file", accept: "image/*", class: "unseen", tabindex: "-1", "aria-hidden": "true", change: () => {
    if (file.files?.[0]) deeds.open(file.files[0]);
    file.value = "";
  } });
  /** @param {string} label @param {string} sign @param {() => void} click */
  const button = (label, sign, click) => html("button", { type: "button", class: "quiet", "aria-label": sign === label ? null : label, title: label, click }, sign);
  /** @param {string} title @param {...HTMLElement} buttons */
  const group = (title, ...buttons) => html("div", { class: "tool-group", role: "group", "aria-label": title },
    html("span", { class: "tool-title", "aria-hidden": "true" }, title), buttons);
  const undo = button("Undo", "Undo", deeds.undo);
  const redo = button("Redo", "Redo", deeds.redo);
  const root = html("div", { class: "tools" },
    html("div", { class: "tool-row" }, kind.root,
      html("label", { class: "pick" }, html("span", {}, "Size"), width),
      html("label", { class: "pick" }, html("span", {}, channels === 1 ? "Brightness" : "Color"), shade)),
    html("div", { class: "tool-row" },
      html("div", { class: "tool-group" }, undo, redo, button("Clear", "Clear", deeds.clear)),
      html("div", { class: "tool-group" }, button("Open an image", "Open an image", () => file.click()), file)),
    html("div", { class: "tool-row" },
      group("Move", button("Move left", "←", () => deeds.move(0, -1)), button("Move right", "→", () => deeds.move(0, 1)),
        button("Move up", "↑", () => deeds.move(-1, 0)), button("Move down", "↓", () => deeds.move(1, 0))),
      group("Rotate", button("Rotate left", "↺", () => deeds.turn(-TURN)), button("Rotate right", "↻", () => deeds.turn(TURN))),
      group("Scale", button("Smaller", "−", () => deeds.zoom(1 / ZOOM)), button("Larger", "+", () => deeds.zoom(ZOOM)))));
  /** @type {Record<string, () => void>} */
  const keys = {
    b: () => { erasing = false; kind.set("brush"); },
    e: () => { erasing = true; kind.set("eraser"); },
    z: deeds.undo, y: deeds.redo, Delete: deeds.clear,
    r: () => deeds.turn(TURN), R: () => deeds.turn(-TURN),
    "+": () => deeds.zoom(ZOOM), "-": () => deeds.zoom(1 / ZOOM),
  };
  return {
    root,
    /** The color of the brush. */
    get color() { return erasing ? bare : color; },
    get diameter() { return diameter; },
    /** @param {boolean} back @param {boolean} forth whether undo and redo are possible */
    offer(back, forth) {
      undo.setAttribute("aria-disabled", String(!back));
      redo.setAttribute("aria-disabled", String(!forth));
    },
    /** @param {string} key @returns {boolean} whether the key was handled */
    key(key) {
      keys[key]?.();
      return key in keys;
    },
  };
}
