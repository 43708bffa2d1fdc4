/** `#/compare?of=classes&a=6&b=0`: two classes, their mean images, how often one is mistaken for the other, and the channels that separate them. */
import { html, named, replace } from "../../dom.js";
import { legend } from "../../parts/legend.js";
import { colorUnit, colors, pictureColors, show } from "../../parts/paint.js";
import { pick } from "../../parts/select.js";
import { bandsOf } from "../../values/bands.js";
import { classNamer, sentence } from "../../values/images.js";
import { classPairOffers } from "../../save/compare-classes.js";
import { scroller, table } from "../../parts/table.js";
import { bytes } from "../../values/unpack.js";
import { counted, cut, number, percent, shape, whole } from "../../words.js";
import { between, byDifference, classOf, meanPicture } from "../../compare/difference.js";
import { layerChoice, unitNames } from "../../compare/layers.js";
import { profiles } from "../../compare/class-profile.js";
import { letter, pairedBars } from "../../compare/sides.js";
import { usualPair } from "../../compare/default-pair.js";

/** @typedef {import("../../types.js").With<"compare">} Context */
/** @typedef {import("../../values/images.js").Picture} Picture */

const THUMBS = 12;
/** The number of channels shown per layer: among several layers, and of one alone. */
const FEW = 6;
const MANY = 24;

