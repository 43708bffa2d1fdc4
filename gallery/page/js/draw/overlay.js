/** The drawing with a map laid over it, cell for cell: what the map does not speak of stays as it is. */
import { html } from "../dom.js";
import { size } from "../paint.js";
import { colourUnit } from "./easel.js";

/** How much of the drawing the strongest cell hides. */
const COVER = 0.75;

/** @param {number} height @param {number} width of the drawing */
export function overlay(height, width) {
  const picture = html("canvas", { "aria-hidden": "true", width, height });
  const veil = html("canvas", { "aria-hidden": "true", class: "veil" });
  const root = html("div", { class: "overlaid", role: "img" }, picture, veil);
  const below = new ImageData(width, height);
  let above = new ImageData(1, 1);
  let veiled = false;
  const pens = [picture, veil].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));

  return {
    root,
    /** The drawing and, where something lies over it, that. */
    get layers() { return veiled ? [picture, veil] : [picture]; },
    /** @param {Float32Array} unit @param {number} channels */
    picture(unit, channels) {
      colourUnit(unit, channels, below.data);
      pens[0].putImageData(below, 0, 0);
    },
    /**
     * @param {Float32Array} values @param {number} rows @param {number} columns
     * @param {number} reach the value of the last colour @param {boolean} signed @param {Uint8Array} ramp
     */
    lay(values, rows, columns, reach, signed, ramp) {
      if (above.width !== columns || above.height !== rows || veil.width !== columns || veil.height !== rows) {
        veil.width = columns;
        veil.height = rows;
        above = new ImageData(columns, rows);
      }
      const last = ramp.length / 3 - 1;
      const { data } = above;
      for (let i = 0, to = 0; i < values.length; i += 1, to += 4) {
        const share = reach > 0 ? Math.max(-1, Math.min(1, values[i] / reach)) : 0;
        const step = 3 * Math.round((signed ? (share + 1) / 2 : share) * last);
        data[to] = ramp[step];
        data[to + 1] = ramp[step + 1];
        data[to + 2] = ramp[step + 2];
        data[to + 3] = 255 * COVER * (signed ? Math.sqrt(Math.abs(share)) : Math.abs(share));
      }
      pens[1].putImageData(above, 0, 0);
      veiled = true;
    },
    clear() { veiled = false; pens[1].clearRect(0, 0, veil.width, veil.height); },
    /** @param {number} room CSS pixels */
    resize(room) {
      size(picture, width, height, room);
      veil.style.width = picture.style.width;
      veil.style.height = picture.style.height;
    },
    /** @param {string} words */
    label(words) { root.setAttribute("aria-label", words); },
  };
}

/** Where in the drawing a map is strongest, in words; "" where it is the same everywhere. @param {Float32Array} values @param {number} rows @param {number} columns */
export function whereabouts(values, rows, columns) {
  let best = 0;
  if (values.every((value) => value === values[0])) return "";
  for (let i = 0; i < values.length; i += 1) if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  const down = (Math.floor(best / columns) + 0.5) / rows;
  const across = ((best % columns) + 0.5) / columns;
  const vertical = down < 1 / 3 ? "upper" : down > 2 / 3 ? "lower" : "";
  const side = across < 1 / 3 ? "left" : across > 2 / 3 ? "right" : "";
  if (!vertical && !side) return "in the middle";
  return side ? `at the ${[vertical, side].filter(Boolean).join(" ")}` : vertical === "upper" ? "at the top" : "at the bottom";
}
