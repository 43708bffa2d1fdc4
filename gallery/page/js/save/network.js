/** The files that the network page can save. */
import { csv } from "./csv.js";
import { download } from "./download.js";
import { titled } from "./shared-facts.js";

/** @typedef {import("../types.js").Context} Context */

/** Styles of the page that the drawing needs. */
const STYLED = ["fill", "stroke", "stroke-width", "font-size", "font-weight", "font-family"];

/** @param {Context} context @param {SVGSVGElement} drawn @returns {import("./save-button.js").Offer[]} */
export function networkOffers(context, drawn) {
  const { data } = context;

  function drawing() {
    const copy = /** @type {SVGSVGElement} */ (drawn.cloneNode(true));
    const copies = copy.querySelectorAll("*");
    drawn.querySelectorAll("*").forEach((own, i) => {
      const style = getComputedStyle(own);
      if (["rect", "path", "text"].includes(own.localName)) for (const name of STYLED) copies[i].setAttribute(name, style.getPropertyValue(name));
      // Links do not work outside of this page.
      copies[i].removeAttribute("href");
    });
    copy.style.minWidth = "";
    copy.style.backgroundColor = getComputedStyle(document.body).backgroundColor;
    download(titled(context, ["network"], "svg"), new XMLSerializer().serializeToString(copy), "image/svg+xml");
  }

  function layers() {
    const columns = ["layer", "kind", "activation", "output", "parameters", "reads"];
    const rows = data.model.layers.map((layer) => [layer.path, layer.kind, layer.activation, layer.shape.join("×"), layer.parameters, layer.inputs.map((/** @type {string} */ path) => path || "input").join(" ")]);
    download(titled(context, ["network"], "csv"), csv(columns, rows), "text/csv;charset=utf-8");
  }

  return [
    { kind: "SVG", what: "network diagram", save: drawing },
    { kind: "CSV", what: "layers and their inputs", save: layers },
  ];
}
