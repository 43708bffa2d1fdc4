/** All chosen pictures in a grid that scrolls with the page; only the rows near the screen exist. */
import { html, named, replace } from "../dom.js";
import { sentence } from "../picture.js";
import { near, shelf } from "../shelf.js";
import { cut, percent } from "../words.js";

/** Rows that exist above and below the screen. */
const MARGIN = 2;
/** CSS pixels that a picture may take. */
const ROOM = 112;
/** So many are put on paper. */
export const PRINTED = 120;

/**
 * @param {import("../picture.js").Picture[]} pictures
 * @param {{ paint: (canvas: HTMLCanvasElement, position: number, room: number) => void,
 *   say: (position: number) => string, address: (position: number) => string, opening: (position: number) => void }} how
 *   how a tile is painted, what is said of it beside its sentence, where it leads, and who hears of it before it opens
 */
export function wall(pictures, { paint, say, address, opening }) {
  const root = html("ul", { class: "wall", role: "list", tabindex: "-1", "aria-label": "Pictures" });
  // Its height never changes, so that watching it is not watching what is laid out here.
  const ruler = html("div", { class: "wall-ruler" });
  /** @type {WeakMap<HTMLElement, { link: any, canvas: any, said: any, share: any, below: any }>} */
  const parts = new WeakMap();
  const cells = shelf(root, make, fill);
  const labelled = pictures.some((picture) => picture.label !== null);
  /** @type {Uint32Array} */
  let order = new Uint32Array(0);
  /** @type {number} the place in the order that the arrows move from */
  let cursor = 0;
  /** @type {number} the picture that the address names, -1 for none */
  let chosen = -1;
  let columns = 0;
  let room = ROOM;
  let pitch = 1;
  let shown = "";
  let changes = 0;
  let printing = false;

  function make() {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const said = html("bdi", { class: "said-class" });
    const share = html("span", { class: "share" });
    const below = labelled ? html("span", { class: "below wrong" }) : null;
    const link = html("a", {}, html("span", { class: "thumb" }, canvas), said, share, below);
    const cell = html("li", {}, link);
    parts.set(cell, { link, canvas, said, share, below });
    return cell;
  }

  /** @param {HTMLElement} cell @param {number} position */
  function fill(cell, position) {
    const picture = pictures[position];
    const { link, canvas, said, share, below } = /** @type {any} */ (parts.get(cell));
    link.title = sentence(picture);
    link.setAttribute("aria-label", `${sentence(picture)}${say(position)}`);
    link.dataset.position = String(position);
    said.textContent = cut(picture.said);
    share.textContent = percent(picture.sure);
    if (below) replace(below, picture.right === false ? ["wrong: ", named(cut(picture.label ?? ""))] : null);
    paint(canvas, position, room);
  }

  /** Find out how many stand in a row, and how high a row is. */
  function measure() {
    if (!root.clientWidth || !order.length) return;
    const style = getComputedStyle(root);
    const widths = style.gridTemplateColumns.split(" ");
    const fits = Math.min(ROOM, Math.floor(parseFloat(widths[0])));
    if (fits !== room) {
      room = fits;
      cells.refill();
    }
    if (!root.firstElementChild) cells.show(order.subarray(0, 1));
    const first = /** @type {HTMLElement} */ (root.firstElementChild);
    columns = widths.length;
    pitch = first.getBoundingClientRect().height + parseFloat(style.rowGap);
    shown = "";
  }

  /** Have these pictures of the order, and say of each where it stands. @param {number} from @param {number} to */
  function show(from, to) {
    cells.show(order.subarray(from, to));
    let place = from;
    for (const cell of cells.all()) {
      const { link } = /** @type {any} */ (parts.get(cell));
      link.href = address(Number(link.dataset.position));
      cell.setAttribute("aria-posinset", String((place += 1)));
      cell.setAttribute("aria-setsize", String(order.length));
    }
  }

  /** Have the rows near the screen, and room for the others. @param {number} [margin] rows above and below */
  function lay(margin = MARGIN) {
    if (!columns || printing) return;
    const rows = Math.ceil(order.length / columns);
    const { top } = root.getBoundingClientRect();
    const [first, last] = near(-top, innerHeight - top, pitch, rows, margin);
    const now = `${first} ${last} ${columns} ${changes}`;
    if (now !== shown) {
      shown = now;
      root.style.paddingTop = `${first * pitch}px`;
      root.style.paddingBottom = `${(rows - last) * pitch}px`;
      show(first * columns, last * columns);
    }
    markStop(Math.max(0, Math.ceil(-top / pitch)) * columns);
  }

  /** One tile is a stop of the tab key: where the arrows are, else the first on the screen. @param {number} visible */
  function markStop(visible) {
    const stop = cells.get(order[cursor]) ?? cells.get(order[Math.min(visible, order.length - 1)]);
    for (const cell of cells.all()) {
      const { link } = /** @type {any} */ (parts.get(cell));
      link.tabIndex = cell === stop ? 0 : -1;
      if (Number(link.dataset.position) === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** @param {number} place */
  function focus(place) {
    cursor = place;
    const top = root.getBoundingClientRect().top + Math.floor(place / columns) * pitch;
    const below = top + pitch - innerHeight;
    // A little of the next row stays in sight, so that one sees where the arrows lead.
    if (top < 16) scrollBy(0, top - 16);
    else if (below > 0) scrollBy(0, below + 16);
    lay();
    const cell = cells.get(order[place]);
    if (cell) parts.get(cell)?.link.focus({ preventScroll: true });
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !order.length) return;
    const page = Math.max(1, Math.floor(innerHeight / pitch) - 1);
    const to = placeAfter(event.key, cursor, columns, order.length, page);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    focus(to);
  });
  root.addEventListener("focusin", (/** @type {FocusEvent} */ event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (link) cursor = order.indexOf(Number(link.dataset.position));
  });
  root.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) opening(Number(link.dataset.position));
  });

  let waiting = 0;
  const soon = () => { waiting ||= requestAnimationFrame(() => { waiting = 0; lay(); }); };
  const print = () => {
    printing = true;
    shown = "";
    show(0, PRINTED);
  };
  const printed = () => {
    printing = false;
    soon();
  };
  /** @type {[string, () => void][]} */
  const heard = [["scroll", soon], ["resize", soon], ["beforeprint", print], ["afterprint", printed]];
  for (const [name, listener] of heard) addEventListener(name, listener);
  let first = true;
  const watcher = new ResizeObserver(() => {
    measure();
    lay();
    if (first && columns) reveal();
    first &&= !columns;
  });
  watcher.observe(ruler);

  /** Come back to the picture that was left for its page. */
  function reveal() {
    if (order[cursor] !== chosen) return;
    const top = root.getBoundingClientRect().top + Math.floor(cursor / columns) * pitch;
    if (top < 0 || top + pitch > innerHeight) scrollBy(0, top - (innerHeight - pitch) / 2);
    lay();
    if (document.activeElement?.id === "main") focus(cursor);
  }

  return {
    root: html("div", { class: "wall-box" }, ruler, root),
    /** @param {Uint32Array} positions @param {number} current the picture that is marked, -1 for none */
    set(positions, current) {
      order = positions;
      chosen = current;
      cursor = Math.max(0, order.indexOf(current));
      changes += 1;
      root.hidden = !order.length;
      if (!order.length) cells.show([]);
      if (!columns) measure();
      // What is out of sight can wait for the next frame.
      lay(0);
      soon();
    },
    /** What tiles show has changed, but not which they are. */
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
 * Where a key leads from a place in a grid; null if it is no key of a grid.
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
