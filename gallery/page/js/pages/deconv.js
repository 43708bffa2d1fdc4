/** `#/deconv/conv2?n=5&scale=layer`: the top images of each channel of a layer, next to their reconstructions in pixels. */
import { choice } from "../parts/radio-buttons.js";
import { opened } from "../deconv/unpack.js";
import { PRINTED_ROWS, rows } from "../deconv/rows.js";
import { pairTile, RECONSTRUCTION_SCALES, reconstructionKey, deadWords } from "../deconv/patch.js";
import { describe } from "../parts/layer-summary.js";
import { html, named, replace } from "../dom.js";
import { missing } from "../parts/not-found.js";
import { saveControl } from "../save/save-button.js";
import { reconstructionOffers } from "../save/deconv.js";
import { bytes } from "../values/unpack.js";
import { counted, cut, number, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "deconv", menu, open };

/** The default number of images per channel. */
const FEW = 5;

/** @param {import("../types.js").With<"deconv">} context */
function menu(context) {
  const { layers } = context.data.sections.deconv;
  return { label: "Deconv", subject: layers[0].path };
}

/** @param {HTMLElement} host @param {import("../types.js").With<"deconv">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data } = context;
  const { layers } = data.sections.deconv;
  const asked = layers.find((one) => one.path === route.subject) ?? (route.subject === null ? layers[0] : null);
  if (!asked) return missing(host, `The channels of ${cut(route.subject ?? "")} were not projected back to pixels. Layers with reconstructions: ${layers.map((one) => one.path).join(", ")}.`);
  const entry = asked;
  const card = /** @type {import("../contract.js").Layer} */ (data.model.layers.find((layer) => layer.path === entry.path));
  const noun = card.shape.length === 3 ? "channel" : "unit";
  const held = await opened(entry, card.shape.length === 3 ? card.shape[1] : 1, bytes);
  const all = Array.from({ length: held.rows }, (_, row) => row);
  const peaks = all.map((row) => held.place(row, 0).peak);
  const dead = all.filter((row) => !held.places(row).length).length;
  const counts = [...new Set([1, 3, FEW, entry.kept].filter((n) => n <= entry.kept))].sort((a, b) => a - b);
  let state = read(route.selection);

  /** @param {Record<string, string>} selection */
  function read(selection) {
    const n = Number(selection.n);
    return {
      n: counts.includes(n) ? n : Math.min(FEW, entry.kept),
      scale: selection.scale === "layer" ? "layer" : "",
      sort: selection.sort === "peak" ? "peak" : "",
    };
  }
  /** @param {Partial<typeof state>} change */
  function go(change) {
    const next = { ...state, ...change };
    context.go(context.address("deconv", entry.path, { n: next.n === Math.min(FEW, entry.kept) ? null : next.n, scale: next.scale, sort: next.sort }), { replace: true });
  }

  const count = choice(`Images per ${noun}`, counts.map((n) => ({ name: String(n), label: String(n) })), (name) => go({ n: Number(name) }));
  const scale = choice("Scale", RECONSTRUCTION_SCALES, (name) => go({ scale: name }));
  const sort = choice("Order", [{ name: "", label: "by number" }, { name: "peak", label: "strongest first" }], (name) => go({ sort: name }));
  const key = html("div", {});
  let turn = 0;
  const list = rows(`${noun}s of ${entry.path}`, fill);

  /** @param {HTMLElement} row @param {number} at */
  function fill(row, at) {
    const mine = turn;
    const channel = entry.channels[at];
    const places = held.places(at, state.n);
    // By the time the values arrive, the row may show another channel.
    const mark = (row.dataset.row = `${mine} ${at}`);
    row.append(
      html("h2", {}, html("a", { href: context.address("layer", [entry.path, channel]) }, `${noun} ${channel}`)),
      places.length ? html("div", { class: "deconv-pairs" }, places.map(({ rank }) =>
        pairTile(context, held, at, rank, { scale: state.scale, room: innerWidth < 720 ? 68 : 84, still: () => row.dataset.row === mark })))
        : html("p", { class: "note" }, deadWords(entry)));
  }

  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, named(cut(entry.path)), " · reconstructions"), html("p", { class: "subtitle" }, describe(card)),
      saveControl(context.tell, () => reconstructionOffers(context, held, ordered().slice(0, PRINTED_ROWS), state))),
    html("p", { class: "lead" }, `The images that activate each ${noun} ${entry.extremes === "bottom" ? "least" : "most"} among ${counted(entry.set, "image")}${noun === "unit" ? "" : ", cropped to the receptive field of its strongest cell"}; next to each, its activation projected back to pixels.`),
    html("p", { class: "note deconv-how" }, `${entry.title}, ${entry.paper}. `, entry.notes.map((/** @type {string} */ words) => `${words[0].toUpperCase()}${words.slice(1)}. `),
      dead ? `${whole(dead)} of ${counted(held.rows, noun)} ${entry.extremes === "bottom" ? `${dead === 1 ? "has" : "have"} no activation there` : `${dead === 1 ? "is" : "are"} dead`}.` : null),
    html("div", { class: "controls deconv-controls" }, counts.length > 1 ? count.root : null, scale.root, held.rows > 1 ? sort.root : null,
      layers.length > 1 ? html("span", { class: "note" }, "Layers: ", layers.map((one, /** @type {number} */ i) => [i ? ", " : null,
        html("a", { href: context.address("deconv", one.path), "aria-current": one === entry ? "true" : null }, named(cut(one.path, 24)))])) : null),
    key,
    held.rows > PRINTED_ROWS ? html("p", { class: "note on-paper" }, `Only the first ${PRINTED_ROWS} are printed.`) : null,
    list.root);

  /** The rows in the selected order. */
  function ordered() {
    return state.sort === "peak" ? [...all].sort((a, b) => peaks[b] - peaks[a] || a - b) : all;
  }

  function draw() {
    turn += 1;
    count.set(String(state.n));
    scale.set(state.scale);
    sort.set(state.sort);
    replace(key, reconstructionKey(context, entry, state.scale));
    // The row of the channel with the most images is the highest.
    list.set(ordered(), all.reduce((best, row) => (held.places(row, state.n).length > held.places(best, state.n).length ? row : best), 0));
  }
  draw();
  return {
    title: `${entry.path}, reconstructions`,
    /** @param {import("../route.js").Route} next */
    update(next) {
      if ((next.subject ?? layers[0].path) !== entry.path) return false;
      const asked = read(next.selection);
      if (asked.n === state.n && asked.scale === state.scale && asked.sort === state.sort) return true;
      state = asked;
      draw();
      context.tell(`${number(state.n)} per ${noun}`);
      return true;
    },
    close() { list.close(); },
  };
}
