/** Steps through the filtered images on an image's page, whose address keeps the filter. */
import { columnsOf } from "./columns.js";
import { matching } from "./filter.js";
import { sorter } from "./sorts.js";
import { classCount } from "../values/images.js";
import { KEYS, readWish, writeWish } from "./filter-query.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @typedef {object} Among
 * @property {import("../types.js").Selection} asked the query as part of an address @property {string} back address of
 * the grid
 * @property {number[]} positions
 */

/**
 * The images that match the filter in an address; null without a filter, or if it excludes this image.
 * @param {Context} context @param {Record<string, string>} selection @param {number} position
 * @returns {Among | null}
 */
export function among(context, selection, position) {
  if (!KEYS.some((key) => selection[key] !== undefined)) return null;
  const columns = columnsOf(context.pictures);
  const wish = readWish(selection, { classes: classCount(context.data), labelled: columns.labelled, scored: columns.scored });
  const positions = Array.from(matching(columns, wish, sorter(columns)));
  if (!positions.includes(position)) return null;
  const asked = writeWish(wish);
  return { asked, positions, back: context.address("images", null, asked) };
}
