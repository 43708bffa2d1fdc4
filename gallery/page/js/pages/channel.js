/** `#/layer/conv2/17`: one channel of a layer: its kernel, the images that activate it, and its map of one image. */
import { channelNamed } from "../channel/context.js";
import { responsesTo } from "../channel/responses.js";
import { highestBlock, lowestBlock } from "../channel/top-images.js";
import { kernelBlock } from "../channel/kernel.js";
import { numbersBlock } from "../channel/filter-measures.js";
import { maximizedBlock } from "../channel/maximized.js";
import { pictureBlock } from "../channel/map-of-image.js";
import { profileBlock } from "../channel/class-profile.js";
import { lowestReconstructionBlock, reconstructionBlock } from "../channel/reconstructions.js";
import { removalBlock } from "../channel/ablation.js";
import { spreadBlock } from "../channel/histogram.js";
import { reachWords, verdict } from "../channel/verdict.js";
import { kernelOf } from "../values/weights.js";
import { describe } from "../parts/layer-summary.js";
import { html, named, replace } from "../dom.js";
import { cellNamed } from "../parts/image-and-map.js";
import { MOST_SURVEYED } from "../values/live-maps.js";
import { missing } from "../parts/not-found.js";
import { whyNotLive } from "../parts/map-origin.js";
import { classNamer } from "../values/images.js";
import { layerNav } from "../parts/layer-nav.js";
import { channelOffers } from "../save/channel.js";
import { saveControl } from "../save/save-button.js";
import { counted, cut } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../channel/context.js").State} State */
/** @typedef {import("../channel/context.js").Block} Block */

/** The two columns, from top to bottom; on a narrow screen the second follows the first. */
const LEFT = [highestBlock, reconstructionBlock, lowestBlock, lowestReconstructionBlock, profileBlock];
const RIGHT = [maximizedBlock, kernelBlock, numbersBlock, removalBlock, pictureBlock, spreadBlock];

export const page = { name: "channel", claims, menu: () => null, open };

/** @param {import("../route.js").Route} route @param {import("../types.js").With<"channel">} context */
function claims(route, context) {
  return route.page === "layer" && channelNamed(route.subject, context.data) !== null;
}

