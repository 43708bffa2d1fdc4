/** The files that the draw page can save. */
import { colorUnit } from "../parts/paint.js";
import { prepare } from "../values/model-input.js";
import { classNamer } from "../values/images.js";
import { counted } from "../words.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { drawingSheet } from "./drawing-sheet.js";
import { classFacts, classTable, origin, plain, titled } from "./shared-facts.js";
import { animation, png } from "./png-gif.js";
import { jsonText } from "./json.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {import("../types.js").LiveContext} context
 * @param {ReturnType<typeof import("../draw/drawing.js").board>} drawn
 * @param {Float32Array} probabilities of the drawing as it is
 * @param {() => import("../heat/panel.js").Overlay | null} overlay on the page
 * @returns {import("./save-button.js").Offer[]}
 */
export function drawingOffers(context, drawn, probabilities, overlay) {
  const { data } = context;
  const { manifest } = data.network;
  const { height, width, channels } = drawn;
  const nameOf = classNamer(data);
  const shares = probabilities.slice();
  const credit = `${data.model.name} · drawn by hand, ${height}×${width} pixels · ${data.generator}`;
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, ["drawing", ...parts], suffix);

  /** @param {Float32Array} unit */
  function raster(unit) {
    const rgba = new Uint8ClampedArray(4 * height * width);
    colorUnit(unit, channels, rgba);
    return { rgba, height, width };
  }

  async function still() {
    download(named("png"), await png(drawingSheet({ raster: raster(drawn.pixels), shares, nameOf, credit, title: "A drawing", overlay: overlay() }, 2)), "image/png");
  }

  /** @param {(words: string) => void} told */
  async function moving(told) {
    // A separate network: the page's continues to run on the drawing.
    const net = await context.network();
    const views = drawn.history().map((unit, i, all) => {
      prepare(manifest.input, unit, net.input);
      net.run();
      return { raster: raster(unit), shares: net.probabilities.slice(), nameOf, credit, title: `Step ${i} of ${all.length - 1}`, overlay: null };
    });
    const last = views.length - 1;
    const content = await animation(views.length, (i) => drawingSheet(views[i], 1), {
      hundredths: (i) => (i === last ? 200 : 60), ramps: [], pictures: views.map((view) => view.raster.rgba),
      told: (done) => told(`Frame ${done} of ${views.length} …`),
    });
    download(named("gif", "steps"), content, "image/gif");
  }

  /** Rows of pixels, from black 0 to white 1; three channels for color. */
  function pixelRows() {
    return Array.from({ length: height }, (_, y) => Array.from(drawn.pixels.subarray(y * width * channels, (y + 1) * width * channels), plain));
  }

  const { columns, rows } = classTable(shares, nameOf);
  const heads = Array.from({ length: width * channels }, (_, i) => (channels === 1 ? String(i) : `${Math.floor(i / 3)}${"rgb"[i % 3]}`));
  return [
    { kind: "PNG", what: "sheet with the drawing, its classes and the heatmap", save: still },
    ...(drawn.steps > 0 ? [{ kind: "GIF", what: `animation of the drawing: ${counted(drawn.steps + 1, "frame")}, each with its class`, save: moving }] : []),
    { kind: "CSV", what: "probability of each class", save: () => download(named("csv", "classes"), csv([...columns], rows.map((row) => [...row])), "text/csv;charset=utf-8") },
    { kind: "CSV", what: "pixels, 0 (black) to 1 (white)", save: () => download(named("csv", "pixels"), csv(["row", ...heads], pixelRows().map((row, y) => [y, ...row])), "text/csv;charset=utf-8") },
    { kind: "JSON", what: "pixels and classes", save: () => download(named("json"), jsonText({ ...origin(context, "drawing"), source: null, classes: classFacts(shares, nameOf), height, width, channels, pixels: pixelRows() }), "application/json") },
  ];
}
