/** A channel's strongest and weakest images projected back to pixels, where Python made these reconstructions. */
import { opened } from "../deconv/unpack.js";
import { pairTile, reconstructionKey, deadWords } from "../deconv/patch.js";
import { html, replace } from "../dom.js";
import { bytes } from "../values/unpack.js";
import { channelBlock } from "./channel-block.js";

/** @param {import("./context.js").About} about @returns {import("./context.js").Block | null} */
export function reconstructionBlock(about) {
  const { context, path } = about;
  const entry = context.data.sections.deconv?.layers.find((one) => one.path === path);
  return entry ? block(about, entry, html("p", { class: "note" }, html("a", { href: context.address("deconv", path) }, "all channels"))) : null;
}

/** The same for the images that activate it least. @param {import("./context.js").About} about @returns {import("./context.js").Block | null} */
export function lowestReconstructionBlock(about) {
  const entry = about.context.data.sections.deconv?.lowest?.find((one) => one.path === about.path);
  return entry ? block(about, entry, null) : null;
}

/** @param {import("./context.js").About} about @param {import("../contract.js").Reconstructions} entry @param {HTMLElement | null} further */
function block({ context, card }, entry, further) {
  const lowest = entry.extremes === "bottom";
  const mapped = card.shape.length === 3;
  const held = opened(entry, mapped ? card.shape[1] : 1, bytes);
  const words = html("p", { class: "note" });
  const list = html("div", { class: "deconv-pairs" });
  const key = reconstructionKey(context, entry, "");
  const root = html("section", { class: lowest ? "reconstructions lowest-reconstructions" : "reconstructions" },
    html("h2", {}, lowest ? "Reconstructions of the lowest images" : "Reconstructions", html("span", { class: "aside" }, entry.title)), words, list, key, further);
  return channelBlock(root, (channel, still) => {
    held.then((all) => {
      if (!still()) return;
      const row = all.rowOf(channel);
      root.hidden = row < 0;
      if (row < 0) return;
      const places = all.places(row);
      const without = entry.kept - places.length;
      words.textContent = !places.length ? deadWords(entry)
        : `${mapped ? "The receptive field of the strongest cell" : "The images"}, next to the reconstruction of what activated the ${mapped ? "channel" : "unit"}.`
          + (lowest && without ? ` For ${without} of the ${entry.kept} lowest the activation is 0, so there is nothing to project back.` : "");
      key.hidden = !places.length;
      replace(list, places.map(({ rank }) => pairTile(context, all, row, rank, { scale: "", room: innerWidth < 400 ? 68 : 84, still })));
    });
  });
}
