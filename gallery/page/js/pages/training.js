/** `#/training?at=2.5&image=7&heat=own`: the training run; one slider controls curves, filters, heatmaps and activations. */
import { calmly } from "../parts/screen-reader.js";
import { choice } from "../parts/radio-buttons.js";
import { html, named, replace } from "../dom.js";
import { legend } from "../parts/legend.js";
import { saveControl } from "../save/save-button.js";
import { trainingOffers } from "../save/training.js";
import { scrubber } from "../parts/scrubber.js";
import { folded, table } from "../parts/table.js";
import { cards } from "../training/watched-images.js";
import { curveChart, figure } from "../training/curves.js";
import { measuredAt, momentName, openFilm } from "../training/snapshots.js";
import { kernelBlocks, mapBlocks } from "../training/layer-snapshots.js";
import { counted, cut, number } from "../words.js";


/** The most milliseconds per snapshot, and about the duration of the whole animation. */
const EACH = 450, WHOLE = 14_000;

export const page = { name: "training", menu: () => ({ label: "Training" }), open };

/** @param {HTMLElement} host @param {import("../types.js").With<"training">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const entry = context.data.sections.training;
  const film = await openFilm(entry);
  const { ramps } = context;
  const { ids } = entry.pictures;
  const voice = calmly(context.tell, 700);
  let state = read(route.selection);

  /** @param {Record<string, string>} selection */
  function read(selection) {
    return {
      moment: selection.at === undefined || !(Number(selection.at) >= 0) ? film.moments - 1 : nearest(Number(selection.at)),
      picture: Math.max(0, ids.findIndex((id) => String(id) === selection.image)),
      own: selection.heat === "own" && Boolean(entry.heat),
    };
  }
  /** The snapshot nearest to an epoch. @param {number} epoch */
  function nearest(epoch) {
    return entry.epochs.reduce((/** @type {number} */ best, /** @type {number} */ at, /** @type {number} */ i) =>
      (Math.abs(at - epoch) < Math.abs(entry.epochs[best] - epoch) ? i : best), 0);
  }
  /** @param {Partial<typeof state>} change */
  function go(change) {
    const next = { ...state, ...change };
    context.go(context.address("training", null, {
      at: next.moment === film.moments - 1 ? null : entry.epochs[next.moment],
      image: next.picture ? ids[next.picture] : null, heat: next.own ? "own" : null,
    }), { replace: true });
  }
  /** @param {number} moment */
  const nameOf = (moment) => `${momentName(entry.epochs[moment])} of ${Number(film.last.toFixed(2))}`.replace("before training of", "before training, of");

  const slide = scrubber({
    count: film.moments,
    at: film.moments - 1,
    each: Math.min(EACH, WHOLE / film.moments),
    what: "Training snapshot",
    title: "Training snapshots",
    name: nameOf,
    moved(moment, settled) {
      state = { ...state, moment };
      draw();
      if (settled) {
        go({ moment });
        voice.tell(words(moment));
      }
    },
  });
  const charts = film.curves.map((curve) => curveChart(curve, film.last, entry.best, (epoch) => go({ moment: nearest(epoch) })));
  const pictures = cards(film, ramps, (picture) => go({ picture }));
  const scale = choice("Heatmap scale", [{ name: "", label: "all snapshots" }, { name: "own", label: "per map" }], (name) => go({ own: name === "own" }));
  const key = legend(ramps, entry.heat?.measures);
  const kernels = kernelBlocks(film, ramps);
  const maps = mapBlocks(film, ramps);
  const between = entry.figures.some((one) => Object.keys(one).length);
  const whose = html("span", { class: "aside" });

  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "Training"),
      html("p", { class: "subtitle" }, named(cut(entry.model, 60)), ` · ${counted(film.moments, "snapshot")} over ${counted(Number(film.last.toFixed(2)), "epoch")}`),
      saveControl(context.tell, () => trainingOffers(context, film, state))),
    html("p", { class: "lead" }, lead(film)),
    slide.root,
    charts.length ? html("section", { "aria-label": "Curves" }, html("div", { class: "training-curves" }, charts.map((chart) => chart.root)),
      html("p", { class: "note training-key" }, `Pale line: full run.${entry.best ? " Ring: saved epoch." : ""}${between ? " Mid-epoch values are running averages." : ""}`),
      entry.history.length ? folded("Metrics per epoch", () => figures(entry)) : null) : null,
    html("section", {},
      html("div", { class: "all-head" }, html("h2", {}, counted(film.count, "image"), html("span", { class: "aside" }, `from `, named(cut(entry.pictures.source, 40)), `, with the ${tracked(entry)}`)), entry.heat ? scale.root : null),
      pictures.root,
      html("div", { class: "training-heat" }, entry.heat
        ? [key.root, html("p", { class: "note" }, `${entry.heat.title} for the ${entry.heat.target}, at ${entry.heat.layer}, ${entry.heat.height}×${entry.heat.width} cells.`)]
        : html("p", { class: "note" }, `No heatmaps: ${entry.why_no_heat}.`)),
      folded(entry.range ? "Value in each snapshot" : "Probability in each snapshot", () => shares(film))),
    kernels.length ? html("section", {}, html("h2", {}, "Filters as they form"), html("div", { class: "moment-layers" }, kernels.map((one) => one.root))) : null,
    maps.length ? html("section", {}, html("h2", {}, "Activations", whose), html("div", { class: "moment-layers" }, maps.map((one) => one.root))) : null,
    entry.notes.length ? html("p", { class: "note training-notes" }, `${entry.notes.join("; ")}.`) : null);

  function draw() {
    const epoch = entry.epochs[state.moment];
    for (const chart of charts) chart.show(epoch);
    pictures.show(state.moment, state.picture, state.own);
    for (const one of [...kernels, ...maps]) one.show(state.moment, state.picture);
    scale.set(state.own ? "own" : "");
    if (entry.heat && state.own) key.own(entry.heat.signed, "each map up to its own maximum");
    else if (entry.heat) key.set([entry.heat.signed ? -entry.heat.reach : 0, entry.heat.reach], entry.heat.signed, "one scale for all images and snapshots");
    whose.textContent = `of image ${ids[state.picture]}; select another above`;
  }
  /** A moment, said. @param {number} moment */
  function words(moment) {
    const epoch = entry.epochs[moment];
    const curves = film.curves.slice(0, 2).map((curve) => {
      const line = curve.lines[curve.lines.length - 1];
      const value = measuredAt(line.values, epoch);
      return value === null ? null : `${line.name} ${curve.title} ${figure(curve, value)}`;
    }).filter(Boolean);
    return [nameOf(moment), ...curves].join(", ");
  }

  const watcher = new ResizeObserver(() => draw());
  slide.set(state.moment);
  watcher.observe(host);
  return {
    title: "Training",
    /** @param {import("../route.js").Route} next */
    update(next) {
      state = read(next.selection);
      if (!slide.playing) slide.set(state.moment);
      draw();
      return true;
    },
    /** @param {string} key */
    key(key) {
      if (key === " ") slide.toggle();
      else if (key === "<" || key === ">") go({ picture: (state.picture + (key === ">" ? 1 : film.count - 1)) % film.count });
      else return false;
      return true;
    },
    close() {
      slide.close();
      voice.close();
      watcher.disconnect();
    },
  };
}

