/** The two classes that a comparison starts with. */

/** @typedef {import("../values/images.js").Picture} Picture */

/**
 * Those most often taken for each other, the true one first; where nothing is known to be wrong, as without labels,
 * those that the model most often has as its first and second choice together, the lower number first.
 * @param {Pick<Picture, "right" | "labelIndex" | "saidIndex" | "probabilities">[]} pictures @param {number} classes @returns {[number, number]}
 */
export function usualPair(pictures, classes) {
  const wrong = pictures.filter(({ right, labelIndex }) => right === false && labelIndex !== null);
  const pairs = wrong.length ? wrong.map(({ labelIndex, saidIndex }) => /** @type {number} */ (labelIndex) * classes + saidIndex)
    : pictures.filter(({ probabilities }) => probabilities.length > 1).map(({ probabilities, saidIndex }) => {
      const other = second(probabilities, saidIndex);
      return Math.min(saidIndex, other) * classes + Math.max(saidIndex, other);
    });
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  const [pair] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [1, 0]);
  return [Math.floor(pair / classes), pair % classes];
}

/** The most probable class other than one. @param {ArrayLike<number>} shares @param {number} first */
function second(shares, first) {
  let best = first === 0 ? 1 : 0;
  for (let i = 0; i < shares.length; i += 1) if (i !== first && shares[i] > shares[best]) best = i;
  return best;
}
