/** The files that the comparison of two models can save. */
import { classNamer } from "../values/images.js";
import { cardsSheet, MOST } from "./cards-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { classFacts, origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { animation, png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";
import { apart } from "./paper.js";
import { counted, percent, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../values/images.js").Picture} Picture */

/**
 * @param {Context} context @param {{ model: import("../contract.js").Model, pictures: Picture[] }} other the second
 * model and its predictions for the same images
 * @param {Record<string, number[]>} lists positions of images, by which model is right
 * @param {import("../compare/model-agreement.js").Standing} stand @param {ReturnType<typeof
 * import("../compare/model-agreement.js").shares> | null} held each model's accuracy per class
 * @param {number | null} position of the displayed image
 * @returns {import("./save-button.js").Offer[]}
 */
export function modelPairOffers(context, other, lists, stand, held, position) {
  const { data, pictures } = context;
  const nameOf = classNamer(data);
  const sides = [pictures, other.pictures];
  const labelled = pictures[0].right !== null;
  const classes = held ? held.map(({ i, count, a, b }) => (
    { class: i, name: nameOf(i), pictures: count, a: plain(a), b: plain(b), difference: plain(a - b) })) : null;
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, [other.model.name, ...parts], suffix);

  /** The same image with both predictions. @param {number} at */
  function both(at) {
    const { id, name, label, ...a } = pictureFacts(pictures[at]);
    const b = pictureFacts(other.pictures[at]);
    return { id, name, label, a, b: { predicted: b.predicted, probability: b.probability, right: b.right } };
  }

  function fourfold() {
    const { both: all, a, b, neither } = stand;
    download(named("csv", "right"), csv(["", "B right", "B wrong"], [["A right", all, a], ["A wrong", b, neither]]), "text/csv;charset=utf-8");
  }

  function byClass() {
    const rows = (classes ?? []).map((row) => [row.class, row.name, row.pictures, row.a, row.b, row.difference]);
    download(named("csv", "classes"), csv(["class", "name", "pictures", "A", "B", "A - B"], rows), "text/csv;charset=utf-8");
  }

  function byPicture() {
    /** @param {boolean | null} right */
    const told = (right) => (right === null ? null : String(right));
    const rows = lists.all.map((at) => {
      const { id, name, label, a, b } = both(at);
      return [id, name, label, a.predicted, a.probability, told(a.right), b.predicted, b.probability, told(b.right)];
    });
    download(named("csv", "pictures"), csv(["number", "file", "true class", "A predicts", "A confidence", "A right", "B predicts", "B confidence", "B right"], rows), "text/csv;charset=utf-8");
  }

  // Images with different predictions, the most confident disagreements first.
  const cards = lists.differ.slice(0, MOST).map((at) => ({
    raster: context.painter.raster(at),
    lines: [
      { words: `A ${apart(sides[0][at].said)} ${percent(sides[0][at].sure)}` },
      { words: `B ${apart(sides[1][at].said)} ${percent(sides[1][at].sure)}` },
      { words: labelled ? `true class: ${apart(sides[0][at].label ?? "")}` : `image ${sides[0][at].id}`, ink: /** @type {const} */ ("muted") },
    ],
  }));
  const about = {
    title: `${apart(data.model.name)} and ${apart(other.model.name)}`,
    subtitle: `A and B disagree on ${whole(stand.count - stand.same)} of ${counted(stand.count, "image")}${cards.length < stand.count - stand.same ? `; the ${cards.length} most confident disagreements` : ""}`,
    notes: [`A ${apart(data.model.name)} · B ${apart(other.model.name)}`, credit(data, [])],
  };

  /** @param {(words: string) => void} told */
  async function moving(told) {
    const content = await animation(cards.length, (i) => cardsSheet({ ...about, cards: [cards[i]], large: true }, 1),
      { hundredths: () => 100, ramps: [], pictures: cards.map((card) => card.raster.rgba), told: (done) => told(`Frame ${done} of ${cards.length} …`) });
    download(named("gif"), content, "image/gif");
  }
  const still = async () => download(named("png"), await png(cardsSheet({ ...about, cards }, 2)), "image/png");

  function everything() {
    const document = {
      ...origin(context, "model comparison"),
      models: [data.model, other.model].map((model, i) => ({
        name: model.name, hash: model.hash, parameters: model.parameters,
        accuracy: labelled ? plain((stand.both + (i ? stand.b : stand.a)) / stand.count) : null,
      })),
      count: stand.count, agreement: plain(stand.same / stand.count),
      right: labelled ? { both: stand.both, only_a: stand.a, only_b: stand.b, neither: stand.neither } : null,
      classes,
      shown: position === null ? null : { id: pictures[position].id, a: classFacts(pictures[position].probabilities, nameOf), b: classFacts(other.pictures[position].probabilities, nameOf) },
      pictures: lists.all.map(both),
    };
    download(named("json"), jsonText(document), "application/json");
  }

  return [
    ...(cards.length ? [{ kind: "PNG", what: "sheet with the images on which they disagree", save: still }] : []),
    ...(cards.length > 1 ? [{ kind: "GIF", what: `the same as an animation: ${counted(cards.length, "frame")}`, save: moving }] : []),
    ...(labelled ? [
      { kind: "CSV", what: "correct predictions: both, only A, only B, neither", save: fourfold },
      { kind: "CSV", what: "accuracy per class", save: byClass },
    ] : []),
    { kind: "CSV", what: "both predictions for every image", save: byPicture },
    { kind: "JSON", what: "everything: models, agreement, classes, images", save: everything },
  ];
}
