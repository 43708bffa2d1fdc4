/** Arrow-key navigation in a set of items, with one item in the tab order (roving tabindex). */

/**
 * Give the children of `host` that match `selector` one place in the tab order.
 * @param {HTMLElement} host
 * @param {string} selector
 * @param {{ moved?: (item: HTMLElement) => void }} [options] `moved` is called after each step by keyboard
 */
export function arrowKeys(host, selector, options = {}) {
  const items = () => /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);

  host.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = items();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (at < 0) return;
    const to = step(event.key, at, all.map((item) => item.getBoundingClientRect()));
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (to === at) return;
    all[to].focus();
    options.moved?.(all[to]);
  });
  host.addEventListener("focusin", (event) => {
    const item = /** @type {HTMLElement} */ (event.target).closest(selector);
    if (item) mark(/** @type {HTMLElement} */ (item));
  });

  /** Put one item into the tab order. @param {Element | undefined} chosen */
  function mark(chosen) {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  }
  return { mark: (/** @type {Element | null | undefined} */ item) => mark(item ?? items()[0]) };
}

/**
 * The index that a key moves to from item `at`; null for other keys.
 * @param {string} key @param {number} at
 * @param {{left: number, top: number, width: number}[]} boxes
 * @returns {number | null}
 */
export function step(key, at, boxes) {
  const last = boxes.length - 1;
  if (key === "ArrowRight") return Math.min(last, at + 1);
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key !== "ArrowDown" && key !== "ArrowUp") return null;
  const down = key === "ArrowDown";
  const middle = boxes[at].left + boxes[at].width / 2;
  let best = at;
  let row = null;
  for (let i = at; i >= 0 && i <= last; i += down ? 1 : -1) {
    const apart = boxes[i].top - boxes[at].top;
    if (Math.abs(apart) < 2 || apart > 0 !== down) continue;
    row ??= boxes[i].top;
    if (Math.abs(boxes[i].top - row) > 2) break;
    const better = Math.abs(boxes[i].left + boxes[i].width / 2 - middle);
    const held = Math.abs(boxes[best].left + boxes[best].width / 2 - middle);
    if (best === at || better < held) best = i;
  }
  return best;
}
