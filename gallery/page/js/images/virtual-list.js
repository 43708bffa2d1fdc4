/** A virtual list that scrolls with the page, in rows of one or more items; only the rows near the viewport exist. */
import { html } from "../dom.js";
import { near, virtualRow } from "../parts/virtual-row.js";

/** Rows kept above and below the viewport. */
const MARGIN = 2;
/** CSS pixels of free space above an item reached by keyboard. */
const AIR = 16;

/**
 * @typedef {object} Items
 * @property {() => HTMLElement} make an empty item
 * @property {(item: HTMLElement, position: number) => void} fill
 * @property {(item: HTMLElement) => HTMLAnchorElement} link the item's link to its image
 * @property {(refill: () => void) => { columns: number, gap: number }} measure columns and row gap; it refills the
 * items if their size has changed
 * @property {(item: HTMLElement, place: number, count: number) => void} count set an item's position and the total for
 * screen readers
 * @property {(position: number) => string} address where an image's page is
 * @property {(position: number) => void} opening called before an image's page opens
 * @property {number} printed the most items that are printed @property {() => number} [covered] CSS pixels covered at
 * the top of the screen
 */

/**
 * @param {HTMLElement} root holds the items and takes the focus of a removed one
 * @param {Items} items
 */
export function endless(root, { make, fill, link, measure, count, address, opening, printed, covered = () => 0 }) {
  // Its height is constant, so that the observer does not react to this layout.
  const ruler = html("div", { class: "wall-ruler" });
  const cells = virtualRow(root, make, (cell, position) => {
    fill(cell, position);
    link(cell).dataset.position = String(position);
  });
  /** @type {Uint32Array} */
  let order = new Uint32Array(0);
  /** @type {number} the index that the arrows move from */
  let cursor = 0;
  /** @type {number} the image in the address, -1 for none */
  let chosen = -1;
  let columns = 0;
  let pitch = 1;
  let shown = "";
  let changes = 0;
  let printing = false;

  /** Measure columns and row height. */
  function size() {
    if (!root.clientWidth || !order.length) return;
    const found = measure(cells.refill);
    if (!root.firstElementChild) cells.show(order.subarray(0, 1));
    const first = /** @type {HTMLElement} */ (root.firstElementChild);
    columns = found.columns;
    pitch = first.getBoundingClientRect().height + found.gap;
    shown = "";
  }

  /** Show this range of the order, each item with its position. @param {number} from @param {number} to */
  function show(from, to) {
    cells.show(order.subarray(from, to));
    let place = from;
    for (const cell of cells.all()) {
      const way = link(cell);
      way.href = address(Number(way.dataset.position));
      count(cell, (place += 1), order.length);
    }
  }

  /** Show the rows near the viewport, and reserve space for the others. @param {number} [margin] rows above and below */
  function lay(margin = MARGIN) {
    if (!columns || printing) return;
    const rows = Math.ceil(order.length / columns);
    const { top } = root.getBoundingClientRect();
    const [first, last] = near(-top, innerHeight - top, pitch, rows, margin);
    const now = `${first} ${last} ${columns} ${pitch} ${changes}`;
    if (now !== shown) {
      shown = now;
      root.style.paddingTop = `${first * pitch}px`;
      root.style.paddingBottom = `${(rows - last) * pitch}px`;
      show(first * columns, last * columns);
    }
    markStop(Math.max(0, Math.ceil((covered() - top) / pitch)) * columns);
  }

  /** One item is in the tab order: the current one, else the first visible. @param {number} visible */
  function markStop(visible) {
    const stop = cells.get(order[cursor]) ?? cells.get(order[Math.min(visible, order.length - 1)]);
    for (const cell of cells.all()) {
      const way = link(cell);
      way.tabIndex = cell === stop ? 0 : -1;
      if (Number(way.dataset.position) === chosen) way.setAttribute("aria-current", "true");
      else way.removeAttribute("aria-current");
    }
  }

  /** @param {number} place */
  function focus(place) {
    cursor = place;
    const top = root.getBoundingClientRect().top + Math.floor(place / columns) * pitch;
    const below = top + pitch - innerHeight;
    // Part of the next row stays visible, to show where the arrows lead.
    const free = covered() + AIR;
    if (top < free) scrollBy(0, top - free);
    else if (below > 0) scrollBy(0, Math.min(below + AIR, top - free));
    lay();
    const cell = cells.get(order[place]);
    if (cell) link(cell).focus({ preventScroll: true });
  }

  /** The image of an event's target. @param {Event} event */
  function aimed(event) {
    const way = /** @type {HTMLElement} */ (event.target).closest("a");
    return way?.dataset.position === undefined ? -1 : Number(way.dataset.position);
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !order.length) return;
    const page = Math.max(1, Math.floor((innerHeight - covered()) / pitch) - 1);
    const to = placeAfter(event.key, cursor, columns, order.length, page);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    focus(to);
  });
  root.addEventListener("focusin", (event) => {
    const position = aimed(event);
    if (position >= 0) cursor = order.indexOf(position);
  });
  root.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const position = aimed(event);
    if (position < 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // Marked here too, since going back at once may find this page still open.
    chosen = position;
    lay();
    opening(position);
  });

  let waiting = 0;
  const soon = () => { waiting ||= requestAnimationFrame(() => { waiting = 0; lay(); }); };
  const print = () => {
    printing = true;
    shown = "";
    show(0, printed);
  };
  const after = () => {
    printing = false;
    soon();
  };
  /** @type {[string, () => void][]} */
  const heard = [["scroll", soon], ["resize", soon], ["beforeprint", print], ["afterprint", after]];
  for (const [name, listener] of heard) addEventListener(name, listener);
  let first = true;
  const watcher = new ResizeObserver(() => {
    size();
    lay();
    if (first && columns) reveal();
    first &&= !columns;
  });
  watcher.observe(ruler);

  /** Return to the image whose page was open. */
  function reveal() {
    if (order[cursor] !== chosen) return;
    const top = root.getBoundingClientRect().top + Math.floor(cursor / columns) * pitch;
    if (top < covered() || top + pitch > innerHeight) scrollBy(0, top - (innerHeight - pitch) / 2);
    lay();
    if (document.activeElement?.id === "main") focus(cursor);
  }

  return {
    ruler,
    /** @param {Uint32Array} positions @param {number} current the marked image, -1 for none */
    set(positions, current) {
      order = positions;
      chosen = current;
      cursor = Math.max(0, order.indexOf(current));
      changes += 1;
      root.hidden = !order.length;
      if (!order.length) cells.show([]);
      if (!columns) size();
      // Invisible items can wait for the next frame.
      lay(0);
      soon();
    },
    /** The items' content has changed, but not their order. */
    repaint() { cells.refill(); },
    focus() { if (order.length && columns) focus(cursor); },
    close() {
      watcher.disconnect();
      cancelAnimationFrame(waiting);
      for (const [name, listener] of heard) removeEventListener(name, listener);
    },
  };
}

/**
 * The index that a key moves to in a grid; null for other keys.
 * @param {string} key @param {number} at @param {number} columns @param {number} count @param {number} page rows on a screen
 * @returns {number | null}
 */
export function placeAfter(key, at, columns, count, page) {
  const last = count - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  if (key === "ArrowRight") return Math.min(last, at + 1);
  const rows = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[key];
  if (rows === undefined) return null;
  const row = Math.max(0, Math.min(Math.floor(last / columns), Math.floor(at / columns) + rows));
  return Math.min(last, row * columns + (at % columns));
}
