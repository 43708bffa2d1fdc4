/** The filter and sort order of the images, parsed from the address and written back. */
import { SORTS, sortSuits } from "./sorts.js";

/**
 * @typedef {object} Wish
 * @property {number | null} label only of this true class
 * @property {number | null} said only of this predicted class
 * @property {number[]} but none of these predicted classes
 * @property {boolean | null} right only the right or the wrong ones
 * @property {number} low the least confidence, 0 to 1
 * @property {number} high the most
 * @property {string} find part of a file's name, or how a number begins
 * @property {string} sort
 */

/** The keys of the address for the filter. */
export const KEYS = ["true", "pred", "but", "right", "conf", "find", "sort"];

/** @type {Wish} */
export const EVERYTHING = { label: null, said: null, but: [], right: null, low: 0, high: 1, find: "", sort: SORTS[0].name };

/**
 * The query in an address, without invalid parts.
 * @param {Record<string, string>} selection @param {{ classes: number, labelled: boolean, scored?: boolean }} known
 * @returns {Wish}
 */
export function readWish(selection, { classes, labelled, scored = true }) {
  const [low, high] = range(scored ? selection.conf : undefined);
  return {
    label: labelled ? index(selection.true, classes) : null,
    said: scored ? index(selection.pred, classes) : null,
    but: !scored ? [] : [...new Set((selection.but ?? "").split("-").map((one) => index(one, classes)).filter((one) => one !== null))],
    right: labelled && scored && /^[01]$/.test(selection.right ?? "") ? selection.right === "1" : null,
    low, high,
    find: selection.find ?? "",
    sort: sortNamed(selection.sort, { labelled, scored }),
  };
}

/** The query as part of an address, without defaults. @param {Wish} wish */
export function writeWish(wish) {
  return {
    true: wish.label, pred: wish.said, but: wish.but.join("-") || null,
    right: wish.right === null ? null : Number(wish.right),
    conf: wish.low > 0 || wish.high < 1 ? `${wish.low}-${wish.high}` : null,
    find: wish.find,
    sort: wish.sort === EVERYTHING.sort ? null : wish.sort,
  };
}

/** Whether the query selects every image. @param {Wish} wish */
export function wantsAll(wish) {
  return Object.values(writeWish({ ...wish, find: wish.find.trim(), sort: EVERYTHING.sort })).every((value) => value === null || value === "");
}

/** Without labels there is no loss; low confidence replaces it. @param {string | undefined} name @param {{ labelled: boolean, scored: boolean }} known */
function sortNamed(name, known) {
  const sort = SORTS.find((one) => one.name === name) ?? SORTS[0];
  if (sortSuits(sort, known)) return sort.name;
  return known.scored && sort.needsLabels ? "unsure" : SORTS[0].name;
}

/** @param {string | undefined} text @param {number} classes */
function index(text, classes) {
  return /^\d{1,9}$/.test(text ?? "") && Number(text) < classes ? Number(text) : null;
}

/** @param {string | undefined} text @returns {[number, number]} */
function range(text) {
  const found = /^(\d*\.?\d+)-(\d*\.?\d+)$/.exec(text ?? "");
  if (!found) return [0, 1];
  const ends = found.slice(1).map((end) => Math.min(1, Number(end)));
  return [Math.min(...ends), Math.max(...ends)];
}
