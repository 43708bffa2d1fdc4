/** The channel's map of the selected image, enlarged. */
import { html, replace } from "../dom.js";
import { imageAndMap, roomFor, HERO } from "../parts/image-and-map.js";
import { COMPUTED } from "../parts/map-origin.js";
import { unitOverPictures } from "../parts/channel-stats.js";
import { ends, scaleReady } from "../values/color-scale.js";

/** @param {import("./context.js").About} about @returns {import("./context.js").Block | null} */
export function pictureBlock(about) {
  const { maps, context, path, card, select } = about;
  if (!maps) return null;
  const { pictures } = context;
  const hero = imageAndMap(context, maps, card, {
    pinned: (cell) => select({ cell }, true),
    left: () => select({ cell: null }, true),
  });
  const title = html("h2", {});
  const all = html("a", {});
  const noun = maps.spatial ? "channel" : "unit";
  let closed = false;
  /** @type {import("./context.js").State | null} */
  let state = null;

  /** @param {import("./context.js").State} next */
  const show = (next) => {
    state = next;
    const { id } = pictures[next.position];
    title.textContent = `On image ${id}`;
    all.textContent = `all ${noun}s on image ${id}`;
    all.href = context.address("layer", path, { image: id, channel: next.channel });
    // One range for all images, so that they can be compared.
    const scale = scaleReady(maps, "shared");
    const between = ends(maps, scale.name, next.position, next.channel);
    hero.colorKey.set(between, maps.signed, scale.label);
    hero.show(next, between);
    replace(hero.mapWords, html("span", { class: "hero-title" }, `${maps.spatial ? "Channel" : "Unit"} ${next.channel}`));
    if (!hero.big) replace(hero.unitsPlace, unitOverPictures(maps, pictures, next.position, next.channel, roomFor(HERO), (position) => select({ position })));
  };
  if (maps.live && !maps.live.ready) maps.live.whenReady?.then(() => { if (!closed && state) show(state); });
  return {
    root: html("section", { class: "on-picture" },
      html("div", { class: "all-head" }, title, html("p", { class: "note" }, all)),
      html("div", { class: "heroes" }, hero.figures, hero.readout),
      maps.live ? html("p", { class: "note computed" }, COMPUTED) : null),
    show,
    close() { closed = true; hero.close(); },
  };
}
