/** The heatmap controls: class, cells or smooth, and occlusion settings. */
import { choice } from "../parts/radio-buttons.js";
import { pick } from "../parts/select.js";

/** @typedef {import("./selection.js").Wish} Wish */

/**
 * @param {number} classes @param {(i: number) => string} nameOf
 * @param {number[]} sizes @param {string[]} fills @param {string | null} background
 * @param {(change: Partial<Wish>) => void} changed
 */
export function heatControls(classes, nameOf, sizes, fills, background, changed) {
  const target = pick("Class", [{ name: "", label: "" }, ...Array.from({ length: classes }, (_, i) => ({ name: String(i), label: nameOf(i) }))],
    (name) => changed({ target: name === "" ? null : Number(name) }));
  const detail = choice("Cells", [{ name: "cells", label: "cells" }, { name: "smooth", label: "smooth" }],
    (name) => changed({ smooth: name === "smooth" }));
  const patch = pick("Patch", sizes.map((size) => ({ name: String(size), label: `${size}×${size}` })), (name) => changed({ patch: Number(name) }));
  const fill = pick("Fill", fills.map((kind) => ({ name: kind, label: kind === "mean" ? "mean" : background === "light" ? "white" : "black" })),
    (name) => changed({ fill: name }));
  return {
    target: target.root, detail: detail.root, patch: patch.root, fill: fill.root,
    /** @param {Wish} wish */
    set(wish) {
      target.set(wish.target === null ? "" : String(wish.target));
      detail.set(wish.smooth ? "smooth" : "cells");
      patch.set(String(wish.patch));
      fill.set(wish.fill);
    },
    /** The default class. @param {string} name @param {string} why */
    auto(name, why) { target.rename("", `${why}: ${name}`); },
  };
}
