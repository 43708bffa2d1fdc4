/** Predictions one after the other with a running count of correct ones, as a film that can be paused. */
import { barTable } from "../parts/class-bars.js";
import { html, named, replace } from "../dom.js";
import { sentence } from "../values/images.js";
import { scrubber } from "../parts/scrubber.js";
import { counted, cut } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** Milliseconds per image: time to see it, to guess, and to read the prediction. */
const EACH = 1200;
const ROOM = 224;

/** @param {Context} context @param {(i: number) => string} nameOf */
export function oneByOne(context, nameOf) {
  const root = html("div", { class: "one-by-one" });
  /** @type {ReturnType<typeof scrubber> | undefined} */
  let slide;

  /** Show these images, starting at the first. @param {number[]} positions */
  function show(positions) {
    slide?.close();
    slide = undefined;
    replace(root);
    if (positions.length < 2) return;
    const shown = positions.map((position) => context.pictures[position]);
    const canvas = html("canvas", { "aria-hidden": "true" });
    const link = html("a", { class: "one-picture" }, canvas);
    const verdict = html("p", { class: "one-verdict" }), bars = html("div", { class: "one-bars" }), tally = html("p", { class: "note one-tally" });
    const marks = shown.map(() => html("span", { class: "one-mark" }));

    /** @param {number} at */
    function draw(at) {
      const picture = shown[at], wrong = picture.right === false;
      context.painter.show(canvas, picture.position, ROOM);
      link.href = context.address("image", picture.id);
      link.setAttribute("aria-label", sentence(picture));
      replace(verdict, html("span", { class: wrong ? "wrong" : null }, wrong ? "✕ wrong: " : "✓ right: "), named(cut(picture.said, 40)), wrong ? [", actually ", named(cut(picture.label ?? "", 40))] : null);
      replace(bars, barTable(picture.probabilities, nameOf, picture.labelIndex).root);
      marks.forEach((mark, i) => {
        mark.className = `one-mark${i > at ? "" : shown[i].right ? " right" : " wrong"}${i === at ? " now" : ""}`;
      });
      const right = shown.slice(0, at + 1).filter((one) => one.right).length;
      tally.textContent = `${right} of ${counted(at + 1, "image")} right so far`;
    }
    slide = scrubber({
      count: shown.length, at: 0, each: EACH, what: "Image", title: "Predictions one by one",
      name: (i) => `${i + 1} of ${shown.length}`,
      moved(at, settled) {
        draw(at);
        if (settled) context.tell(sentence(shown[at]));
      },
    });
    replace(root, slide.root,
      html("div", { class: "one-shown" }, link, html("div", { class: "one-words" }, verdict, bars)),
      html("div", { class: "one-marks", "aria-hidden": "true" }, marks), tally);
    draw(0);
  }
  return {
    root, show,
    /** Stop playback. */
    close() { slide?.close(); },
  };
}
