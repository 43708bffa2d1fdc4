/** The address of a view: page, subject and selection, all in the hash. */

/**
 * @typedef {object} Route
 * @property {string} page the page's name, "" for the overview
 * @property {string | null} subject the page's subject: an image's number, a layer's path
 * @property {Record<string, string>} selection image, channel, cell, scale, sort …
 */

/** @param {string} hash @returns {Route} */
export function parse(hash) {
  const text = hash.replace(/^#?\/?/, "");
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  const slash = path.indexOf("/");
  /** @type {Record<string, string>} */
  const selection = {};
  for (const part of (mark < 0 ? "" : text.slice(mark + 1)).split("&")) {
    const equals = part.indexOf("=");
    if (equals > 0) selection[decode(part.slice(0, equals))] = decode(part.slice(equals + 1));
  }
  return {
    page: decode(slash < 0 ? path : path.slice(0, slash)),
    // Everything that follows: layers of nested models have slashes, encoded or not.
    subject: slash < 0 ? null : decode(path.slice(slash + 1)),
    selection,
  };
}

/**
 * @param {string} page
 * @param {string | number | (string | number)[] | null} [subject] several parts become steps of the path: a layer and a channel
 * @param {import("./types.js").Selection} [selection] null and "" are left out
 */
export function format(page, subject = null, selection = {}) {
  const path = [page, ...(subject === null ? [] : [subject].flat())].map((part) => encode(String(part))).join("/");
  const parts = Object.keys(selection)
    .filter((key) => selection[key] !== null && selection[key] !== undefined && selection[key] !== "")
    .map((key) => `${encode(key)}=${encode(String(selection[key]))}`);
  return `#/${path}${parts.length ? `?${parts.join("&")}` : ""}`;
}

/** @param {string} text */
function encode(text) {
  // Commas stay readable: cell=3,4.
  return encodeURIComponent(text).replace(/%2C/g, ",");
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
