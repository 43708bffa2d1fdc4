/** The drawing's state: pixels from black 0 to white 1, strokes, transforms and undo. No DOM. */

/** @typedef {{ dy: number, dx: number, turn: number, zoom: number }} Pose moved by pixels, turned by degrees, enlarged */

const STILL = Object.freeze({ dy: 0, dx: 0, turn: 0, zoom: 1 });
const MOST_STEPS = 100;
/** The most numbers in the undo history. */
const MOST_HELD = 2e7;

/**
 * @param {number} height @param {number} width @param {number} channels
 * @param {number} ground the color of an empty board: 0 black, 1 white
 */
export function board(height, width, channels, ground) {
  const size = height * width * channels;
  const most = Math.max(8, Math.min(MOST_STEPS, Math.floor(MOST_HELD / size)));
  const pixels = new Float32Array(size).fill(ground);
  // The drawing before transforms, so that ten small rotations blur it no more than one.
  const base = pixels.slice();
  /** @type {Pose} */
  let pose = STILL;
  const before = new Float32Array(size);
  const mask = new Float32Array(height * width);
  /** @type {{ base: Float32Array, pose: Pose }[]} */
  let steps = [{ base: base.slice(), pose }];
  let at = 0;

  /** Save the current state as an undo step. */
  function keep() {
    steps = steps.slice(Math.max(0, at + 2 - most), at + 1);
    steps.push({ base: base.slice(), pose });
    at = steps.length - 1;
  }

  /** @param {number} step @returns {boolean} */
  function go(step) {
    if (step < 0 || step >= steps.length) return false;
    at = step;
    base.set(steps[at].base);
    pose = steps[at].pose;
    posed(base, height, width, channels, pose, ground, pixels);
    return true;
  }

  /** @param {(now: Pose) => Pose} change */
  function strike(change) {
    pose = Object.freeze(change(pose));
    posed(base, height, width, channels, pose, ground, pixels);
    keep();
  }

  return {
    height, width, channels, ground, pixels,
    get canUndo() { return at > 0; },
    get canRedo() { return at < steps.length - 1; },
    /** The number of undo steps. */
    get steps() { return at; },
    /** The initial drawing and its state after each step. @returns {Float32Array[]} */
    history: () => steps.slice(0, at + 1).map((step) => {
      const then = new Float32Array(size);
      posed(step.base, height, width, channels, step.pose, ground, then);
      return then;
    }),
    undo: () => go(at - 1),
    redo: () => go(at + 1),
    /** Begin a stroke on the current drawing. */
    begin() {
      base.set(pixels);
      before.set(pixels);
      pose = STILL;
      mask.fill(0);
    },
    /**
     * Paint a straight piece of the stroke, in pixels from the upper left corner.
     * @param {number} y0 @param {number} x0 @param {number} y1 @param {number} x1 @param {number} diameter
     * @param {ArrayLike<number>} color one value per channel
     */
    line(y0, x0, y1, x1, diameter, color) {
      const count = Math.max(1, Math.ceil(2 * Math.hypot(y1 - y0, x1 - x0)));
      for (let i = 0; i <= count; i += 1) dab(y0 + ((y1 - y0) * i) / count, x0 + ((x1 - x0) * i) / count, diameter, color);
    },
    end: keep,
    clear() {
      base.fill(ground);
      strike(() => STILL);
    },
    /** Start over from an image. @param {ArrayLike<number>} unit */
    put(unit) {
      base.set(unit);
      strike(() => STILL);
    },
    /** @param {number} dy @param {number} dx */
    move: (dy, dx) => strike((now) => ({ ...now, dy: now.dy + dy, dx: now.dx + dx })),
    /** @param {number} degrees clockwise */
    turn: (degrees) => strike((now) => ({ ...now, turn: now.turn + degrees })),
    /** @param {number} factor */
    zoom: (factor) => strike((now) => ({ ...now, zoom: Math.min(4, Math.max(0.25, now.zoom * factor)) })),
  };

  /** A soft disc: half a pixel of its edge is half covered. @param {number} y @param {number} x @param {number} diameter @param {ArrayLike<number>} color */
  function dab(y, x, diameter, color) {
    const reach = diameter / 2 + 0.5;
    const bottom = Math.min(height - 1, Math.ceil(y + reach));
    const right = Math.min(width - 1, Math.ceil(x + reach));
    for (let row = Math.max(0, Math.floor(y - reach)); row <= bottom; row += 1) {
      for (let column = Math.max(0, Math.floor(x - reach)); column <= right; column += 1) {
        const cover = Math.min(1, reach - Math.hypot(row + 0.5 - y, column + 0.5 - x));
        const place = row * width + column;
        if (cover <= mask[place]) continue;
        // Within a stroke the maximum opacity counts, so that repeated strokes do not harden its edge.
        mask[place] = cover;
        for (let c = 0, i = place * channels; c < channels; c += 1, i += 1) {
          pixels[i] = base[i] = before[i] + (color[c] - before[i]) * cover;
        }
      }
    }
  }
}

/**
 * An image moved, rotated about its center and enlarged, with bilinear interpolation.
 * @param {Float32Array} source @param {number} height @param {number} width @param {number} channels
 * @param {Pose} pose @param {number} ground outside the image @param {Float32Array} out
 */
export function posed(source, height, width, channels, pose, ground, out) {
  if (pose.turn % 360 === 0 && pose.zoom === 1 && !pose.dy && !pose.dx) {
    out.set(source);
    return;
  }
  const angle = (pose.turn * Math.PI) / 180;
  const cos = pose.turn % 360 === 0 ? 1 / pose.zoom : Math.cos(angle) / pose.zoom;
  const sin = pose.turn % 360 === 0 ? 0 : Math.sin(angle) / pose.zoom;
  const middleY = (height - 1) / 2;
  const middleX = (width - 1) / 2;
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const v = y - middleY - pose.dy;
      const u = x - middleX - pose.dx;
      const sy = middleY + v * cos - u * sin;
      const sx = middleX + u * cos + v * sin;
      const top = Math.floor(sy);
      const left = Math.floor(sx);
      const down = sy - top;
      const across = sx - left;
      for (let c = 0; c < channels; c += 1, i += 1) {
        const a = look(top, left, c);
        const b = across ? look(top, left + 1, c) : a;
        const d = down ? look(top + 1, left, c) : a;
        const e = down && across ? look(top + 1, left + 1, c) : down ? d : b;
        const upper = a + (b - a) * across;
        out[i] = upper + (d + (e - d) * across - upper) * down;
      }
    }
  }
  /** @param {number} y @param {number} x @param {number} c */
  function look(y, x, c) {
    return y < 0 || x < 0 || y >= height || x >= width ? ground : source[(y * width + x) * channels + c];
  }
}
