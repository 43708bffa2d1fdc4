/** A filmstrip of images that selects the page's image. Only the items near the visible ones exist. */
import { html } from "../dom.js";
import { sentence } from "../values/images.js";
import { near, virtualRow } from "./virtual-row.js";

/** @typedef {import("../types.js").Context} Context */

/** Frames kept beside the visible ones. */
const MARGIN = 12;
const GAP = 8;
/** The most CSS pixels of an image. */
const ROOM = 56;

/**
 * @param {Context} context
 * @param {(position: number, byKey: boolean) => void} chosen
 * @param {ArrayLike<number>} [among] the selectable images, by position; all by default
 */
export function filmstrip(context, chosen, among) {
  const { painter } = context;
  /** @type {import("../values/images.js").Picture[]} */
  const offered = among ? Array.from(among, (position) => context.pictures[position]) : context.pictures;
  const reel = html("div", { class: "reel", tabindex: "-1" });
  const root = html("div", { class: "filmstrip", role: "radiogroup", "aria-label": "Image" }, reel);
  const frames = virtualRow(reel, make, fill);
  /** @type {number} the index of the selected image, -1 for none */
  let current = -1;
  let pitch = 0;
  let shown = "";

  function make() {
    return html("button", {
      type: "button", role: "radio",
      click: (/** @type {Event} */ event) => chosen(Number(/** @type {HTMLElement} */ (event.currentTarget).dataset.position), false),
    }, html("canvas", { "aria-hidden": "true" }));
  }

  /** @param {HTMLElement} frame @param {number} place */
  function fill(frame, place) {
    const picture = offered[place];
    const words = sentence(picture);
    frame.className = picture.right === false ? "frame is-wrong" : "frame";
    frame.dataset.place = String(place);
    frame.dataset.position = String(picture.position);
    frame.title = words;
    frame.setAttribute("aria-label", words);
    painter.show(/** @type {HTMLCanvasElement} */ (frame.firstElementChild), picture.position, ROOM);
  }

  function lay() {
    if (!root.clientWidth) return;
    if (!pitch) {
      frames.show([0]);
      pitch = (frames.get(0)?.offsetWidth ?? ROOM) + GAP;
      reel.style.width = `${offered.length * pitch - GAP}px`;
    }
    const [first, last] = near(root.scrollLeft, root.scrollLeft + root.clientWidth, pitch, offered.length, MARGIN);
    if (shown !== `${first} ${last}`) {
      shown = `${first} ${last}`;
      frames.show(Array.from({ length: last - first }, (_, i) => first + i));
      reel.style.paddingLeft = `${first * pitch}px`;
    }
    mark();
  }

  /** The selected image is in the tab order; if it is not visible, the first one that exists. */
  function mark() {
    const all = [...frames.all()];
    const stop = frames.get(current) ?? all[0];
    for (const frame of all) {
      frame.tabIndex = frame === stop ? 0 : -1;
      frame.setAttribute("aria-checked", String(Number(frame.dataset.place) === current));
    }
  }

  /** Scroll the selected image to the center. */
  function center() {
    if (pitch && current >= 0) root.scrollLeft = current * pitch - root.clientWidth / 2 + pitch / 2;
    lay();
  }

  reel.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const from = Number(/** @type {HTMLElement} */ (event.target).dataset.place ?? Math.max(0, current));
    const last = offered.length - 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (to === undefined) {
      // There is one row: these keys do nothing, and must not scroll the page.
      if (event.key === "ArrowUp" || event.key === "ArrowDown") { event.preventDefault(); event.stopPropagation(); }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (to < 0 || to > last) return;
    current = to;
    center();
    frames.get(to)?.focus({ preventScroll: true });
    chosen(offered[to].position, true);
  });

  let waiting = 0;
  root.addEventListener("scroll", () => { waiting ||= requestAnimationFrame(() => { waiting = 0; lay(); }); });
  new ResizeObserver(() => { lay(); center(); }).observe(root);

  return {
    root,
    /** @param {number} position -1 for none */
    set(position) {
      current = among ? Array.prototype.indexOf.call(among, position) : position;
      center();
    },
  };
}