/** @param {import("../training/snapshots.js").Film} film */
function lead(film) {
  const { entry } = film;
  const curve = film.curves.find((one) => one.share) ?? film.curves[0];
  if (!curve) return "How filters, heatmaps and activations developed.";
  const line = curve.lines[curve.lines.length - 1];
  const kept = entry.best ? line.values.find(([at]) => at === entry.best) : null;
  const [at, value] = kept ?? line.values[line.values.length - 1];
  const where = line.kind === "second" ? "on validation images" : "on training images";
  return `${figure(curve, value)} ${curve.title} ${where} after epoch ${Number(at.toFixed(2))}${kept ? ", the best and saved one" : ""}. Use the slider to see the training.`;
}

/** What is tracked, in words. @param {import("../contract.js").Training} entry */
function tracked(entry) {
  if (entry.range) return `value of ${cut(entry.class_names[entry.pictures.classes[0]], 24)}`;
  return entry.pictures.labelled ? "probability of the true class" : "probability of the final prediction";
}

/** @param {import("../contract.js").Training} entry */
function figures(entry) {
  const names = [...new Set(entry.history.flatMap((row) => Object.keys(row)))].filter((name) => name !== "epoch");
  return table("Metrics per epoch", ["epoch", ...names].map((name) => ({ title: name.replace("val_", "validation ").replaceAll("_", " "), number: true })),
    entry.history.map((row) => [String(row.epoch), ...names.map((name) => (typeof row[name] === "number" ? number(row[name]) : "–"))]));
}

/** @param {import("../training/snapshots.js").Film} film */
function shares(film) {
  const { entry } = film;
  return table(entry.range ? "Value of the tracked output in each snapshot" : "Probability of the tracked class in each snapshot",
    [{ title: "Snapshot" }, ...entry.pictures.ids.map((/** @type {number} */ id, /** @type {number} */ i) => ({ title: `${id} ${cut(entry.class_names[entry.pictures.classes[i]], 16)}`, number: true }))],
    entry.epochs.map((/** @type {number} */ epoch, /** @type {number} */ moment) => [momentName(epoch), ...entry.pictures.ids.map((/** @type {number} */ _, /** @type {number} */ i) => film.words(film.said(moment, i).share))]));
}