/** @param {Context} context @param {(change: import("../../types.js").Selection, quietly?: boolean) => void} go */
export async function classesView(context, go) {
  const { data, provider, pictures } = context;
  const nameOf = classNamer(data);
  const classes = data.pictures.probabilities.classes;
  const labelled = data.pictures.labels !== null;
  /** @type {Picture[][]} */
  const members = Array.from({ length: classes }, () => []);
  for (const picture of pictures) members[classOf(picture)]?.push(picture);
  const layers = await Promise.all(provider.layers.map((/** @type {string} */ path) => provider.open(path)));
  const known = profiles(context, bytes, layers);

  const options = members.map((own, i) => ({ name: String(i), label: `${cut(nameOf(i), 32)} (${whole(own.length)})` }));
  const pickers = /** @type {const} */ (["a", "b"]).map((side) => {
    const made = pick("", options, (name) => go({ [side]: name }));
    made.root.querySelector("span")?.replaceWith(letter(side), html("span", { class: "unseen" }, `Class ${side.toUpperCase()}`));
    return made;
  });
  const means = html("div", { class: "compare-means" });
  const calls = html("div", {});
  const middle = html("section", {});
  const channels = html("div", { class: "profile-grid" });
  const which = layerChoice(known.paths, (layer) => go({ layer }));
  const source = html("p", { class: "note" });
  const root = html("div", {},
    html("div", { class: "controls compare-controls" }, pickers.map((one) => one.root)),
    labelled ? null : html("p", { class: "note" }, "These images have no labels from the model's classes, so each counts toward its predicted class."),
    html("div", { class: "compare-classes" }, means, calls),
    middle,
    known.paths.length ? html("section", {},
      html("div", { class: "all-head" }, html("h2", {}, "What separates them", html("span", { class: "aside" }, "the channels whose mean activation differs most"))),
      html("div", { class: "controls compare-controls" }, which.root), source, channels) : null);

  /** @type {[number, number]} */
  let chosen = [0, 1];
  let turn = 0;
  /** @type {string | null} */
  let layer = null;

  async function layerProfiles() {
    const mine = (turn += 1);
    replace(source, "Computing mean activations …");
    const [own, other] = [await known.of(chosen[0]), await known.of(chosen[1])];
    if (mine !== turn) return;
    if (!own || !other) {
      replace(channels);
      const empty = chosen.find((i) => !members[i].length);
      replace(source, empty === undefined ? "These classes have too many images to process in this page. A page made by cnnviz report contains their means."
        : ["There is no image of ", named(cut(nameOf(empty), 40)), " to average."]);
      return;
    }
    replace(source, `Mean over all cells of each map and over ${counted(own.pictures, "image")} (A) and ${counted(other.pictures, "image")} (B).`);
    replace(channels, known.paths.filter((path) => layer === null || path === layer).map((path) =>
      profileBars(path, own.rows.get(path) ?? [], other.rows.get(path) ?? [], layer === null ? FEW : MANY)));
  }

  /** The address of a channel's page. @param {string} path @param {number} channel */
  function href(path, channel) {
    if (data.sections.channel) return context.address("layer", [path, channel]);
    return provider.layers.includes(path) ? context.address("layer", path, { channel }) : null;
  }

  /** @param {string} path @param {ArrayLike<number>} own @param {ArrayLike<number>} other @param {number} most */
  function profileBars(path, own, other, most) {
    const card = /** @type {import("../../contract.js").Layer} */ (data.model.layers.find((layer) => layer.path === path));
    const names = unitNames(data.model, path, own.length);
    const values = [0, ...Array.from(own), ...Array.from(other)];
    const noun = card.shape.length === 3 ? "channel" : "unit";
    return html("div", { class: "profile", "data-layer": path },
      html("div", { class: "strip-head" }, html("h3", {}, named(cut(path))), html("span", { class: "strip-shape" }, `${card.kind} · ${shape(card.shape)}`)),
      pairedBars({
        caption: `The ${noun}s of ${path} whose mean activation differs most`, first: noun, format: number,
        low: Math.min(...values), high: Math.max(...values),
        rows: byDifference(own, other).slice(0, most).map((c) => {
          const name = names ? named(cut(names[c], 28)) : `${noun} ${c}`;
          return { name: href(path, c) ? html("a", { href: href(path, c) }, name) : name, a: own[c], b: other[c] };
        }),
      }));
  }

  return {
    root,
    title: () => chosen.map((i) => cut(nameOf(i), 24)).join(" and "),
    /** @param {Record<string, string>} selection */
    update(selection) {
      const usual = [...usualPair(pictures, classes), 0, 1];
      /** @param {string | undefined} text */
      const valid = (text) => text !== undefined && /^\d+$/.test(text) && Number(text) < classes;
      const a = valid(selection.a) ? Number(selection.a) : usual[0];
      const b = valid(selection.b) && Number(selection.b) !== a ? Number(selection.b) : usual.find((i) => i !== a) ?? 0;
      chosen = [a, b];
      pickers.forEach((one, i) => one.set(String(chosen[i])));
      layer = known.paths.includes(selection.layer) ? selection.layer : null;
      which.set(layer);
      replace(means, meanFigures(context, members, chosen, nameOf));
      replace(calls, labelled ? callTable(context, members, chosen, nameOf) : null);
      replace(middle, inBetween(context, chosen, nameOf));
      if (known.paths.length) layerProfiles();
    },
    swapped: () => ({ a: chosen[1], b: chosen[0] }),
    offers: () => classPairOffers(context, chosen, {
      calls: labelled ? chosen.map((own) => callsOf(members[own], chosen)) : null,
      counts: chosen.map((own) => members[own].length), between: between(pictures, ...chosen),
      paths: known.paths.filter((path) => layer === null || path === layer), profile: known.of,
    }),
    carry: () => ({}),
    step() {},
    close() { turn = -1; },
  };
}

