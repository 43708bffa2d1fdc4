/** Why the model answers as it does: where its answer comes from, and what would change it. */
import { html, named, replace } from "../dom.js";
import { gradCam } from "../engine/gradcam.js";
import { legend } from "../legend.js";
import { computable } from "../live.js";
import { cut, number, short } from "../words.js";
import { likeliest } from "./answer.js";
import { overlay, whereabouts } from "./overlay.js";
import { isSpatial } from "./sheets.js";

export const VIEWS = [
  { name: "cam", label: "Grad-CAM" },
  { name: "change", label: "what would change it" },
  { name: "none", label: "none" },
];

const UNITS = { cam: "share in the score", change: "change of the score a unit of lightness" };

/**
 * @param {import("../engine/network.js").Network} net
 * @param {any} manifest @param {any[]} cards @param {import("./sheet.js").Ramps} ramps
 * @param {(i: number) => string} nameOf
 */
export function why(net, manifest, cards, ramps, nameOf) {
  const [height, width, channels] = manifest.picture;
  const path = computable(manifest, cards.map((card) => card.path)).filter((p) => isSpatial(net.shape(p))).pop();
  const [rows, columns] = path ? net.shape(path) : [1, 1];
  const cam = new Float32Array(rows * columns);
  const slopes = new Float32Array(height * width);
  const seed = new Float32Array(net.logits.length);
  const shown = overlay(height, width);
  const keys = { cam: legend(ramps, UNITS.cam), change: legend(ramps, UNITS.change) };
  const keyRoot = html("div", {}, keys.cam.root, keys.change.root);
  const words = html("p", { class: "note why-words" });

  /** One unit may stand for two classes: it speaks for the second. @param {number} target @param {number} weight */
  function plant(target, weight) {
    if (seed.length === 1) seed[0] += target ? weight : -weight;
    else seed[target] += weight;
  }
  /** The class that a change is asked for. @param {number} best @param {number | null} target */
  const targetFor = (best, target) => (target === null ? likeliest(net.probabilities, best) : target);
  /** What it is held against. @param {number} best @param {number} target */
  const rivalOf = (best, target) => (target === best ? likeliest(net.probabilities, best) : best);

  /** What lies over the drawing now: its colours and the value of the last one. @type {{ ramp: Uint8Array, reach: number, signed: boolean, unit: string } | null} */
  let laid = null;

  return {
    root: shown.root, words, targetFor,
    /** What is seen, to be drawn elsewhere. @returns {import("../save/drawing-sheet.js").Overlay} */
    seen: () => ({
      layers: shown.layers, ramp: laid?.ramp ?? null, unit: laid?.unit ?? "", words: words.textContent ?? "",
      ends: laid ? [laid.signed ? short(-laid.reach) : "0", laid.signed ? "0" : "", short(laid.reach)] : ["", "", ""],
    }),
    key: { root: keyRoot },
    views: VIEWS.filter((view) => view.name !== "cam" || path),
    /** @param {Float32Array} unit @param {string} view @param {number} best @param {number | null} target */
    paint(unit, view, best, target) {
      shown.picture(unit, channels);
      keys.cam.root.hidden = view !== "cam";
      keys.change.root.hidden = view !== "change";
      seed.fill(0);
      if (view === "cam" && path) {
        plant(best, 1);
        gradCam(net, path, seed, cam);
        const most = highest(cam);
        shown.lay(cam, rows, columns, most, false, ramps.viridis);
        laid = { ramp: ramps.viridis, reach: most, signed: false, unit: UNITS.cam };
        keys.cam.set([0, most], false, "this drawing");
      } else if (view === "change") {
        const wanted = targetFor(best, target);
        plant(wanted, 1);
        plant(rivalOf(best, wanted), -1);
        const slope = net.slope(seed, null);
        // Of a colour, the change of all its channels at once.
        for (let p = 0, i = 0; p < slopes.length; p += 1) {
          let sum = 0;
          for (let c = 0; c < channels; c += 1, i += 1) sum += slope[i];
          slopes[p] = sum * manifest.input.factor;
        }
        const most = highest(slopes);
        shown.lay(slopes, height, width, most, true, ramps.diverging);
        laid = { ramp: ramps.diverging, reach: most, signed: true, unit: UNITS.change };
        keys.change.set([-most, most], true, "this drawing");
      } else {
        shown.clear();
        laid = null;
      }
    },
    /** Say it, once the stroke is over. @param {string} view @param {number} best @param {number | null} target */
    tell(view, best, target) {
      if (view === "cam" && path) {
        const place = whereabouts(cam, rows, columns);
        replace(words, "Grad-CAM for ", named(cut(nameOf(best), 40)), " at ", named(cut(path, 24)), `, ${rows}×${columns} cells, not smoothed. `,
          place ? `It is strongest ${place}, ${number(highest(cam))}.` : cam[0] ? `It is ${number(cam[0])} everywhere.` : "Nothing speaks for it there.");
        shown.label(`The drawing with Grad-CAM for ${nameOf(best)}${place ? `, strongest ${place}` : cam[0] ? ", the same everywhere" : ", nowhere above zero"}`);
      } else if (view === "change") {
        const wanted = targetFor(best, target);
        const rival = rivalOf(best, wanted);
        const near = whereabouts(slopes, height, width);
        replace(words, "Making orange pixels lighter, or blue ones darker, speaks for ", named(cut(nameOf(wanted), 40)), " against ", named(cut(nameOf(rival), 40)),
          near ? `. Strongest ${near}.` : ".");
        shown.label(`The drawing with the pixels that would change the answer towards ${nameOf(wanted)}`);
      } else {
        replace(words, "The drawing as the model sees it.");
        shown.label("The drawing as the model sees it");
      }
    },
    resize: shown.resize,
  };
}

/** @param {Float32Array} values */
function highest(values) {
  let most = 0;
  for (let i = 0; i < values.length; i += 1) if (Math.abs(values[i]) > most) most = Math.abs(values[i]);
  return most;
}
