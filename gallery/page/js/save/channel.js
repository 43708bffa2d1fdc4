/** The files that a channel's page can save. */
import { endOf, patchOf } from "../channel/top-images.js";
import { profileRows } from "../channel/class-profile.js";
import { binned } from "../channel/histogram.js";
import { counted } from "../words.js";
import { channelSheet } from "./channel-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { channelFacts, mapRows, origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";

/** @typedef {import("../channel/context.js").About} About */

const ENDS = /** @type {const} */ (["highest", "lowest"]);

/**
 * @param {About} about @param {import("../channel/context.js").State} state
 * @returns {import("./save-button.js").Offer[]}
 */
export function channelOffers(about, state) {
  const { responses, maps, kernel, context, card, path, nameOf } = about;
  const { pictures } = context;
  const { channel } = state;
  const noun = about.mapped ? "channel" : "unit";
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, [path, `${noun}-${channel}`, ...parts], suffix);
  const classes = responses?.by ? profileRows(responses, channel, state.sort).map(({ index, mean }) => ({ class: index, name: nameOf(index), mean: plain(mean), pictures: responses.counts[index] })) : null;
  const ends = responses ? ENDS.map((name) => ({ name, ...endOf(responses, channel, name) })).filter((end) => end.name === "highest" || responses.pictures > 1) : [];
  const found = ends.flatMap((end) => end.places.map((place, i) => ({ end: end.name, rank: i + 1, ...placeFacts(about, place) })));

  function extremes() {
    const columns = ["end", "rank", "number", "file", "true class", "predicted class", "right", "value", "row", "column", "sees top", "sees left", "sees bottom", "sees right"];
    download(named("csv", "pictures"), csv(columns, found.map(({ end, rank, picture, value, cell, sees }) => [
      end, rank, picture.id, picture.name, picture.label, picture.predicted, picture.right === null ? null : String(picture.right), value,
      ...(cell ?? [null, null]), ...(sees ?? [null, null, null, null]),
    ])), "text/csv;charset=utf-8");
  }

  function profile() {
    download(named("csv", "classes"), csv(["class", "name", "mean", "pictures"], (classes ?? []).map((row) => [row.class, row.name, row.mean, row.pictures])), "text/csv;charset=utf-8");
  }

  function everything() {
    const response = responses?.of(channel);
    const { kind, activation, shape, receptive_field } = card;
    const document = {
      ...origin(context, noun),
      layer: { path, kind, activation, shape, receptive_field },
      [noun]: channel,
      pictures: responses?.pictures ?? null,
      highest: response ? plain(response.high) : null,
      lowest_of_highest: response ? plain(response.low) : null,
      share_active: typeof response?.active === "number" ? plain(response.active) : null,
      ends: ends.map(({ name, value, ties, places }) => ({ end: name, value: plain(value), pictures_that_reach_it: ties, pictures: places.map((place) => placeFacts(about, place)) })),
      profile: classes && { by: responses?.by, classes },
      histogram: responses && response && responses.pictures > 1 && response.low < response.high ? spread(response) : null,
      kernel: kernel && kernelFacts(kernel, channel),
      on_picture: maps && { ...pictureFacts(pictures[state.position]), ...channelFacts(maps, state.position, channel), values: mapRows(maps, state.position, channel) },
    };
    download(named("json"), jsonText(document), "application/json");
  }

  /** Whether there is anything to save. */
  const drawn = responses !== null || (kernel !== null && kernel.height * kernel.width > 1);
  return [
    ...(drawn ? [{ kind: "PNG", what: "sheet with its top images, receptive fields and kernel", save: async () => download(named("png"), await png(channelSheet(about, channel, 2)), "image/png") }] : []),
    ...(found.length ? [{ kind: "CSV", what: `the ${counted(found.length, "highest and lowest image")}: value, cell, receptive field`, save: extremes }] : []),
    ...(classes ? [{ kind: "CSV", what: "mean per class", save: profile }] : []),
    { kind: "JSON", what: `everything: ${[responses && "images", classes && "classes", responses && "histogram", kernel && "weights", maps && "its map"].filter(Boolean).join(", ")}`, save: everything },
  ];
}

/** An image at one end: its number and classes, the value, its cell and the cell's receptive field, ends excluded. @param {About} about @param {import("../channel/responses.js").Place} place */
function placeFacts(about, place) {
  const columns = about.card.shape[1];
  return {
    picture: pictureFacts(about.context.pictures[place.position]), value: plain(place.value),
    cell: about.mapped ? [Math.floor(place.cell / columns), place.cell % columns] : null,
    sees: patchOf(about, place),
  };
}

/** @param {import("../channel/responses.js").ChannelResponses} response */
function spread(response) {
  const { bins, zeros, from } = binned(response, null);
  return { zeros, edges: Array.from({ length: bins.length + 1 }, (_, i) => plain(from(i))), counts: bins };
}

/** @param {import("../values/weights.js").Kernel} kernel @param {number} channel */
function kernelFacts(kernel, channel) {
  const { height, width, from, kind, rounded } = kernel;
  const { slices, bias } = kernel.of(channel);
  return {
    from, height, width, ...(kind ? { kind } : {}),
    precision: rounded ? "rounded to 16 bits" : "exact", bias: plain(bias),
    slices: slices.map(({ input, norm, values }) => ({ input, norm: plain(norm), values: Array.from(values, plain) })),
  };
}
