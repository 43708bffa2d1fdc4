/** The pictures in a row: choose the one that the page is about. */
import { html, replace } from "./dom.js";
import { roving } from "./grid.js";
import { sentence } from "./picture.js";

/** More pictures than this are not all put on the page at once: those around the chosen one are. */
const MOST = 240;

/**
 * @param {any} context
 * @param {(position: number, byKey: boolean) => void} chosen
 * @param {number[]} [among] the pictures to choose from, by position; all where not given
 */
export function filmstrip(context, chosen, among) {
  /** @type {import("./picture.js").Picture[]} */
  const offered = among ? among.map((position) => context.pictures[position]) : context.pictures;
  const root = html("div", { class: "filmstrip", role: "radiogroup", "aria-label": "Picture" });
  const keys = roving(root, "button", { moved: (item) => chosen(Number(item.dataset.position), true) });
  let from = -1;
  /** @param {number} position */
  function set(position) {
    const place = among ? among.indexOf(position) : position;
    const start = Math.max(0, Math.min(place - MOST / 2, offered.length - MOST));
    if (start !== from) {
      from = start;
      replace(root, offered.slice(start, start + MOST).map(frame));
    }
    for (const button of root.children) {
      const here = Number(button.dataset.position) === position;
      button.setAttribute("aria-checked", String(here));
      if (position < 0 && button === root.firstElementChild) keys.mark(button);
      if (here) {
        keys.mark(button);
        requestAnimationFrame(() => { root.scrollLeft = button.offsetLeft - root.clientWidth / 2 + button.clientWidth / 2; });
      }
    }
  }
  /** @param {import("./picture.js").Picture} picture */
  function frame(picture) {
    const canvas = html("canvas", { "aria-hidden": "true" });
    context.painter.show(canvas, picture.position, 56);
    return html("button", {
      type: "button", role: "radio", class: picture.right === false ? "frame is-wrong" : "frame",
      "aria-label": sentence(picture), title: sentence(picture), "data-position": picture.position,
      click: () => chosen(picture.position, false),
    }, canvas);
  }
  return { root, set };
}
