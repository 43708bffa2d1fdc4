/** `#/about`: how each picture was made, and its limits. */
import { html, named, replace } from "../dom.js";
import { computable } from "../values/live-maps.js";
import { whyNotLive } from "../parts/map-origin.js";
import { SCALES } from "../values/colour-scale.js";
import { scroller, table } from "../parts/table.js";
import { counted, cut, number } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").ModelData} ModelData */

export const page = { name: "about", menu: () => ({ label: "About" }), open };

/** @param {HTMLElement} host @param {import("../types.js").With<"about">} context */
function open(host, context) {
  const { data } = context;
  const rounding = Object.entries(data.sections.about.rounding);
  replace(host,
    html("div", { class: "prose" },
      html("h1", {}, "How these pictures were made"),
      html("p", { class: "lead" }, "Each map is what one channel of a layer put out for one picture, after the layer's own activation. Nothing is smoothed and nothing is hidden."),
      html("h2", {}, "Colours and scales"),
      html("p", {}, "A layer that never goes below zero is drawn in viridis, from 0 (dark) up. A layer with both signs is drawn on a ramp centred on zero: dark is nothing, blue is negative, orange is positive. Both grow evenly in lightness. The legend beside a map gives the numbers."),
      html("dl", { class: "pairs" }, SCALES.map((scale) => html("div", {}, html("dt", {}, scale.label), html("dd", {}, scale.meaning)))),
      html("h2", {}, "Dead channels"),
      html("p", {}, `A channel is dead when its map is flat, at the same value, for every one of the ${counted(data.pictures.count, "picture")} here. Other pictures may wake it. A flat map is drawn flat, at its place on the scale, and never stretched.`),
      html("h2", {}, "What a cell sees"),
      html("p", {}, "The box on the picture is the receptive field: the pixels that can change the cell's value, computed from the sizes and strides of all layers before it and cut at the picture's edge. A cell may in fact listen to only part of it."),
      html("h2", {}, "Pixels"),
      html("p", {}, "Pictures and maps are enlarged by whole numbers of screen pixels, so one cell stays one square. Where a map has more cells than the screen has room, it is reduced instead."),
      rounding.length ? html("h2", {}, "Exactness") : null,
      rounding.length ? html("p", {}, "Each stored map is kept in 256 steps between its own lowest and highest value; these two, and zero, are exact. Other values are off by a step at most:") : null,
      rounding.length ? scroller("Rounding", table("Largest rounding error", [{ title: "Layer" }, { title: "At most off by", number: true }],
        rounding.map(([path, value]) => [named(cut(path)), number(/** @type {number} */ (value))]))) : null,
      html("h2", {}, "What this page computes"),
      html("p", {}, ...running(data)),
      data.network?.manifest ? [
        html("h2", {}, "Heatmaps"),
        html("p", {}, "Grad-CAM (Selvaraju et al. 2017) sums a layer's maps, each weighted by the mean slope of the class's score over it, and keeps what is above zero. The gradient (Simonyan et al. 2014) is the score's slope at each pixel. Occlusion (Zeiler & Fergus 2014) hides one patch after another and shows how far the score drops; a patch lies evenly about its cell and is filled with the ground of the model's pictures, or with the picture's mean. The score is the logit, before the softmax."),
        html("p", {}, "“Cells” shows each map at its own resolution. “Smooth” interpolates Grad-CAM between the middles of its cells, and gives a pixel the mean of all patches that hid it; neither adds any detail. A heatmap made here is raw: nothing says yet how far it can be believed."),
      ] : null,
      data.sections.heatmaps ? [html("h2", {}, "Heatmaps made in Python"), madeInPython(data.sections.heatmaps.made)] : null,
      data.sections.deconv ? [html("h2", {}, "Reconstructions"), madeInPython(data.sections.deconv.layers)] : null,
      html("h2", {}, "Limits"),
      html("p", {}, `A bright map shows where a channel answers, not why the model decided as it did. A channel may wait for something that ${data.pictures.count === 1 ? "the one picture here does not show" : `none of the ${counted(data.pictures.count, "picture")} here shows`}.`),
      html("p", { class: "note" }, `${data.generator}, data of version ${data.schema_version}; model `, html("code", {}, data.model.hash), ", pictures ", html("code", {}, data.pictures.hash), "."),
    ));
  return { title: "About", update: () => true };
}

/** How each was made: what it measures, its parameters and what has to be known. @param {(import("../contract.js").Heatmaps["made"][number] | import("../contract.js").Reconstructions)[]} made */
function madeInPython(made) {
  return html("dl", { class: "pairs" }, made.map((how) => html("div", {},
    html("dt", {}, how.title),
    html("dd", {}, named(cut(how.target, 60)), how.layers.length ? [" at ", named(cut(how.layers.join(" + "), 48))] : null,
      `: ${[how.measures, ...Object.entries(how.parameters).map(([name, value]) => `${name} ${value}`), how.paper, ...how.notes, `computed by ${how.engine}`].filter(Boolean).join("; ")}.`))));
}

/** Whether the network runs here, and how exactly. @param {ModelData} data @returns {import("../dom.js").One[]} */
function running(data) {
  const why = whyNotLive(data);
  if (why) return why;
  const { manifest } = /** @type {import("../types.js").LiveContext["data"]} */ (data).network;
  const stored = new Set(data.maps.map((maps) => maps.path));
  const live = computable(manifest, data.model.layers.map((layer) => layer.path)).filter((path) => !stored.has(path));
  return [
    "The trained network itself is in this page and runs in it. ",
    live.length ? `Maps of ${counted(live.length, "layer")} are not stored but computed when they are looked at. ` : null,
    "Its weights are rounded to 16 bits, which moves a value by less than a thousandth of the largest in its layer.",
    data.pictures.range[1] === data.pictures.peak && data.pictures.range[0] === 0 ? null : " Pictures are taken as they are stored here, in 256 steps.",
  ];
}