/** @param {Context} context @param {Picture[][]} members @param {[number, number]} chosen @param {(i: number) => string} nameOf */
function meanFigures(context, members, chosen, nameOf) {
  const { height, width, channels } = context.data.pictures;
  const room = innerWidth < 720 ? 150 : 196;
  const bands = bandsOf(context.data.pictures);
  /** @param {Float64Array} mean */
  const drawn = (mean) => {
    if (!bands) return pictureColors(Uint8Array.from(mean, (v) => Math.round(255 * Math.min(1, Math.max(0, v)))), channels);
    const out = new Uint8ClampedArray(4 * height * width);
    colorUnit(mean, channels, out, bands);
    return out;
  };
  const both = chosen.map((i) => meanPicture(context.unit, members[i], height * width * channels));
  const figures = both.map((mean, i) => {
    const side = i ? "b" : "a";
    const canvas = html("canvas", { role: "img", "aria-label": `Mean of ${counted(members[chosen[i]].length, "image")} of ${nameOf(chosen[i])}` });
    if (mean) show(canvas, drawn(mean), width, height, room);
    return html("figure", { class: "compare-picture" }, mean ? canvas : null,
      html("figcaption", {}, html("span", { class: "hero-title" }, letter(side), named(cut(nameOf(chosen[i]), 40))),
        html("span", { class: "said" }, mean ? `mean of ${counted(members[chosen[i]].length, "image")}` : "no image here")));
  });
  const [own, other] = both;
  if (!own || !other) return figures;
  const apart = Float64Array.from({ length: height * width }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c += 1) sum += own[i * channels + c] - other[i * channels + c];
    return sum / channels;
  });
  const reach = apart.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const canvas = html("canvas", { role: "img", "aria-label": `Difference of the two means, at most ${number(reach)} of full brightness` });
  show(canvas, colors(apart, -reach, reach, context.ramps.diverging), width, height, room);
  const key = legend(context.ramps, "brightness, white = 1");
  key.set([-reach, reach], true, "A − B");
  return [...figures, html("figure", { class: "compare-picture" }, canvas,
    html("figcaption", {}, html("span", { class: "hero-title" }, "A − B"), key.root))];
}

/** How often images of one class are predicted as either class, or as another. @param {Picture[]} own @param {[number, number]} chosen */
export function callsOf(own, chosen) {
  const counts = chosen.map((said) => own.filter((p) => p.saidIndex === said).length);
  return { counts, other: own.length - counts[0] - counts[1], all: own.length };
}

/** The predictions for the images of both classes. @param {Context} context @param {Picture[][]} members @param {[number, number]} chosen @param {(i: number) => string} nameOf */
function callTable(context, members, chosen, nameOf) {
  /** @param {number} count @param {number} own @param {number} said */
  const cell = (count, own, said) => (context.data.sections.images && count
    ? html("a", { href: context.address("images", null, { true: own, pred: said }) }, whole(count)) : whole(count));
  /** @param {number} count @param {number} own */
  const elsewhere = (count, own) => (context.data.sections.images && count
    ? html("a", { href: context.address("images", null, { true: own, but: chosen.join("-") }) }, whole(count)) : whole(count));
  const rows = chosen.map((own, i) => {
    const { counts, other, all } = callsOf(members[own], chosen);
    return [
      [letter(i ? "b" : "a"), named(cut(nameOf(own), 28))],
      ...counts.map((count, k) => cell(count, own, chosen[k])),
      elsewhere(other, own), whole(all),
    ];
  });
  return [html("h2", {}, "Predictions"), scroller("Predictions", table("Rows are true classes", [
    { title: "Images of" }, { title: "Predicted as A", number: true }, { title: "Predicted as B", number: true }, { title: "Other", number: true }, { title: "Total", number: true },
  ], rows))];
}

/** @param {Context} context @param {[number, number]} chosen @param {(i: number) => string} nameOf */
function inBetween(context, chosen, nameOf) {
  const [a, b] = chosen;
  const found = between(context.pictures, a, b);
  const head = html("h2", {}, "Closest decisions", html("span", { class: "aside" },
    `of ${counted(found.length, "image")} where the two classes together have a probability of at least 50 %`));
  if (!found.length) return [html("h2", {}, "Closest decisions"), html("p", { class: "note" }, "The two classes together reach a probability of 50 % on no image.")];
  return [head, html("ul", { class: "pictures" }, found.slice(0, THUMBS).map((picture) => {
    const canvas = html("canvas", { "aria-hidden": "true" });
    context.painter.show(canvas, picture.position, innerWidth < 720 ? 92 : 112);
    const words = `${sentence(picture)}; A ${nameOf(a)} ${percent(picture.probabilities[a])}, B ${nameOf(b)} ${percent(picture.probabilities[b])}`;
    return html("li", {}, html("a", { href: context.address("image", picture.id), "aria-label": words },
      html("span", { class: "thumb" }, canvas),
      html("span", { class: "said" }, letter("a"), percent(picture.probabilities[a])),
      html("span", { class: "said" }, letter("b"), percent(picture.probabilities[b])),
      picture.label ? html("span", { class: "said muted" }, "true class: ", named(cut(picture.label, 24))) : null));
  }))];
}
