/** A layer in words. */
import { counted, shape } from "../words.js";

/** @typedef {import("../contract.js").Layer} Layer */

/** What a layer is, in a line. @param {Layer} card */
export function describe(card) {
  const parts = [
    card.kind,
    card.activation && card.activation !== "linear" ? card.activation : null,
    shape(card.shape),
    card.again ? "called again, without parameters of its own" : card.parameters ? counted(card.parameters, "parameter") : "no parameters",
    card.receptive_field ? `each ${card.shape.length === 3 ? "cell" : "unit"} sees ${card.receptive_field.join("×")} pixels` : null,
  ];
  return parts.filter(Boolean).join(" · ");
}
