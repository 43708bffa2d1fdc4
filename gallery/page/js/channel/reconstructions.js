/** What in its strongest pictures made a channel answer, led back to pixels, where Python did so. */
import { opened } from "../deconv/opened.js";
import { pairTile, reconstructionKey } from "../deconv/tile.js";
import { html, replace } from "../dom.js";
import { bytes } from "../unpack.js";
import { counted } from "../words.js";

/** @param {import("./about.js").About} about @returns {import("./about.js").Block | null} */
export function reconstructionBlock(about) {
  const { context, path, card } = about;
  const entry = context.data.sections.deconv?.layers.find((/** @type {any} */ one) => one.path === path);
  if (!entry) return null;
  const held = opened(entry, card.shape.length === 3 ? card.shape[1] : 1, bytes);
  const words = html("p", { class: "note" });
  const list = html("div", { class: "deconv-pairs" });
  const root = html("section", { class: "reconstructions" },
    html("h2", {}, "Reconstructions", html("span", { class: "aside" }, entry.title)), words, list, reconstructionKey(context, entry, ""),
    html("p", { class: "note" }, html("a", { href: context.address("deconv", path) }, "all channels")));
  let shown = -1;
  return {
    root,
    show({ channel }) {
      if (channel === shown) return;
      shown = channel;
      held.then((all) => {
        if (channel !== shown) return;
        const row = all.rowOf(channel);
        root.hidden = row < 0;
        if (row < 0) return;
        const places = all.places(row);
        words.textContent = places.length ? `${card.shape.length === 3 ? "What the strongest cell sees" : "The pictures"}, and beside ${card.shape.length === 3 ? "it" : "them"} what in there made it answer.`
          : `Silent: none of the ${counted(entry.set, "picture")} excites it.`;
        replace(list, places.map((_, rank) => pairTile(context, all, row, rank, { scale: "", room: innerWidth < 400 ? 68 : 84, still: () => channel === shown })));
      });
    },
  };
}
