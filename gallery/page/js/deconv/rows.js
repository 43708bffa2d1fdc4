/** One row per channel; only the rows near the viewport exist. */
import { html } from "../dom.js";
import { near, virtualRow } from "../parts/virtual-row.js";

/** Rows kept above and below the viewport. */
const MARGIN = 3;
/** The most rows that are printed. */
export const PRINTED_ROWS = 40;

/**
 * @param {string} label
 * @param {(row: HTMLElement, key: number) => void} fill fill an empty row with a channel
 */
export function rows(label, fill) {
  const root = html("ul", { class: "deconv-rows", role: "list", tabindex: "-1", "aria-label": label });
  // Its height is constant, so that the observer does not react to this layout.
  const ruler = html("div", { class: "wall-ruler" });
  const held = virtualRow(root, () => html("li", { class: "deconv-row" }), (row, key) => { row.replaceChildren(); fill(row, key); });
  /** @type {ArrayLike<number>} */
  let order = [];
  /** The key of one of the highest rows. */
  let tallest = 0;
  let pitch = 0;
  let shown = "";
  let printing = false;

  /** All rows are as high as a complete one. */
  function measure() {
    if (!root.clientWidth || !order.length) return;
    root.style.setProperty("--row", "0px");
    held.show([tallest]);
    const first = /** @type {HTMLElement} */ (root.firstElementChild);
    root.style.paddingTop = "0px";
    pitch = Math.ceil(first.getBoundingClientRect().height);
    root.style.setProperty("--row", `${pitch}px`);
    shown = "";
    lay();
  }

  function lay() {
    if (!pitch || printing) return;
    const { top } = root.getBoundingClientRect();
    const [first, last] = near(-top, innerHeight - top, pitch, order.length, MARGIN);
    if (`${first} ${last}` === shown) return;
    shown = `${first} ${last}`;
    root.style.paddingTop = `${first * pitch}px`;
    root.style.paddingBottom = `${(order.length - last) * pitch}px`;
    put(first, last);
  }

  /** @param {number} from @param {number} to */
  function put(from, to) {
    held.show(Array.prototype.slice.call(order, from, to));
    let place = from;
    for (const row of root.children) {
      row.setAttribute("aria-posinset", String((place += 1)));
      row.setAttribute("aria-setsize", String(order.length));
    }
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = /** @type {HTMLElement} */ (event.target).closest("li");
    if (!turn || !row || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = turn < 0 ? row.previousElementSibling : row.nextElementSibling;
    event.preventDefault();
    event.stopPropagation();
    /** @type {HTMLElement | null | undefined} */ (next?.querySelector("a"))?.focus();
  });

  let waiting = 0;
  const soon = () => { waiting ||= requestAnimationFrame(() => { waiting = 0; lay(); }); };
  const print = () => {
    printing = true;
    shown = "";
    root.style.paddingTop = root.style.paddingBottom = "0px";
    put(0, PRINTED_ROWS);
  };
  const printed = () => { printing = false; soon(); };
  /** @type {[string, () => void][]} */
  const heard = [["scroll", soon], ["resize", soon], ["beforeprint", print], ["afterprint", printed]];
  for (const [name, listener] of heard) addEventListener(name, listener);
  const watcher = new ResizeObserver(measure);
  watcher.observe(ruler);

  return {
    root: html("div", {}, ruler, root),
    /** @param {ArrayLike<number>} keys in order @param {number} full the key of a complete row */
    set(keys, full) {
      order = keys;
      tallest = full;
      held.show([]);
      measure();
    },
    close() {
      watcher.disconnect();
      cancelAnimationFrame(waiting);
      for (const [name, listener] of heard) removeEventListener(name, listener);
    },
  };
}
