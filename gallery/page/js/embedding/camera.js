/** The visible part of the plane: converts between points and canvas positions; zoom and pan. */

/** The largest zoom. */
const MOST = 40;
/** The margin around all points, as a share of the canvas. */
const MARGIN = 0.06;

/** @param {Float32Array} points x and y of each */
export function camera(points) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    low = Math.min(low, points[i + 1]);
    high = Math.max(high, points[i + 1]);
  }
  const middle = [(left + right) / 2, (low + high) / 2];
  const extent = Math.max(right - left, high - low) || 1;
  let [x, y] = middle;
  let zoom = 1;

  /** Keep the middle of the view among the points. */
  function hold() {
    x = Math.min(Math.max(x, left), right);
    y = Math.min(Math.max(y, low), high);
  }
  /** Pixels per unit of the map. @param {number} side of the canvas */
  const scale = (side) => (zoom * side * (1 - 2 * MARGIN)) / extent;
  return {
    get zoom() { return zoom; },
    scale,
    /** The canvas position of a point, with y pointing up. @param {number} i @param {number} side of the canvas @returns {[number, number]} */
    place: (i, side) => [side / 2 + (points[2 * i] - x) * scale(side), side / 2 - (points[2 * i + 1] - y) * scale(side)],
    /** Zoom by a factor around (px, py). @param {number} factor @param {number} px @param {number} py @param {number} side */
    enlarge(factor, px, py, side) {
      const before = scale(side);
      zoom = Math.min(MOST, Math.max(1, zoom * factor));
      const change = 1 / before - 1 / scale(side);
      x += (px - side / 2) * change;
      y -= (py - side / 2) * change;
      if (zoom === 1) [x, y] = middle;
      hold();
    },
    /** Move by so many pixels. @param {number} dx @param {number} dy @param {number} side */
    pan(dx, dy, side) {
      x -= dx / scale(side);
      y += dy / scale(side);
      hold();
    },
    fit() {
      zoom = 1;
      [x, y] = middle;
    },
    /** Bring a point into view. @param {number} i @param {number} side */
    show(i, side) {
      const px = side / 2 + (points[2 * i] - x) * scale(side), py = side / 2 - (points[2 * i + 1] - y) * scale(side);
      if (Math.min(px, py) < 0 || Math.max(px, py) > side) [x, y] = [points[2 * i], points[2 * i + 1]];
    },
  };
}
