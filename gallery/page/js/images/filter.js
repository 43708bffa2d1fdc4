/** Selects the images that match the filter. */

/** @typedef {import("./columns.js").Columns} Columns */
/** @typedef {import("./filter-query.js").Wish} Wish */

/**
 * The positions of the images that match the query, in its order.
 * @param {Columns} columns @param {Wish} wish @param {(sort: string) => Uint32Array} sorted
 */
export function matching(columns, wish, sorted) {
  const { id, label, said, sure, name } = columns;
  const { low, high, right, but } = wish;
  const find = wish.find.trim().toLowerCase();
  const found = new Uint32Array(columns.count);
  let count = 0;
  for (const at of sorted(wish.sort)) {
    if (wish.label !== null && label[at] !== wish.label) continue;
    if (wish.said !== null && said[at] !== wish.said) continue;
    if (but.length && but.includes(said[at])) continue;
    if (right !== null && (label[at] === said[at]) !== right) continue;
    if (sure[at] < low || sure[at] > high) continue;
    if (find && !name[at].includes(find) && !String(id[at]).startsWith(find)) continue;
    found[count] = at;
    count += 1;
  }
  return found.subarray(0, count);
}

/** The number of these images that are right; null without labels. @param {Columns} columns @param {Uint32Array} positions */
export function countRight({ labelled, label, said }, positions) {
  if (!labelled) return null;
  let count = 0;
  for (const at of positions) count += Number(label[at] === said[at]);
  return count;
}
