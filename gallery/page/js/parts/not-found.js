/** The page shown when something is not in the file, or cannot be done, with a link to the overview. */
import { html, replace } from "../dom.js";

/** @typedef {import("../types.js").View} View */

/**
 * @param {HTMLElement} host @param {string} words @param {import("../dom.js").One[] | null} [more] @param {string} [title]
 * @returns {View}
 */
export function missing(host, words, more = null, title = "Not found") {
  replace(host, html("h1", {}, title), html("p", { class: "lead" }, words),
    more ? html("p", { class: "prose" }, more) : null,
    html("p", {}, html("a", { href: "#/" }, "Go to the overview")));
  return { title, update: () => false };
}
