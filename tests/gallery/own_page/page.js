/** `#/receptive-fields?image=7&layer=conv2`: how much of an image one unit of each layer reads. */
import { html, named, replace, svg } from "cnnviz/dom.js";
import { table } from "cnnviz/parts/table.js";
import { csv } from "cnnviz/save/csv.js";
import { download } from "cnnviz/save/download.js";
import { saveControl } from "cnnviz/save/save-button.js";
import { fieldOf } from "cnnviz/values/map-statistics.js";
import { percent, whole } from "cnnviz/words.js";

export const page = { name: "receptive-fields", menu: () => ({ label: "Receptive fields" }), open };

function open(host, context, route) {
  const { layers } = context.data.sections["receptive-fields"];
  const [height, width] = context.data.model.input_shape;
  const share = (layer) => layer.pixels / (height * width);
  const place = html("div", { class: "own-field" });

  function show({ selection }) {
    const chosen = layers.find((layer) => layer.path === selection.layer) ?? layers[0];
    const card = context.data.model.layers.find((layer) => layer.path === chosen.path);
    const [top, left, bottom, right] = fieldOf(card, card.shape[0] >> 1, card.shape[1] >> 1, height, width);
    const words = `A unit in the middle of ${chosen.path} reads ${bottom - top} by ${right - left} pixels`;
    replace(place,
      html("p", { class: "lead" }, "A unit in the middle of ", named(chosen.path), ` reads ${whole(chosen.pixels)} pixels, ${percent(share(chosen))} of the image.`),
      svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "own-picture", role: "img", "aria-label": words },
        svg("rect", { class: "own-ground", width, height }),
        svg("rect", { class: "own-box", x: left, y: top, width: right - left, height: bottom - top })),
      table("Receptive field of each layer", [{ title: "Layer" }, { title: "Pixels", number: true }, { title: "Share of the image", number: true }],
        layers.map((layer) => [html("a", { href: context.address(page.name, null, { layer: layer.path }) }, named(layer.path)), whole(layer.pixels), percent(share(layer))])));
  }

  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "Receptive fields"), saveControl(context.tell, () => [
      { kind: "CSV", what: "the receptive field of each layer", save: () => download("receptive-fields.csv", csv(["layer", "pixels"], layers.map((layer) => [layer.path, layer.pixels])), "text/csv;charset=utf-8") },
    ])),
    place);
  show(route);
  return { title: "Receptive fields", update: (next) => { show(next); return true; } };
}
