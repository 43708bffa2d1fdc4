/** A one-line summary of a layer. */
import { counted, shape } from "../words.js";

/** @typedef {import("../contract.js").Layer} Layer */

/** A layer in one line. @param {Layer} card */
export function describe(card) {
  const parts = [
    card.kind,
    card.activation && card.activation !== "linear" ? card.activation : null,
    shape(card.shape),
    card.again ? "repeated call, no parameters of its own" : card.parameters ? counted(card.parameters, "parameter") : "no parameters",
    card.receptive_field ? `receptive field ${card.receptive_field.join("×")}` : null,
  ];
  return parts.filter(Boolean).join(" · ");
}
