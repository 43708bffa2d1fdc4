/** A sentence that sums up a channel's measures. */
import { html, named } from "../dom.js";
import { counted, cut, number, percent } from "../words.js";

/** @typedef {import("./responses.js").ChannelResponses} ChannelResponses */
/** @typedef {import("../dom.js").One} One */

/**
 * @param {import("./responses.js").Responses} responses @param {ChannelResponses} response
 * @param {{ positive: boolean, nameOf: (i: number) => string, idOf: (position: number) => number, addressOf: (position:
 *   number) => string }} known whether it is never negative, and the names of things
 * @returns {One[]}
 */
export function verdict(responses, response, known) {
  const pictures = responses.whole ? counted(responses.pictures, "image") : `${counted(responses.pictures, "image")} here`;
  if (response.low === response.high) {
    if (responses.pictures === 1) return [`Its highest value is ${number(response.high)}.`];
    return [response.high === 0 && known.positive ? `Dead: 0 on all ${pictures}.` : `Its highest value is ${number(response.high)} on all ${pictures}.`];
  }
  const best = response.profile[0];
  const zeros = known.positive && response.low === 0 ? response.lowTies : 0;
  const { position, value } = response.top[0];
  const zero = zeros ? `0 on ${percent(zeros / responses.pictures)} of the ${pictures}` : null;
  return [
    best && !Number.isNaN(best.mean)
      ? html("span", {}, responses.by === "label" ? "Responds most to " : "Responds most to images predicted as ", html("b", {}, named(cut(known.nameOf(best.index)))), "; ") : null,
    zero ? `${zero}; ` : null,
    `${best || zero ? "its" : "Its"} highest value${zero ? "" : ` over the ${pictures}`} is `, html("b", {}, number(value)), ", on ",
    html("a", { href: known.addressOf(position) }, `image ${known.idOf(position)}`), ".",
  ];
}

/** The range of its values and the share that is not zero, over all images searched. @param {import("./responses.js").Responses} responses @param {ChannelResponses} response @param {[number, number] | null} reach @param {boolean} mapped */
export function reachWords(responses, response, reach, mapped) {
  const parts = [
    reach ? `values from ${number(reach[0])} to ${number(reach[1])}` : null,
    response.active === null ? null : `${percent(response.active)} of ${mapped ? "cells" : "values"} not zero`,
  ].filter(Boolean);
  return parts.length ? `Over ${counted(responses.pictures, "image")}: ${parts.join(", ")}.` : "";
}
