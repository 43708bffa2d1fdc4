/** A slider over snapshots with a play button: playback stops at the last and never restarts by itself. */
import { html } from "../dom.js";

/** The least milliseconds per snapshot with reduced motion. */
const CALM = 1000;

/**
 * @param {{ count: number, at: number, each: number, what: string, title: string, name: (i: number) => string, moved:
 *   (i: number, settled: boolean) => void }} film `at` is the first snapshot, `each` the milliseconds per snapshot,
 *   `what` the slider's label and `title` that of the whole; `moved` is called with each snapshot and whether it is
 *   settled, which it is not while playing or dragging
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
    // At the end, playback starts over.
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
    /** Stop listening. */
    close() { clearTimeout(playing); },
  };

  function pace() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? Math.max(CALM, each) : each;
  }
}
