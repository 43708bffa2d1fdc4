/** The files that the map of the images can save. */
import { html } from "../dom.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { jsonText } from "./json.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {Context} context @param {import("../contract.js").Embedding} entry @param {import("../values/images.js").Picture[]} shown
 * @param {Record<string, Float32Array>} maps x and y of each image, by the map's name @param {HTMLCanvasElement} seen
 * the displayed map
 * @returns {import("./save-button.js").Offer[]}
 */
export function embeddingOffers(context, entry, shown, maps, seen) {
  const names = Object.keys(maps);
  /** @param {string} suffix */
  const called = (suffix) => titled(context, ["map", entry.layer], suffix);
  /** @param {string} name @param {number} i */
  const place = (name, i) => [plain(maps[name][2 * i]), plain(maps[name][2 * i + 1])];

  async function picture() {
    const flat = html("canvas", {});
    [flat.width, flat.height] = [seen.width, seen.height];
    const pen = /** @type {CanvasRenderingContext2D} */ (flat.getContext("2d"));
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, flat.width, flat.height);
    pen.drawImage(seen, 0, 0);
    const made = await new Promise((done) => flat.toBlob(done, "image/png"));
    download(called("png"), made, "image/png");
  }

  function rows() {
    const columns = ["picture", "true class", "predicted class", ...names.flatMap((name) => [`${name} x`, `${name} y`])];
    download(called("csv"), csv(columns, shown.map((one, i) => [one.id, one.label, one.scored ? one.said : null, ...names.flatMap((name) => place(name, i))])), "text/csv;charset=utf-8");
  }

  function everything() {
    const { layer, features, explained, pictures } = entry;
    download(called("json"), jsonText({
      ...origin(context, "embedding"), layer, features, explained, mapped: pictures, maps: names,
      pictures: shown.map((one, i) => ({ ...pictureFacts(one), ...Object.fromEntries(names.map((name) => [name, place(name, i)])) })),
    }), "application/json");
  }

  return [
    { kind: "PNG", what: "the map as shown", save: picture },
    { kind: "CSV", what: "position and class of each image", save: rows },
    { kind: "JSON", what: "the same, with the layer and the explained variance", save: everything },
  ];
}
