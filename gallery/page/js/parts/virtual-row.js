/** A long virtual row of items: only those near the viewport exist, and items that leave at one end are reused at the other. */

/**
 * The items between two ends, plus a margin on each side.
 * @param {number} start @param {number} end start and end of the view, relative to the first item
 * @param {number} pitch from one item to the next @param {number} count @param {number} margin items on each side of
 * the view
 * @returns {[number, number]} the first, and the one after the last
 */
export function near(start, end, pitch, count, margin) {
  const first = Math.max(0, Math.min(count, Math.floor(start / pitch) - margin));
  return [first, Math.max(first, Math.min(count, Math.ceil(end / pitch) + margin))];
}

/**
 * Keeps one element for each key that is shown, in order, as the children of `root`.
 * @template {HTMLElement} T
 * @param {HTMLElement} root takes the focus of a removed element
 * @param {() => T} make an empty element
 * @param {(element: T, key: number) => void} fill
 */
export function virtualRow(root, make, fill) {
  /** @type {Map<number, T>} */
  let held = new Map();
  return {
    /** @param {number} key */
    get: (key) => held.get(key),
    all: () => held.values(),
    /** @param {ArrayLike<number>} keys each once */
    show(keys) {
      /** @type {Map<number, T | undefined>} */
      const next = new Map(Array.from(keys, (key) => [key, held.get(key)]));
      let focused = /** @type {HTMLElement | null} */ (document.activeElement);
      const spare = [];
      for (const [key, element] of held) {
        if (next.has(key)) continue;
        if (focused && element.contains(focused)) {
          root.focus({ preventScroll: true });
          focused = null;
        }
        element.remove();
        spare.push(element);
      }
      let place = root.firstElementChild;
      for (const [key, kept] of next) {
        const element = kept ?? spare.pop() ?? make();
        if (!kept) {
          fill(element, key);
          next.set(key, element);
        }
        if (element === place) place = place.nextElementSibling;
        else root.insertBefore(element, place);
      }
      held = /** @type {Map<number, T>} */ (next);
      // Moving an element takes the focus from it.
      if (focused && focused !== document.activeElement && root.contains(focused)) focused.focus({ preventScroll: true });
    },
    refill() { for (const [key, element] of held) fill(element, key); },
  };
}
