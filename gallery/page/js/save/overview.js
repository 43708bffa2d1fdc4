/** The files that the overview can save: the confusion matrix, the layers, and everything on the page. */
import { hasMatrix, isConfusionKnown } from "../parts/confusion-matrix.js";
import { confusionOfAll } from "../parts/evaluation-scope.js";
import { byName } from "../values/bare.js";
import { classNamer } from "../values/images.js";
import { confusionSheet } from "./confusion-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, plain, titled } from "./shared-facts.js";
import { png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/map-provider.js").LayerMaps} LayerMaps */

/**
 * @param {import("../types.js").With<"overview">} context @param {LayerMaps[]} opened the layers with maps @returns
 * {import("./save-button.js").Offer[]}
 */
export function overviewOffers(context, opened) {
  const { data, pictures } = context;
  const nameOf = classNamer(data);
  const classes = pictures[0].probabilities.length;
  const { found, count: counted } = isConfusionKnown(pictures) ? confusionOfAll(context, classes) : { found: null, count: 0 };
  const all = Array.from({ length: classes }, (_, i) => i);
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, parts.length ? parts : ["overview"], suffix);
  const few = hasMatrix(classes);

  /** Rows are true classes, columns predicted ones; with too many classes for a matrix, the confused pairs. */
  function confused() {
    if (!found) return;
    const table = few
      ? csv(["true class", ...all.map(nameOf), "pictures"], all.map((label) => [nameOf(label), ...all.map((said) => found.count(label, said)), found.totals[label]]))
      : csv(["true class", "predicted class", "pictures", "share"], found.confused.map(({ label, said, count, share }) => [nameOf(label), nameOf(said), count, plain(share)]));
    download(named("csv", few ? "confusion" : "confused"), table, "text/csv;charset=utf-8");
  }

  async function sheet() {
    if (!found) return;
    download(named("png", "confusion"), await png(confusionSheet({ found, count: counted, names: all.map(nameOf), ramp: context.ramps.viridis, credit: credit(data, []) }, 2)), "image/png");
  }

  async function layers() {
    const dead = await deadOf(context, opened);
    const rows = data.model.layers.map((layer) => [
      layer.path, layer.kind, layer.activation, layer.shape.join("×"), layer.parameters, layer.receptive_field?.join("×") ?? null, dead[layer.path]?.length ?? null,
    ]);
    download(named("csv", "layers"), csv(["layer", "kind", "activation", "output", "parameters", "a cell sees", "silent channels"], rows), "text/csv;charset=utf-8");
  }

  async function everything() {
    const { count, height, width, channels, range, hash, notes } = data.pictures;
    const document = {
      ...origin(context, "overview"),
      model: data.model,
      pictures: { count, height, width, channels, range, hash, labelled: data.pictures.labels !== null, notes },
      findings: data.sections.overview.findings,
      right: found && found.right,
      accuracy: found && plain(found.right / counted),
      confusion: found && few ? all.map((label) => all.map((said) => found.count(label, said))) : null,
      confused: found && found.confused.map(({ label, said, count: often, share }) => ({ label: nameOf(label), predicted: nameOf(said), count: often, share: plain(share) })),
      silent: await deadOf(context, opened),
    };
    download(named("json"), jsonText(document), "application/json");
  }

  return [
    ...(found && few ? [{ kind: "PNG", what: "sheet with the confusion matrix", save: sheet }] : []),
    ...(found && (few || found.confused.length) ? [{ kind: "CSV", what: few ? "confusion matrix: predictions per true class" : "confused classes, most frequent first", save: confused }] : []),
    { kind: "CSV", what: "layers: kind, output, parameters, dead channels", save: layers },
    { kind: "JSON", what: "everything: model, training, findings, confusion", save: everything },
  ];
}

/** The dead channels of each layer, if known. @param {import("../types.js").With<"overview">} context @param {LayerMaps[]} opened */
async function deadOf(context, opened) {
  /** @type {Record<string, number[]>} */
  const dead = byName();
  const told = context.data.sections.layer?.silent ?? byName();
  for (const { path, live } of opened) {
    if (told[path]) dead[path] = told[path];
    else if (live?.whenReady) {
      await live.whenReady;
      dead[path] = live.dead();
    }
  }
  return dead;
}
