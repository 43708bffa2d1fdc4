/** One or ten images of each class, and the mean, median and deviation of all of them. */
import { choice } from "../parts/radio-buttons.js";
import { html, replace } from "../dom.js";
import { legend } from "../parts/legend.js";
import { show } from "../parts/paint.js";
import { counted, cut, whole } from "../words.js";
import { className, section } from "./section-parts.js";

/** @typedef {import("../types.js").BareContext} BareContext */
/** @typedef {import("./section-parts.js").Report} Report */
/** @typedef {import("./section-parts.js").Part} Part */

/** @param {BareContext} context @param {Report} report @param {(change: Partial<import("./unpack-report.js").State>) => void} go @returns {Part} */
export function examples(context, report, go) {
  const many = choice("Show", [{ name: "", label: "one per class" }, { name: "ten", label: "ten per class" }], (name) => go({ ten: name === "ten" }));
  const which = report.two ? choice("Set", report.sets.map((set, /** @type {number} */ i) => ({ name: String(i), label: cut(set.name, 24) })), (name) => go({ of: Number(name) })) : null;
  const place = html("div", {});
  const { names, shown } = report;
  const known = new Set(context.pictures.map((picture) => picture.id));
  let now = "";

  /** @param {number} thumb @param {number} number @param {string} name @param {number} room */
  function picture(thumb, number, name, room) {
    const canvas = html("canvas", { role: "img", "aria-label": `Image ${number}, ${name}` });
    report.thumb(canvas, thumb, room);
    return known.has(number) ? html("a", { href: context.address("image", number) }, canvas) : canvas;
  }

  return {
    name: "examples", title: "Images",
    root: section("examples", "Examples", shown.length < names.length ? `${whole(shown.length)} of ${whole(names.length)} classes, the largest` : report.sets[0].labelled ? "first image of each class" : "evenly spaced through the set",
      html("div", { class: "controls data-controls" }, many.root, which?.root), place),
    show(state) {
      const set = state.of === 1 ? 1 : 0;
      many.set(state.ten ? "ten" : "");
      which?.set(String(set));
      const wanted = `${state.ten} ${set}`;
      if (wanted === now) return;
      now = wanted;
      const rows = shown.map((k, i) => ({ name: report.sets[set].classes[k]?.name ?? "", count: report.sets[set].classes[k]?.pictures ?? 0, held: report.entry.examples[set][i] ?? [] }));
      const narrow = innerWidth < 720;
      replace(place, state.ten
        ? html("div", { class: "data-rows" }, rows.map((row) => html("div", { class: "data-row" },
          html("h3", {}, className(row.name)),
          html("div", { class: "data-strip" }, row.held.map((/** @type {number[]} */ [thumb, number]) => picture(thumb, number, row.name, narrow ? 58 : 96))))))
        : html("ul", { class: "data-one data-large" }, rows.map((row) => html("li", {},
          html("div", { class: "data-thumb" }, row.held.length ? picture(row.held[0][0], row.held[0][1], row.name, narrow ? 140 : 196) : html("span", { class: "muted" }, "no image")),
          html("span", { class: "said-class" }, className(row.name)), " ", html("span", { class: "share" }, counted(row.count, "image"))))));
    },
  };
}

/** @type {Record<string, { label: string, words: string }>} */
const FACES = {
  mean: { label: "mean", words: "Mean of each pixel over all images of the class." },
  median: { label: "median", words: "Median of each pixel: half of the images are darker there." },
  deviation: { label: "deviation", words: "Standard deviation of each pixel: bright where the images of the class differ." },
};

/** @param {BareContext} context @param {Report} report @param {(change: Partial<import("./unpack-report.js").State>) => void} go @returns {Part} */
export function faces(context, report, go) {
  const { names, shown, height, width } = report;
  const kinds = ["mean", ...(report.entry.medians ? ["median"] : []), "deviation"];
  const kind = choice("Image", kinds.map((name) => ({ name, label: FACES[name].label })), (face) => go({ face }));
  const sets = report.sets.map((set, /** @type {number} */ i) => ({ name: String(i), label: cut(set.name, 24) }));
  const which = report.two ? choice("Set", [...sets, ...(report.same ? [{ name: "2", label: "difference" }] : [])], (name) => go({ of: Number(name) })) : null;
  const list = html("ul", { class: "data-one data-faces" });
  const key = legend(context.ramps, "pixel value");
  const words = html("p", { class: "note" });
  const { peak } = report.sets[0];

  return {
    name: "faces", title: "Mean images",
    root: section("faces", "Mean, median and deviation", null, html("div", { class: "controls data-controls" }, kind.root, which?.root), list, html("div", { class: "data-legend" }, key.root, words)),
    show(state) {
      kind.set(state.face);
      which?.set(String(state.of));
      const narrow = innerWidth < 720;
      const held = shown.map((k, i) => ({ k, i })).filter(({ k }) => state.of !== 1 || k < report.sets[1].classes.length);
      const values = held.map(({ i }) => (state.of === 2
        ? report.flat(Float32Array.from(report.face(0, state.face, i), (value, at) => value - report.face(1, state.face, i)[at]))
        : state.face === "deviation" ? report.flat(report.face(state.of, state.face, i)) : report.face(state.of, state.face, i)));
      const known = values.map((one) => !Number.isNaN(one[0]));
      const reach = values.reduce((most, one) => one.reduce((high, value) => Math.max(high, Math.abs(value) || 0), most), 0);
      const gray = state.of !== 2 && state.face !== "deviation";
      replace(list, held.map(({ k }, at) => {
        const name = report.sets[state.of === 1 ? 1 : 0].classes[k].name;
        const canvas = html("canvas", { role: "img", "aria-label": `${FACES[state.face].label} image of ${name}` });
        if (known[at]) show(canvas, gray ? report.seen(values[at], peak) : report.colored(values[at], state.of === 2 ? [-reach, reach] : [0, reach], state.of === 2), width, height, narrow ? 96 : 112);
        return html("li", {}, html("div", { class: "data-thumb" }, known[at] ? canvas : html("span", { class: "muted" }, "no images")), html("span", { class: "said-class" }, className(name)));
      }));
      key.root.hidden = gray;
      if (!gray) key.set(state.of === 2 ? [-reach, reach] : [0, reach], state.of === 2, "all classes");
      words.textContent = state.of === 2 ? `${FACES[state.face].words} Difference: ${cut(report.sets[0].name, 40)} minus ${cut(report.sets[1].name, 40)}.` : `${FACES[state.face].words} ${names.length > 1 ? "" : "Computed over all images."}`;
    },
  };
}
