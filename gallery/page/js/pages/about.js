/** `#/about`: how each figure is made, and its limits. */
import { html, named, replace } from "../dom.js";
import { computable } from "../values/live-maps.js";
import { whyNotLive } from "../parts/map-origin.js";
import { SCALES } from "../values/color-scale.js";
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
      html("h1", {}, "How these figures are made"),
      html("p", { class: "lead" }, "Each map is the output of one channel of a layer for one image, after the layer's activation function. Nothing is smoothed and nothing is hidden."),
      html("h2", {}, "Colors and scales"),
      html("p", {}, "A layer without negative values is drawn in viridis, from 0 (dark) upwards. A layer with both signs is drawn on a diverging scale centered on zero: dark is zero, blue is negative, orange is positive. Both scales are perceptually uniform in lightness. The legend next to a map gives the numbers."),
      html("dl", { class: "pairs" }, SCALES.map((scale) => html("div", {}, html("dt", {}, scale.label), html("dd", {}, scale.meaning)))),
      html("h2", {}, "Dead channels"),
      html("p", {}, `A channel is dead if its map is flat, with the same value on ${data.pictures.count === 1 ? "the one image" : `all ${counted(data.pictures.count, "image")}`} of this page. Other images may activate it. A flat map is drawn in one color at its place on the scale and is never stretched.`),
      html("h2", {}, "Receptive field"),
      html("p", {}, "The box on the image is the receptive field: the pixels that can change the cell's value, computed from the kernel sizes and strides of all previous layers and clipped at the image's edge. In practice a cell may depend on only part of it."),
      html("h2", {}, "Pixels"),
      html("p", {}, "Images and maps are enlarged by whole numbers of screen pixels, so each cell stays square. Maps that do not fit the screen are reduced instead."),
      rounding.length ? html("h2", {}, "Precision") : null,
      rounding.length ? html("p", {}, "Each stored map is quantized to 256 levels between its lowest and highest value; these two and zero are exact. Other values have at most this error:") : null,
      rounding.length ? scroller("Rounding", table("Maximum rounding error", [{ title: "Layer" }, { title: "Maximum error", number: true }],
        rounding.map(([path, value]) => [named(cut(path)), number(/** @type {number} */ (value))]))) : null,
      html("h2", {}, "What this page computes"),
      html("p", {}, ...running(data)),
      data.network?.manifest?.classes ? [
        html("h2", {}, "Heatmaps"),
        html("p", {}, "Grad-CAM (Selvaraju et al. 2017) sums a layer's maps, each weighted by the mean gradient of the class score over it, and keeps the positive part. The gradient (Simonyan et al. 2014) is the derivative of the score with respect to each pixel. Occlusion (Zeiler & Fergus 2014) hides one patch after another and shows how far the score drops; a patch is centered on its cell and filled with the background of the model's images, or with the image mean. The score is the logit, before the softmax."),
        html("p", {}, "“Cells” shows each map at its own resolution. “Smooth” interpolates Grad-CAM between cell centers, and for occlusion gives each pixel the mean of all patches that cover it; neither adds detail. A heatmap computed here is raw and not tested for faithfulness."),
      ] : null,
      data.sections.heatmaps ? [html("h2", {}, "Heatmaps computed in Python"), madeInPython(data.sections.heatmaps.made)] : null,
      data.sections.deconv ? [html("h2", {}, "Reconstructions"), madeInPython(data.sections.deconv.layers)] : null,
      html("h2", {}, "Limits"),
      html("p", {}, `A bright map shows where a channel is active, not why the model decided as it did. A channel may respond to something that ${data.pictures.count === 1 ? "the one image here does not show" : `none of the ${counted(data.pictures.count, "image")} here shows`}.`),
      html("p", { class: "note" }, `${data.generator}, data version ${data.schema_version}; model `, html("code", {}, data.model.hash), ", images ", html("code", {}, data.pictures.hash), "."),
    ));
  return { title: "About", update: () => true };
}

/** How each was made: its measure, parameters and limits. @param {(import("../contract.js").Heatmaps["made"][number] | import("../contract.js").Reconstructions)[]} made */
function madeInPython(made) {
  return html("dl", { class: "pairs" }, made.map((how) => html("div", {},
    html("dt", {}, how.title),
    html("dd", {}, named(cut(how.target, 60)), how.layers.length ? [" at ", named(cut(how.layers.join(" + "), 48))] : null,
      `: ${[how.measures, ...Object.entries(how.parameters).map(([name, value]) => `${name} ${value}`), how.paper, ...how.notes, `computed by ${how.engine}`].filter(Boolean).join("; ")}.`))));
}

/** Whether the network runs in the page, and with what precision. @param {ModelData} data @returns {import("../dom.js").One[]} */
function running(data) {
  const why = whyNotLive(data);
  if (why) return why;
  const { manifest } = /** @type {import("../types.js").LiveContext["data"]} */ (data).network;
  const stored = new Set(data.maps.map((maps) => maps.path));
  const live = computable(manifest, data.model.layers.map((layer) => layer.path)).filter((path) => !stored.has(path));
  return [
    "This page contains the trained network and runs it. ",
    live.length ? `Maps of ${counted(live.length, "layer")} are not stored but computed on demand. ` : null,
    "Its weights are rounded to 16 bits, which changes a value by less than a thousandth of the largest in its layer.",
    data.pictures.range[1] === data.pictures.peak && data.pictures.range[0] === 0 ? null : " Its input is the images as stored here, in 256 levels.",
  ];
}
