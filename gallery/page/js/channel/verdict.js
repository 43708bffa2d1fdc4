/** A sentence that sums up a channel's measures. */
import { html, named } from "../dom.js";
import { counted, cut, number, percent } from "../words.js";

/** @typedef {import("./responses.js").Answer} Answer */
/** @typedef {import("../dom.js").One} One */

/**
 * @param {import("./responses.js").Answers} answers @param {Answer} answer
 * @param {{ positive: boolean, nameOf: (i: number) => string, idOf: (position: number) => number, addressOf: (position:
 *   number) => string }} known whether it is never negative, and the names of things
 * @returns {One[]}
 */
export function verdict(answers, answer, known) {
  const pictures = answers.whole ? counted(answers.pictures, "image") : `${counted(answers.pictures, "image")} here`;
  if (answer.low === answer.high) {
    if (answers.pictures === 1) return [`Its highest value is ${number(answer.high)}.`];
    return [answer.high === 0 && known.positive ? `Dead: 0 on all ${pictures}.` : `Its highest value is ${number(answer.high)} on all ${pictures}.`];
  }
  const best = answer.profile[0];
  const zeros = known.positive && answer.low === 0 ? answer.lowTies : 0;
  const { position, value } = answer.top[0];
  const zero = zeros ? `0 on ${percent(zeros / answers.pictures)} of the ${pictures}` : null;
  return [
    best && !Number.isNaN(best.mean)
      ? html("span", {}, answers.by === "label" ? "Responds most to " : "Responds most to images predicted as ", html("b", {}, named(cut(known.nameOf(best.index)))), "; ") : null,
    zero ? `${zero}; ` : null,
    `${best || zero ? "its" : "Its"} highest value${zero ? "" : ` over the ${pictures}`} is `, html("b", {}, number(value)), ", on ",
    html("a", { href: known.addressOf(position) }, `image ${known.idOf(position)}`), ".",
  ];
}

/** The range of its values and the share that is not zero, over all images searched. @param {import("./responses.js").Answers} answers @param {Answer} answer @param {[number, number] | null} reach @param {boolean} mapped */
export function reachWords(answers, answer, reach, mapped) {
  const parts = [
    reach ? `values from ${number(reach[0])} to ${number(reach[1])}` : null,
    answer.active === null ? null : `${percent(answer.active)} of ${mapped ? "cells" : "values"} not zero`,
  ].filter(Boolean);
  return parts.length ? `Over ${counted(answers.pictures, "image")}: ${parts.join(", ")}.` : "";
}
