/** Sort orders of the images. Each is computed once for all images, so that a filter only selects from it. */

/** @typedef {import("./columns.js").Columns} Columns */
/** @typedef {(a: number, b: number) => number} Compare which of two positions comes first */

/** @type {{ name: string, label: string, needsLabels?: boolean, needsScores?: boolean, compare: (columns: Columns) => Compare }[]} */
export const SORTS = [
  { name: "number", label: "number", compare: ({ id }) => (a, b) => id[a] - id[b] },
  { name: "sure", label: "most confident first", needsScores: true, compare: ({ sure }) => (a, b) => sure[b] - sure[a] },
  { name: "unsure", label: "least confident first", needsScores: true, compare: ({ sure }) => (a, b) => sure[a] - sure[b] },
  { name: "loss", label: "highest loss first", needsLabels: true, needsScores: true, compare: ({ loss }) => (a, b) => down(loss[a], loss[b]) },
  { name: "class", label: "class", compare: ({ label, said }) => (a, b) => label[a] - label[b] || said[a] - said[b] },
];

/** Whether a sort suits images with or without labels and predictions. @param {typeof SORTS[number]} sort @param {{ labelled: boolean, scored: boolean }} known */
export function sortSuits(sort, { labelled, scored }) {
  return (labelled || !sort.needsLabels) && (scored || !sort.needsScores) && (labelled || scored || sort.name !== "class");
}

/** Computes each order on first use. @param {Columns} columns */
export function sorter(columns) {
  /** @type {Map<string, Uint32Array>} */
  const made = new Map();
  return (/** @type {string} */ name) => {
    let order = made.get(name);
    if (!order) {
      const compare = (SORTS.find((sort) => sort.name === name) ?? SORTS[0]).compare(columns);
      // Ties stay in the order of the set, so that an address always shows the same.
      order = Uint32Array.from({ length: columns.count }, (_, i) => i).sort((a, b) => compare(a, b) || a - b);
      made.set(name, order);
    }
    return order;
  };
}

/** Two infinite losses are equal; their difference would be NaN. @param {number} a @param {number} b */
function down(a, b) {
  return a === b ? 0 : b > a ? 1 : -1;
}
