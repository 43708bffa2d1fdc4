/** A white drawing surface measured in units of one or more pixels, from which PNG and GIF are made. */

const FONT = 'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif';

export const INKS = Object.freeze({
  paper: "#ffffff", ink: "#1b1c1e", muted: "#5d6167", accent: "#b8400e", rule: "#e2e2dd", bar: "#b9bcbf", strike: "#969696", taylor: "#1f5fa8",
});

/** @typedef {ReturnType<typeof paper>} Paper */
/** @typedef {{ size?: number, weight?: number, ink?: keyof typeof INKS, align?: CanvasTextAlign, room?: number, halo?: boolean }} Lettering */

/** @param {number} width in units @param {number} height in units @param {number} unit pixels, a whole number */
export function paper(width, height, unit) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * unit);
  canvas.height = Math.round(height * unit);
  // GIF frames are read back.
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const small = document.createElement("canvas");
  const smallPen = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d", { willReadFrequently: true }));
  /** @param {number} at */
  const px = (at) => Math.round(at * unit);

  /** @param {number} x @param {number} y @param {number} w @param {number} h @param {keyof typeof INKS} ink */
  function rect(x, y, w, h, ink) {
    pen.fillStyle = INKS[ink];
    pen.fillRect(px(x), px(y), Math.max(1, px(x + w) - px(x)), Math.max(1, px(y + h) - px(y)));
  }

  /**
   * RGBA bytes, each cell `zoom` pixels; below 1 they are reduced and smoothed.
   * @param {number} x @param {number} y @param {Uint8ClampedArray<ArrayBuffer>} rgba @param {number} w @param {number} h cells
   * @param {number} zoom @param {number} [zoomDown] for cells taller than wide
   */
  function cells(x, y, rgba, w, h, zoom, zoomDown = zoom) {
    if (small.width !== w || small.height !== h) {
      small.width = w;
      small.height = h;
    }
    smallPen.putImageData(new ImageData(rgba, w, h), 0, 0);
    image(x, y, small, zoom, zoomDown);
  }

  /** A canvas, each of its pixels enlarged to `zoom` pixels. @param {number} x @param {number} y @param {HTMLCanvasElement} from @param {number} zoom @param {number} [zoomDown] @param {[number, number]} [most] largest width and height in units */
  function image(x, y, from, zoom, zoomDown = zoom, most) {
    pen.save();
    if (most) {
      pen.beginPath();
      pen.rect(px(x), px(y), px(most[0]), px(most[1]));
      pen.clip();
    }
    pen.imageSmoothingEnabled = zoom < 1;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(from, px(x), px(y), Math.round(from.width * zoom), Math.round(from.height * zoomDown));
    pen.restore();
  }

  /** @param {string} words @param {number} room in units */
  function fitted(words, room) {
    if (pen.measureText(words).width <= room * unit) return words;
    const letters = [...words];
    let [least, most] = [0, letters.length - 1];
    while (least < most) {
      const middle = (least + most + 1) >> 1;
      if (pen.measureText(`${letters.slice(0, middle).join("")}…`).width <= room * unit) least = middle;
      else most = middle - 1;
    }
    return `${letters.slice(0, least).join("")}…`;
  }

  /** @param {[number, number][]} points in units */
  function trace(points) {
    pen.beginPath();
    points.forEach(([x, y], i) => (i ? pen.lineTo(x * unit, y * unit) : pen.moveTo(x * unit, y * unit)));
  }

  return {
    canvas, width, height, unit, rect, cells, image,
    /** A line through points. @param {[number, number][]} points @param {{ ink: keyof typeof INKS, wide?: number, dash?: number[] }} stroke in units */
    line(points, { ink, wide = 1, dash = [] }) {
      pen.save();
      pen.strokeStyle = INKS[ink];
      pen.lineWidth = wide * unit;
      pen.lineJoin = pen.lineCap = "round";
      pen.setLineDash(dash.map((part) => part * unit));
      trace(points);
      pen.stroke();
      pen.restore();
    },
    /** A filled polygon. @param {[number, number][]} points @param {keyof typeof INKS} ink */
    area(points, ink) {
      pen.fillStyle = INKS[ink];
      trace(points);
      pen.fill();
    },
    clear() { rect(0, 0, width, height, "paper"); },
    /** Text on a baseline; returns its width in units. @param {number} x @param {number} y @param {string} words @param {Lettering} [lettering] */
    text(x, y, words, { size = 13, weight = 400, ink = "ink", align = "left", room = width, halo = false } = {}) {
      pen.font = `${weight} ${size * unit}px ${FONT}`;
      pen.fillStyle = INKS[ink];
      pen.textAlign = align;
      pen.direction = "ltr";
      // User-given names are isolated from the text direction around them.
      const shown = fitted(oneLine(words), room);
      if (halo) {
        pen.strokeStyle = INKS.paper;
        pen.lineWidth = 4 * unit;
        pen.lineJoin = "round";
        pen.strokeText(shown, px(x), px(y));
      }
      pen.fillText(shown, px(x), px(y));
      return pen.measureText(shown).width / unit;
    },
    /** Strike through a map without signal: once for this image, twice for all. @param {number} x @param {number} y @param {number} w @param {number} h @param {boolean} twice */
    strike(x, y, w, h, twice) {
      const [left, top, across, down] = [px(x), px(y), px(w), px(h)];
      pen.fillStyle = INKS.strike;
      // Pixel by pixel, so that no intermediate colors appear.
      const steps = Math.max(across, down) - 1;
      for (let i = 0; i <= steps; i += 1) {
        const right = left + Math.round((i * (across - 1)) / Math.max(1, steps));
        const depth = Math.round((i * (down - 1)) / Math.max(1, steps));
        pen.fillRect(right, top + down - 1 - depth, 1, 1);
        if (twice) pen.fillRect(right, top + depth, 1, 1);
      }
    },
    /** The current pixels, RGBA. */
    pixels: () => pen.getImageData(0, 0, canvas.width, canvas.height).data,
  };
}

/** A user-given name, isolated from the text direction around it. @param {string} text */
export function apart(text) {
  return `\u2068${text}\u2069`;
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
