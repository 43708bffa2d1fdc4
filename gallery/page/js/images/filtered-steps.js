/** Steps through the filtered images on an image's page, whose address keeps the filter. */
import { columnsOf } from "./columns.js";
import { matching } from "./filter.js";
import { sorter } from "./sorts.js";
import { KEYS, readWish, writeWish } from "./filter-query.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @typedef {object} Among
 * @property {import("../types.js").Selection} asked the part of an address that says which pictures
 * @property {string} back where they all are
 * @property {number[]} positions
 */

/**
 * The pictures that an address speaks of; null where it names no filter, or one that leaves this picture out.
 * @param {Context} context @param {Record<string, string>} selection @param {number} position
 * @returns {Among | null}
 */
export function among(context, selection, position) {
  if (!KEYS.some((key) => selection[key] !== undefined)) return null;
  const columns = columnsOf(context.pictures);
  const wish = readWish(selection, { classes: context.pictures[0].probabilities.length, labelled: columns.labelled });
  const positions = Array.from(matching(columns, wish, sorter(columns)));
  if (!positions.includes(position)) return null;
  const asked = writeWish(wish);
  return { asked, positions, back: context.address("images", null, asked) };
}
