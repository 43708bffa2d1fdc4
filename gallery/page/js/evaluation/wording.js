/** Wording of an evaluation's metrics. Pure functions, no DOM. */

const NARROW = "\u202f";

/** @typedef {{ value: number | null, low: number | null, high: number | null }} Estimate */

/** A share in percent with two decimals; a dash where there is none. @param {number | null} share */
export function fine(share) {
  return share === null ? "–" : `${(100 * share).toFixed(2)}${NARROW}%`;
}

/** A share in percent with one decimal and without its sign, for tables. @param {number | null} share */
export function tenths(share) {
  return share === null ? "–" : (100 * share).toFixed(1);
}

/** The ends of an interval, in percent. @param {Estimate} one */
export function between(one) {
  return one.low === null || one.high === null ? "–" : `${(100 * one.low).toFixed(2)} to ${(100 * one.high).toFixed(2)}${NARROW}%`;
}

/** The ends of an interval of a loss, in nats; "" if all losses are equal. @param {Estimate} one @param {string} to */
export function nats(one, to) {
  return one.low === null || one.high === null ? "–" : `${one.low.toFixed(3)}${to}${one.high.toFixed(3)}`;
}

/** "95 % interval". @param {number} level */
export function intervalWord(level) {
  return `${Number((100 * level).toPrecision(4))}${NARROW}% confidence interval`;
}

/** Over- or underconfidence in words. @param {number} excess mean confidence minus accuracy */
export function claim(excess) {
  if (excess === 0) return "well calibrated on average";
  return `${excess > 0 ? "overconfident" : "underconfident"} by ${(100 * Math.abs(excess)).toFixed(2)} points on average`;
}
