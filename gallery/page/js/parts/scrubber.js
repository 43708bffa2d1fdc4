/** A slider over snapshots with a play button: playback stops at the last and never restarts by itself. */
import { html } from "../dom.js";

/** Milliseconds for a moment where motion is to be reduced, at least. */
const CALM = 1000;

/**
 * @param {{ count: number, at: number, each: number, what: string, title: string, name: (i: number) => string, moved: (i: number, settled: boolean) => void }} film
 *   `at` is the moment to begin with, `each` the milliseconds of one, `what` the slider tells and `title` the whole;
 *   `moved` hears of each moment that is shown, and whether it stays: not while it plays or the slider is dragged
 */
export function scrubber({ count, at, each, what, title, name, moved }) {
  const slider = html("input", {
    type: "range", min: 0, max: count - 1, step: 1, value: at, "aria-label": what,
    input: () => { stop(); go(Number(slider.value), false); },
    change: () => moved(at, true),
  });
  const words = html("output", { class: "scrubber-moment" });
  const button = html("button", { type: "button", class: "scrubber-play", click: () => (playing ? pause() : play()) });
  const root = html("div", { class: "scrubber", role: "group", "aria-label": title }, button, slider, words);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let playing;

  /** @param {number} to @param {boolean} settled */
  function go(to, settled) {
    at = to;
    slider.value = String(to);
    label();
    moved(to, settled);
  }
  function label() {
    slider.setAttribute("aria-valuetext", name(at));
    words.textContent = name(at);
  }
  function face() {
    button.textContent = playing ? "Pause" : "Play";
    button.classList.toggle("is-playing", Boolean(playing));
  }
  function step() {
    if (at >= count - 1) return pause();
    playing = setTimeout(step, pace());
    go(at + 1, false);
  }
  function play() {
    // At the end it begins at the first.
    if (at >= count - 1) go(0, false);
    playing = setTimeout(step, pace());
    face();
  }
  function stop() {
    clearTimeout(playing);
    playing = undefined;
    face();
  }
  function pause() {
    stop();
    moved(at, true);
  }
  face();
  label();
  return {
    root,
    get playing() { return playing !== undefined; },
    toggle: () => (playing ? pause() : play()),
    /** @param {number} to */
    set(to) {
      at = to;
      slider.value = String(to);
      label();
    },
    /** Hear no more of it. */
    close() { clearTimeout(playing); },
  };

  function pace() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? Math.max(CALM, each) : each;
  }
}
