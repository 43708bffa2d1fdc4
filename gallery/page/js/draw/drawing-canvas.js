/** The drawing canvas, for pointer, touch and keyboard. */
import { html } from "../dom.js";
import { colorUnit, size } from "../parts/paint.js";

/**
 * @typedef {object} Heard
 * @property {() => void} begin
 * @property {(y0: number, x0: number, y1: number, x1: number) => void} line in pixels of the drawing
 * @property {() => void} end
 * @property {(dy: number, dx: number) => void} move shift the whole drawing
 * @property {(words: string) => void} tell
 */

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param {number} height @param {number} width
 * @param {Heard} heard
 */
export function easel(height, width, heard) {
  const canvas = html("canvas", { "aria-hidden": "true", width, height });
  const cursor = html("span", { class: "cell-outline", "aria-hidden": "true", hidden: true });
  const root = html("div", {
    class: "easel", tabindex: "0", role: "application", pointerdown: down, pointermove: moved, pointerup: up, pointercancel: up,
    keydown, keyup, blur: () => { cursor.hidden = true; lift(); },
    focus: () => { cursor.hidden = !root.matches(":focus-visible"); },
  }, canvas, cursor);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = new ImageData(width, height);
  let cell = 1;
  /** @type {[number, number] | null} where the pointer last was */
  let last = null;
  let [row, column] = [height >> 1, width >> 1];
  let painting = false;

  /** @param {PointerEvent} event @returns {[number, number]} */
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientY - box.top) / box.height) * height, ((event.clientX - box.left) / box.width) * width];
  }
  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button !== 0 || last || painting) return;
    root.setPointerCapture(event.pointerId);
    cursor.hidden = true;
    last = place(event);
    heard.begin();
    heard.line(...last, ...last);
  }
  /** @param {PointerEvent} event */
  function moved(event) {
    if (!last) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) {
      const now = place(one);
      heard.line(...last, ...now);
      last = now;
    }
  }
  function up() {
    if (!last) return;
    last = null;
    heard.end();
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move && event.shiftKey) heard.move(...move);
    else if (move) {
      const [y, x] = [row, column];
      row = Math.min(height - 1, Math.max(0, row + move[0]));
      column = Math.min(width - 1, Math.max(0, column + move[1]));
      if (painting) heard.line(y + 0.5, x + 0.5, row + 0.5, column + 0.5);
      else heard.tell(`row ${row}, column ${column}`);
      mark();
    } else if (event.key === " ") {
      if (!painting && !last) {
        painting = true;
        heard.begin();
        heard.line(row + 0.5, column + 0.5, row + 0.5, column + 0.5);
      }
      mark();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  /** @param {KeyboardEvent} event */
  function keyup(event) {
    if (event.key === " ") lift();
  }
  function lift() {
    if (!painting) return;
    painting = false;
    heard.end();
  }
  function mark() {
    cursor.hidden = false;
    cursor.style.width = cursor.style.height = `${cell}px`;
    cursor.style.transform = `translate(${column * cell}px, ${row * cell}px)`;
  }

  return {
    root,
    /** @param {Float32Array} unit @param {number} channels */
    paint(unit, channels) {
      colorUnit(unit, channels, image.data);
      pen.putImageData(image, 0, 0);
    },
    /** @param {number} room CSS pixels */
    resize(room) {
      cell = size(canvas, width, height, room);
      if (!cursor.hidden) mark();
    },
    /** @param {string} words */
    label(words) { root.setAttribute("aria-label", words); },
  };
}