/** @param {HTMLElement} host @param {import("../types.js").With<"channel">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, provider, pictures } = context;
  const subject = channelNamed(route.subject, data);
  if (!subject) return missing(host, "A channel's address is its layer's address followed by the channel number, for example #/layer/conv2/17.");
  const { path } = subject;
  const card = /** @type {import("../contract.js").Layer} */ (data.model.layers.find((layer) => layer.path === path));
  const maps = provider.layers.includes(path) ? await provider.open(path) : null;
  const responses = await responsesTo(data, path, maps);
  if (!maps && !responses) return missing(host, `This page has no data on the channels of ${cut(path)}.`, whyNotLive(data));
  const channels = maps?.channels ?? data.sections.channel.layers[path].channels;
  const noun = (maps ? maps.spatial : card.shape.length === 3) ? "channel" : "unit";
  if (subject.channel >= channels) return missing(host, `${cut(path)} has ${counted(channels, noun)}; the last is number ${channels - 1}.`);
  const paths = data.model.layers.map((layer) => layer.path);
  const nameOf = classNamer(data);
  // The units of the last layer are the classes.
  const isLast = noun === "unit" && path === paths[paths.length - 1] && channels === data.model.class_names.length;
  /** @type {import("../channel/context.js").About} */
  const about = {
    context, card, path, channels, maps, responses, nameOf, select,
    mapped: noun === "channel" && (maps ? maps.height * maps.width : card.shape[0] * card.shape[1]) > 1,
    kernel: context.weights ? kernelOf(/** @type {import("../types.js").LiveContext["data"]} */ (data).network.manifest, await context.weights(), paths, path) : null,
    positive: (channel) => (maps?.overall ? maps.overall.low[channel] >= 0 : maps ? !maps.signed : (responses?.of(channel).low ?? -1) >= 0),
  };
  const columns = [LEFT, RIGHT].map((makers) => /** @type {Block[]} */ (makers.map((make) => make(about)).filter(Boolean)));

  let state = read(route);
  /** @param {import("../route.js").Route} from @returns {State} */
  function read(from) {
    const { image, cell, sort } = from.selection;
    const channel = channelNamed(from.subject, data)?.channel ?? 0;
    const position = pictures.findIndex((picture) => String(picture.id) === image);
    const strongest = responses?.of(channel).top[0].position ?? 0;
    return {
      channel, sort: sort === "mean" ? "mean" : "class", cell: maps && cellNamed(cell, maps),
      position: !maps ? 0 : maps.has(position) ? position : maps.has(strongest) ? strongest : maps.positions[0],
    };
  }

  /** The address of a changed selection. @param {Partial<State>} change */
  function address(change) {
    const next = { ...state, ...change };
    // Until an image is selected, each channel shows its own strongest one.
    const chosen = change.position !== undefined || "image" in selection;
    return context.address("layer", [path, next.channel], {
      image: chosen ? pictures[next.position].id : null,
      cell: next.cell ? next.cell.join(",") : null,
      sort: next.sort === "class" ? null : next.sort,
    });
  }
  let { selection } = route;
  /** @param {Partial<State>} change @param {boolean} [quietly] without a history entry */
  function select(change, quietly = false) {
    context.go(address(change), { replace: quietly });
  }

  const navPlace = html("div");
  const title = html("h1", {});
  const steps = html("p", { class: "channel-steps" });
  const lead = html("p", { class: "lead channel-lead" });
  const reach = html("p", { class: "note" });
  replace(host,
    navPlace,
    html("div", { class: "title-row" }, title, html("p", { class: "subtitle" }, describe(card)), steps, saveControl(context.tell, () => channelOffers(about, state))),
    lead, reach,
    html("div", { class: "halves" }, columns.map((blocks) => html("div", { class: "half" }, blocks.map((block) => block.root)))),
    unknown());

  /** Why there are no statistics over many images, if so. */
  function unknown() {
    if (responses || pictures.length < 2) return null;
    return html("p", { class: "note" }, `This page searches at most ${MOST_SURVEYED} images for those that activate a channel most; the page made by `,
      html("code", {}, "cnnviz report"), " lists them.");
  }

  function draw() {
    const { channel, position } = state;
    const image = maps ? pictures[position].id : null;
    replace(navPlace, layerNav(context, path, { image }));
    replace(title, html("a", { class: "up", href: context.address("layer", path, { image, channel }) }, named(cut(path))), ` · ${noun} ${channel}`,
      isLast ? [", ", named(cut(nameOf(channel)))] : null);
    replace(steps, [-1, 1].map((turn) => step(turn)));
    const response = responses?.of(channel) ?? null;
    replace(lead, responses && response ? verdict(responses, response, {
      positive: about.positive(channel), nameOf,
      idOf: (of) => pictures[of].id, addressOf: (of) => context.address("image", pictures[of].id),
    }) : null);
    const overall = maps?.overall;
    reach.textContent = responses?.whole && response ? reachWords(responses, response, overall ? [overall.low[channel], overall.high[channel]] : null, about.mapped) : "";
    for (const block of columns.flat()) block.show(state);
    view.title = `${path}, ${noun} ${channel}`;
  }

  /** A link to the previous or next channel. @param {number} turn */
  function step(turn) {
    const next = state.channel + turn;
    if (next < 0 || next >= channels) return null;
    return html("a", { href: address({ channel: next, cell: null }), rel: turn < 0 ? "prev" : "next", "aria-label": `${noun} ${next}` },
      turn < 0 ? `← ${next}` : `${next} →`);
  }

  /** Go to the previous or next channel, image or layer. @param {string} key */
  function key(key) {
    // A focused element that uses the arrow keys keeps them.
    if (document.activeElement?.closest("input, [role=radiogroup], .scroller, .folded")) return false;
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (turn) {
      const next = state.channel + turn;
      if (next >= 0 && next < channels) select({ channel: next, cell: null }, true);
      return true;
    }
    const up = { "[": -1, "]": 1 }[key];
    if (up) {
      const next = provider.layers[provider.layers.indexOf(path) + up];
      if (next !== undefined) context.go(context.address("layer", next, { image: maps ? pictures[state.position].id : null }));
      return true;
    }
    const by = { "<": -1, ">": 1 }[key];
    if (!by || !maps) return false;
    const position = maps.positions[maps.positions.indexOf(state.position) + by];
    if (position !== undefined) select({ position }, true);
    return true;
  }

  const view = {
    title: path,
    /** @param {import("../route.js").Route} next */
    update(next) {
      const named = next.page === "layer" ? channelNamed(next.subject, data) : null;
      if (named?.path !== path || named.channel >= channels) return false;
      selection = next.selection;
      state = read(next);
      draw();
      return true;
    },
    key,
    close() { for (const block of columns.flat()) block.close?.(); },
  };
  draw();
  return view;
}
