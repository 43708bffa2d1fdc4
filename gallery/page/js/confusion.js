/** How often the pictures of one class are called another. */

/** @typedef {{ label: number, said: number, count: number, share: number }} Pair a true class, the class it was called,
 *  how often, and the share of the true class's pictures */

/**
 * @param {import("./picture.js").Picture[]} pictures with labels @param {number} classes
 */
export function confusion(pictures, classes) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  const totals = new Uint32Array(classes);
  let right = 0;
  for (const { labelIndex, saidIndex } of pictures) {
    const label = /** @type {number} */ (labelIndex);
    const cell = label * classes + saidIndex;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
    totals[label] += 1;
    right += Number(label === saidIndex);
  }
  /** @type {Pair[]} */
  const pairs = [...counts].map(([cell, count]) => {
    const label = Math.floor(cell / classes);
    return { label, said: cell % classes, count, share: count / totals[label] };
  });
  return {
    totals, right,
    /** @param {number} label @param {number} said */
    count: (label, said) => counts.get(label * classes + said) ?? 0,
    /** Classes taken for others, the most frequent pair first; of equal ones, the one that is the larger share. */
    confused: pairs.filter((pair) => pair.label !== pair.said)
      .sort((a, b) => b.count - a.count || b.share - a.share || a.label - b.label || a.said - b.said),
  };
}
