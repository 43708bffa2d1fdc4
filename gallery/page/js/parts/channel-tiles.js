/** Every channel of a layer as a tile, in a grid of radio buttons. */
import { html, replace } from "../dom.js";
import { arrowKeys } from "./arrow-keys.js";
import { isFlat } from "../values/signal.js";
import { cellSize, colors, show } from "./paint.js";
import { endsOfPicture } from "../values/color-scale.js";
import { counted, number } from "../words.js";

/** @typedef {import("../types.js").Ramps} Ramps */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

/** The number of tiles shown at first; the rest on demand. */
const MOST = 512;
const GAP = 8;

/**
 * @param {LayerMaps} maps
 * @param {Ramps} ramps
 * @param {number[]} deadOnes channels that are dead on all images
 * @param {{ chosen: (channel: number, byKey: boolean) => void, opened: () => void }} heard
 */
export function tiles(maps, ramps, deadOnes, heard) {
  const root = html("div", { class: maps.spatial ? "tiles" : "tiles units", role: "radiogroup" });
  const keys = arrowKeys(root, "button", { moved: (item) => heard.chosen(Number(item.dataset.channel), true) });
  const more = html("button", { type: "button", class: "more", click: () => { limit = Infinity; lay(); } });
  let dead = new Set(deadOnes);
  /** @type {Map<number, ReturnType<typeof tile>>} */
  const made = new Map();
  let limit = MOST;
  /** @type {number[]} */
  let inOrder = [];
  let picture = 0;
  let scale = "channel";
  let selected = -1;

  /** @param {number} channel */
  function tile(channel) {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const mark = html("span", { class: "mark", "aria-hidden": "true" });
    const button = html("button", {
      type: "button", role: "radio", class: "tile", "data-channel": channel,
      click: (/** @type {MouseEvent} */ event) => {
        heard.chosen(channel, false);
        // Enter and space arrive as clicks without a pointer.
        if (event.detail === 0) heard.opened();
      },
    }, html("span", { class: "tile-map" }, canvas, mark), html("span", { class: "tile-number", "aria-hidden": "true" }, channel));
    return { button, canvas, mark };
  }

  /** Put the tiles on the page in order, and paint them. */
  function lay() {
    const shown = inOrder.slice(0, limit);
    if (selected >= 0 && !shown.includes(selected)) shown.push(selected);
    for (const channel of shown) if (!made.has(channel)) made.set(channel, tile(channel));
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const held = focused && root.contains(focused) ? focused : null;
    replace(root, shown.map((channel) => made.get(channel)?.button));
    held?.focus({ preventScroll: true });
    more.hidden = shown.length >= inOrder.length;
    more.textContent = `Show all ${counted(inOrder.length, maps.spatial ? "channel" : "unit")}`;
    paint(shown);
    fit();
  }

  /** @param {number[]} shown */
  function paint(shown) {
    const endsOf = endsOfPicture(maps, scale, picture);
    for (const channel of shown) {
      const { button, canvas, mark } = /** @type {ReturnType<typeof tile>} */ (made.get(channel));
      const [low, high] = endsOf(channel);
      const flat = isFlat(maps, picture, channel);
      const rgba = colors(maps.values(picture, channel), low, high, maps.signed ? ramps.diverging : ramps.viridis);
      show(canvas, rgba, maps.width, maps.height, 64);
      const [least, most] = maps.range(picture, channel);
      const state = dead.has(channel) ? "dead" : flat ? "flat" : "";
      mark.className = state ? `mark ${state}` : "mark";
      const what = maps.spatial ? "Channel" : "Unit";
      const words = dead.has(channel)
        ? (maps.pictures === 1 ? "dead on this image" : `dead on all ${maps.pictures} images`)
        : flat ? (most === 0 ? "flat" : `flat, ${number(most)} everywhere`)
          : maps.spatial ? `${number(least)} to ${number(most)}` : number(most);
      button.setAttribute("aria-label", `${what} ${channel}: ${words}`);
      button.title = `${channel}: ${words}`;
    }
  }

  /** Set the number of tiles per row, and their size. */
  function fit() {
    const room = root.clientWidth;
    if (!room) return;
    const least = maps.spatial ? 44 : 30;
    const most = Math.max(8, Math.min(16, 2 ** Math.floor(Math.log2(maps.channels || 1))));
    const columns = [16, 12, 8, 6, 4].find((n) => n <= most && (room - GAP * (n - 1)) / n >= least) ?? 4;
    const side = Math.min(maps.spatial ? 96 : 44, (room - GAP * (columns - 1)) / columns);
    const cell = cellSize(Math.max(maps.width, maps.height), side, devicePixelRatio || 1);
    root.style.setProperty("--columns", String(columns));
    root.style.setProperty("--tile", `${Math.max(maps.width, maps.height) * cell}px`);
    for (const { canvas } of made.values()) {
      canvas.style.width = `${maps.width * cell}px`;
      canvas.style.height = `${maps.height * cell}px`;
      canvas.classList.toggle("shrunk", cell * (devicePixelRatio || 1) < 1);
    }
  }
  const watcher = new ResizeObserver(fit);
  watcher.observe(root);

  return {
    root, more,
    /** @param {{ order: number[], picture: number, scale: string, channel: number }} state */
    set(state) {
      const same = state.order.length === inOrder.length && state.order.every((c, i) => c === inOrder[i]);
      const repaint = !same || state.picture !== picture || state.scale !== scale;
      ({ order: inOrder, picture, scale } = state);
      const before = made.get(selected)?.button;
      selected = state.channel;
      if (!same || !made.has(selected)) lay();
      else if (repaint) paint([...made.keys()]);
      before?.setAttribute("aria-checked", "false");
      for (const { button } of made.values()) if (!button.hasAttribute("aria-checked")) button.setAttribute("aria-checked", "false");
      const now = made.get(selected)?.button;
      now?.setAttribute("aria-checked", "true");
      keys.mark(now);
    },
    /** @param {number[]} channels found to be flat for all images */
    setDead(channels) { dead = new Set(channels); paint([...made.keys()]); },
    focus() { made.get(selected)?.button.focus(); },
    close() { watcher.disconnect(); },
  };
}
