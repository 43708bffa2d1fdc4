/** What the comparison of two models offers to save. */
import { shares } from "../compare/standing.js";
import { classNamer } from "../picture.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { classFacts, origin, pictureFacts, plain, titled } from "./facts.js";
import { jsonText } from "./json.js";

/** @typedef {import("../picture.js").Picture} Picture */

/**
 * @param {any} context @param {{ model: any, pictures: Picture[] }} other the second model and what it says to the same pictures
 * @param {Record<string, number[]>} lists positions of pictures, by who is right @param {number | null} position of the picture that is shown
 * @returns {import("./control.js").Offer[]}
 */
export function modelPairOffers(context, other, lists, position) {
  const { data, pictures } = context;
  const nameOf = classNamer(data);
  const sides = [pictures, other.pictures];
  const labelled = pictures[0].right !== null;
  const classes = labelled ? shares(sides, data.pictures.probabilities.classes).map(({ i, count, a, b }) => (
    { class: i, name: nameOf(i), pictures: count, a: plain(a), b: plain(b), difference: plain(a - b) })) : null;
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, [other.model.name, ...parts], suffix);

  /** The same picture as both see it. @param {number} at */
  function both(at) {
    const { id, name, label, ...a } = pictureFacts(pictures[at]);
    const b = pictureFacts(other.pictures[at]);
    return { id, name, label, a, b: { predicted: b.predicted, probability: b.probability, right: b.right } };
  }

  function fourfold() {
    const { both: all, a, b, neither } = lists;
    download(named("csv", "right"), csv(["", "B right", "B wrong"], [["A right", all.length, a.length], ["A wrong", b.length, neither.length]]), "text/csv;charset=utf-8");
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

  function everything() {
    const count = pictures.length;
    const document = {
      ...origin(context, "model comparison"),
      models: [data.model, other.model].map((model, i) => ({
        name: model.name, hash: model.hash, parameters: model.parameters,
        accuracy: labelled ? plain(sides[i].filter((/** @type {Picture} */ p) => p.right).length / count) : null,
      })),
      count, agreement: plain((count - lists.differ.length) / count),
      right: labelled ? { both: lists.both.length, only_a: lists.a.length, only_b: lists.b.length, neither: lists.neither.length } : null,
      classes,
      shown: position === null ? null : { id: pictures[position].id, a: classFacts(pictures[position].probabilities, nameOf), b: classFacts(other.pictures[position].probabilities, nameOf) },
      pictures: lists.all.map(both),
    };
    download(named("json"), jsonText(document), "application/json");
  }

  return [
    ...(labelled ? [
      { kind: "CSV", what: "who is right: both, only A, only B, neither", save: fourfold },
      { kind: "CSV", what: "the share of each class that is recognised", save: byClass },
    ] : []),
    { kind: "CSV", what: "every picture: what each of the two says", save: byPicture },
    { kind: "JSON", what: "everything: models, who is right, classes, pictures", save: everything },
  ];
}
