/** Nearest neighbors on the map. */

/** The most points, since all pairs are compared. */
export const MOST = 5000;

/** The nearest other point of each point; the first in ties. @param {Float32Array} points x and y of each @returns {Int32Array} */
export function nearest(points) {
  const count = points.length / 2;
  const found = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i += 1) {
    let least = Infinity;
    for (let j = 0; j < count; j += 1) {
      if (i === j) continue;
      const dx = points[2 * i] - points[2 * j], dy = points[2 * i + 1] - points[2 * j + 1];
      const apart = dx * dx + dy * dy;
      if (apart < least) {
        least = apart;
        found[i] = j;
      }
    }
  }
  return found;
}

/** The median distance of a point to its nearest, over an even sample. @param {Float32Array} points x and y of each */
export function usualGap(points) {
  const count = points.length / 2;
  const some = Math.min(count, 300);
  const gaps = Array.from({ length: some }, (_, k) => {
    const i = Math.floor((k * count) / some);
    let least = Infinity;
    for (let j = 0; j < count; j += 1) {
      if (j !== i) least = Math.min(least, Math.hypot(points[2 * i] - points[2 * j], points[2 * i + 1] - points[2 * j + 1]));
    }
    return least;
  }).sort((a, b) => a - b);
  return gaps[Math.floor(some / 2)];
}

/** The nearest place in a direction, or -1: distance ahead plus a penalty for distance aside.
 * @param {[number, number][]} places @param {number[]} among @param {number} from @param {number} dx @param {number} dy of length 1 */
export function ahead(places, among, from, dx, dy) {
  let best = -1, least = Infinity;
  const [x, y] = places[from];
  for (const i of among) {
    const along = (places[i][0] - x) * dx + (places[i][1] - y) * dy;
    const aside = Math.abs((places[i][0] - x) * dy - (places[i][1] - y) * dx);
    const cost = along + 2 * aside;
    if (i !== from && along > 0.5 && aside <= 2 * along && cost < least) {
      least = cost;
      best = i;
    }
  }
  return best;
}
