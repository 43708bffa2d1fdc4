/** The files that the training page can save. */
import { laid } from "../training/watched-images.js";
import { momentName } from "../training/snapshots.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, plain, titled } from "./shared-facts.js";
import { animation, png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { shortRamp } from "./gif-palette.js";
import { trainingSheet } from "./training-sheet.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {Context} context @param {import("../training/snapshots.js").Film} film @param {{ moment: number, picture: number, own: boolean }} state
 * @returns {import("./save-button.js").Offer[]}
 */
export function trainingOffers(context, film, { moment, picture, own }) {
  const { entry } = film;
  const { ramps } = context;
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, ["training", ...parts], suffix);

  async function still() {
    download(named("png", momentName(entry.epochs[moment])), await png(trainingSheet(film, { moment, picture, own, ramps }, 2)), "image/png");
  }
  /** @param {(words: string) => void} told */
  async function moving(told) {
    const short = { viridis: shortRamp(ramps.viridis, 2), diverging: shortRamp(ramps.diverging, 2) };
    // Colors besides ramps and inks: of images, with and without heatmaps.
    const shown = Array.from({ length: film.count }, (_, i) => [film.picture(i).rgba, ...[0, film.moments >> 1, film.moments - 1].map((at) => laid(film, at, i, own, short).rgba)]).flat();
    const content = await animation(film.moments, (i) => trainingSheet(film, { moment: i, picture, own, ramps: short }, 1), {
      hundredths: (i) => (i === film.moments - 1 ? 200 : 35), ramps: [short.viridis, short.diverging], pictures: shown,
      told: (done) => told(`Frame ${done} of ${film.moments} …`),
    });
    download(named("gif"), content, "image/gif");
  }
  function figures() {
    const names = [...new Set(entry.history.flatMap((row) => Object.keys(row)))].filter((name) => name !== "epoch");
    download(named("csv", "curves"), csv(["epoch", ...names], entry.history.map((row) => [row.epoch, ...names.map((name) => row[name] ?? null)])), "text/csv;charset=utf-8");
  }
  function predictions() {
    const rows = entry.epochs.flatMap((/** @type {number} */ epoch, /** @type {number} */ at) => entry.pictures.ids.map((/** @type {number} */ id, /** @type {number} */ i) => {
      const said = film.said(at, i);
      const shown = [epoch, id, entry.class_names[said.followed], plain(said.share)];
      return entry.range ? shown : [...shown, entry.class_names[said.best], plain(said.sure)];
    }));
    download(named("csv", "pictures"), csv(entry.range ? ["epoch", "picture", "output followed", "its value"] : ["epoch", "picture", "class followed", "its probability", "predicted", "probability"], rows), "text/csv;charset=utf-8");
  }
  function everything() {
    const document = {
      ...origin(context, "training"), network: entry.model, best_epoch: entry.best || null, history: entry.history, class_names: entry.class_names,
      moments: entry.epochs.map((/** @type {number} */ epoch, /** @type {number} */ at) => ({
        epoch, ...entry.figures[at],
        pictures: entry.pictures.ids.map((/** @type {number} */ id, /** @type {number} */ i) => ({ id, [entry.range ? "outputs" : "probabilities"]: Array.from(film.predictions(at, i), plain) })),
      })),
    };
    download(named("json"), jsonText(document), "application/json");
  }
  return [
    { kind: "PNG", what: `sheet of this snapshot, ${momentName(entry.epochs[moment])}`, save: still },
    { kind: "GIF", what: "animation of all snapshots", save: moving },
    ...(entry.history.length ? [{ kind: "CSV", what: "curves: metrics per epoch", save: figures }] : []),
    { kind: "CSV", what: "predictions for the images in each snapshot", save: predictions },
    { kind: "JSON", what: "curves, snapshots and probabilities of every class", save: everything },
  ];
}
