/** How often images of one class are predicted as another. */

/** @typedef {{ label: number, said: number, count: number, share: number }} Pair true class, predicted class, count, and share of the true class's images */

/**
 * @param {import("./images.js").Picture[]} pictures with labels @param {number} classes
 */
export function confusion(pictures, classes) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const { labelIndex, saidIndex } of pictures) {
    const cell = /** @type {number} */ (labelIndex) * classes + saidIndex;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return confusionOf([...counts].map(([cell, count]) => [Math.floor(cell / classes), cell % classes, count]), classes);
}

/**
 * The same from counted cells.
 * @param {number[][]} cells true class, predicted class, how often @param {number} classes
 */
export function confusionOf(cells, classes) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  const totals = new Uint32Array(classes);
  const called = new Uint32Array(classes);
  let right = 0;
  for (const [label, said, count] of cells) {
    counts.set(label * classes + said, count);
    totals[label] += count;
    called[said] += count;
    if (label === said) right += count;
  }
  /** @type {Pair[]} */
  const pairs = cells.map(([label, said, count]) => ({ label, said, count, share: count / totals[label] }));
  return {
    /** the images of each class, and the predictions of it */
    totals, called, right,
    /** @param {number} label @param {number} said */
    count: (label, said) => counts.get(label * classes + said) ?? 0,
    /** Confused pairs, the most frequent first; in ties, the larger share. */
    confused: pairs.filter((pair) => pair.label !== pair.said)
      .sort((a, b) => b.count - a.count || b.share - a.share || a.label - b.label || a.said - b.said),
  };
}
