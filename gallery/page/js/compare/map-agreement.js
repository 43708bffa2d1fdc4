/** Agreement between two maps of one image. Pure functions, no DOM. */

/** The ranks of values; ties get their mean rank. @param {ArrayLike<number>} values */
export function ranks(values) {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to += 1;
    for (let i = from; i < to; i += 1) out[order[i]] = (from + to - 1) / 2;
    from = to;
  }
  return out;
}

/** Spearman's rank correlation, -1 to 1; null if a map is constant. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function rankCorrelation(a, b) {
  const [own, other] = [ranks(a), ranks(b)];
  const middle = (own.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < own.length; i += 1) {
    both += (own[i] - middle) * (other[i] - middle);
    first += (own[i] - middle) ** 2;
    second += (other[i] - middle) ** 2;
  }
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : null;
}
