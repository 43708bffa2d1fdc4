/** `#/network`: the layers as a graph, with shapes and parameters. */
import { html, named, replace, svg } from "../dom.js";
import { saveControl } from "../save/save-button.js";
import { networkOffers } from "../save/network.js";
import { scroller, table } from "../parts/table.js";
import { counted, cut, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/** The smallest size of the drawing, as a share of its own. */
const SMALLEST = 0.75;

export const page = { name: "network", under: "", menu: () => null, open };

/** @param {HTMLElement} host @param {import("../types.js").With<"network">} context */
function open(host, context) {
  const { data } = context;
  // A layer that is called repeatedly is drawn per call but counted once.
  const once = data.model.layers.filter((layer) => !layer.again);
  const drawn = picture(context);
  // On a narrow screen the drawing shrinks as long as its words stay legible, and scrolls beyond.
  drawn.style.minWidth = `${Math.round(data.sections.network.width * SMALLEST)}px`;
  const room = scroller("The network's layers as a graph", drawn);
  // A wide graph is scrolled to its center, where the input is.
  requestAnimationFrame(() => { room.scrollLeft = (room.scrollWidth - room.clientWidth) / 2; });
  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "The network"), saveControl(context.tell, () => networkOffers(context, drawn))),
    html("p", { class: "lead" }, named(cut(data.model.name, 60)), `: ${counted(once.length, "layer")}, ${counted(data.model.parameters, "parameter")}.`),
    html("div", { class: "network-place" },
      room,
      html("div", { class: "network-words" }, kinds(once),
        html("p", { class: "note" }, once.length < data.model.layers.length ? "A layer that is called more than once is drawn once per call but counted once; only the first box shows its parameters. " : null,
          "Each box shows a layer's name, kind, output shape and parameter count. The bar length is the square root of the parameter count, so that small layers stay visible. A frame is a nested model. Click a layer to open it."))));
  return { title: "The network", update: () => true };
}

/** @param {import("../types.js").With<"network">} context */
function picture(context) {
  const { width, height, box: [wide, high], boxes, lines, frames } = context.data.sections.network;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "network-picture", role: "group", "aria-label": "Layers from the input at the top to the output" },
    svg("defs", {}, svg("marker", { id: "network-end", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { class: "net-point", d: "M0 0L8 4L0 8z" }))),
    frames.map(({ name, box: [left, top, right, bottom] }) => [
      svg("rect", { class: "net-frame", x: left, y: top, width: right - left, height: bottom - top, rx: 8 }),
      svg("text", { class: "net-kind", x: left + 10, y: top + 15 }, cut(name, 40)),
    ]),
    lines.map((/** @type {string} */ line) => svg("path", { class: "net-line", d: line, "marker-end": "url(#network-end)" })),
    boxes.map((box) => {
      const parts = [
        svg("rect", { class: "net-box", x: box.x, y: box.y, width: wide, height: high, rx: 3 }),
        svg("text", { class: "net-name", x: box.x + 10, y: box.y + 19 }, box.shown[0]),
        svg("text", { class: "net-kind", x: box.x + 10, y: box.y + 35 }, box.shown[1]),
        svg("text", { class: "net-kind", x: box.x + wide - 10, y: box.y + 19, "text-anchor": "end" }, box.shape),
        svg("text", { class: "net-kind", x: box.x + wide - 10, y: box.y + 35, "text-anchor": "end" }, box.parameters ? whole(box.parameters) : ""),
        box.weight ? svg("rect", { class: "net-weight", x: box.x, y: box.y + high - 3, width: wide * box.weight, height: 3 }) : null,
      ];
      const words = `${box.path ?? "input"}: ${box.kind}, ${box.shape}${box.parameters ? `, ${counted(box.parameters, "parameter")}` : ""}`;
      return box.path !== null && context.provider.layers.includes(box.path)
        ? svg("a", { href: context.address("layer", box.path), "aria-label": words, class: "net-link" }, svg("title", {}, words), parts)
        : svg("g", { role: "img", "aria-label": words }, svg("title", {}, words), parts);
    }));
}

/** The number of layers and parameters of each kind. @param {import("../contract.js").Layer[]} layers */
function kinds(layers) {
  /** @type {Map<string, { count: number, parameters: number }>} */
  const found = new Map();
  for (const { kind, parameters } of layers) {
    const one = found.get(kind) ?? { count: 0, parameters: 0 };
    found.set(kind, { count: one.count + 1, parameters: one.parameters + parameters });
  }
  const ranked = [...found].sort((a, b) => b[1].parameters - a[1].parameters || b[1].count - a[1].count);
  return table("Layers by kind", [{ title: "Kind" }, { title: "Layers", number: true }, { title: "Parameters", number: true }],
    ranked.map(([kind, { count, parameters }]) => [named(cut(kind, 32)), whole(count), parameters ? whole(parameters) : "–"]));
}
