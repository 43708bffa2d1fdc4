/** `#/compare?of=pairs`: the most confident predictions for two classes, and the images of each that are mistaken for the other. */
import { choice } from "../../parts/radio-buttons.js";
import { html, named, replace } from "../../dom.js";
import { whereabouts } from "../../heat/heatmap.js";
import { layOver } from "../../heat/overlay.js";
import { storedHeats } from "../../heat/stored.js";
import { legend } from "../../parts/legend.js";
import { show } from "../../parts/paint.js";
import { classNamer, sentence } from "../../values/images.js";
import { pick } from "../../parts/select.js";
import { pairOffers } from "../../save/confused-pairs.js";
import { bytes } from "../../values/unpack.js";
import { apart, counted, cut, percent, short } from "../../words.js";
import { coupled, furthest, mapsOf } from "../../compare/two-heatmaps.js";
import { letter } from "../../compare/sides.js";
import { isFlatHeatmap } from "../../values/signal.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../heat/stored.js").Stored} Stored */

/** The most CSS pixels of an image. */
const ROOM = 112;

/** @param {import("../../types.js").With<"pairs">} context @param {(change: import("../../types.js").Selection, quietly?: boolean) => void} go */
export async function confusedView(context, go) {
  const { data, painter, pictures, ramps } = context;
  const found = data.sections.pairs;
  const nameOf = classNamer(data);
  const names = [nameOf(found.a), nameOf(found.b)];
  const couples = coupled(await storedHeats(data, bytes));
  const which = pick("Method", couples.map(([first]) => ({ name: first.key, label: `${first.how.title}${first.how.layers.length ? ` of ${first.how.layers.join(" + ")}` : ""}` })),
    (key) => go({ heat: key === couples[0][0].key ? null : key }));
  const scale = choice("Scale", [{ name: "", label: "per image" }, { name: "pictures", label: "all images" }], (name) => go({ scale: name || null }));
  const keys = html("div", { class: "confused-keys" });
  const place = html("div", {});
  const root = html("div", { class: "confused" },
    html("p", { class: "lead" }, letter("a"), named(cut(names[0], 40)), " or ", letter("b"), named(cut(names[1], 40)), `: evidence for each class, on images chosen from ${counted(found.among, "image")}.`),
    html("div", { class: "controls compare-controls" }, couples.length > 1 ? which.root : null, scale.root), keys, place);
  /** @type {[Stored, Stored]} */
  let couple = couples[0];
  let together = false;

  /** An image with its map for each class, and the difference. @param {number | null} position */
  function card(position) {
    if (position === null) return html("div", { class: "confused-card empty" }, html("p", { class: "note" }, "No more images."));
    const picture = pictures[position];
    const { maps, reach } = mapsOf(couple, position, together);
    const room = innerWidth < 720 ? Math.floor((innerWidth - 80) / 4) : ROOM;
    const signed = couple[0].how.signed;
    const shown = [null, ...maps].map((map, i) => {
      const canvas = html("canvas", { "aria-hidden": "true" });
      const { rgba, height, width } = painter.raster(position);
      if (map) layOver(rgba, height, width, { values: map, rows: couple[0].maps.height, columns: couple[0].maps.width }, reach, signed || i === 3, ramps);
      show(canvas, rgba, width, height, room);
      const title = i === 0 ? `${picture.id}` : i === 3 ? "A − B" : null;
      return html("span", { class: "confused-map" }, canvas, html("span", { class: "confused-title" }, title ?? letter(i === 1 ? "a" : "b"),
        map && isFlatHeatmap(map) ? html("span", { class: "muted" }, "flat") : null));
    });
    const [own, other, difference] = maps.map((map) => whereabouts(map, couple[0].maps.height, couple[0].maps.width));
    const label = `${sentence(picture)}. For ${names[0]} strongest ${own || "nowhere"}, for ${names[1]} ${other || "nowhere"}${difference ? `; they differ most ${difference}` : ""}.`;
    const left = Math.max(0, 1 - picture.probabilities[found.a] - picture.probabilities[found.b]);
    return html("div", { class: "confused-card" },
      html("a", { href: context.address("image", picture.id), "aria-label": label, title: sentence(picture), class: "confused-maps" }, shown),
      html("table", { class: "bars" }, html("caption", { class: "unseen" }, `Probability of each class, image ${picture.id}`),
        html("thead", { class: "unseen" }, html("tr", {}, ["Class", "Bar", "Probability"].map((words) => html("th", { scope: "col" }, words)))),
        html("tbody", {}, [[found.a, names[0]], [found.b, names[1]], [null, "all others"]].map(([index, name]) => {
          const share = index === null ? left : picture.probabilities[/** @type {number} */ (index)];
          const bar = html("div", { class: picture.saidIndex === index ? "bar top" : "bar" });
          bar.style.width = `${100 * share}%`;
          return html("tr", { class: picture.saidIndex === index ? "top" : null },
            html("th", { scope: "row" }, named(cut(String(name), 24)), picture.labelIndex === index ? html("span", { class: "tag" }, "true") : null),
            html("td", { class: "track", "aria-hidden": "true" }, html("div", { class: "bar-room" }, bar)), html("td", { class: "number" }, percent(share)));
        }))),
      together ? null : html("p", { class: "note" }, `color range up to ${short(reach)}`));
  }

  /** @param {string} title @param {string[]} heads @param {(number | null)[][]} rows */
  function block(title, heads, rows) {
    if (!rows.length) return html("section", {}, html("h2", {}, title), html("p", { class: "note" }, "No such images."));
    return html("section", {}, html("h2", {}, title),
      html("div", { class: "confused-grid" }, heads.map((head, i) => html("h3", { class: i ? "second" : null }, letter(i ? "b" : "a"), named(head))), rows.map((row) => row.map(card))));
  }

  return {
    root,
    title: () => `${names[0]} or ${names[1]}`,
    /** @param {Record<string, string>} selection */
    update(selection) {
      couple = couples.find(([first]) => first.key === selection.heat) ?? couples[0];
      together = selection.scale === "pictures";
      which.set(couple[0].key);
      scale.set(together ? "pictures" : "");
      const { how, maps } = couple[0];
      const reach = together ? Math.max(...couple.map((one) => one.reach), furthest(couple)) : 1;
      const [map, gap] = [legend(ramps, together ? how.measures : `relative to the range given below each image; ${how.measures}`), legend(ramps, "A − B: orange = more for A, blue = more for B")];
      map.set([how.signed ? -reach : 0, reach], how.signed, together ? "all images" : "per image");
      gap.set([-reach, reach], true, together ? "all images" : "per image");
      replace(keys, map.root, gap.root, html("p", { class: "note" }, `${how.title}, ${maps.height}×${maps.width} cells${how.layers.length ? ` of ${how.layers.map((/** @type {string} */ path) => apart(cut(path, 24))).join(" + ")}` : ""}, not smoothed. `,
        "From left: the image, the map for the score of A, the map for the score of B, and their difference, all on one scale."));
      replace(place,
        block("Most confident", [`${cut(names[0], 32)}, correct`, `${cut(names[1], 32)}, correct`], found.strongest),
        block("Most confused", [`${cut(names[0], 32)} mistaken for ${cut(names[1], 32)}`, `${cut(names[1], 32)} mistaken for ${cut(names[0], 32)}`], found.confused));
    },
    swapped: () => ({}),
    offers: () => pairOffers(context, found, couple, names),
    /** The selection that another comparison starts with. @param {string} of */
    carry: (of) => (of === "classes" ? { a: found.a, b: found.b } : {}),
    step() {},
    close() {},
  };
}
