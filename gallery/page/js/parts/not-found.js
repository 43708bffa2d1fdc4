/** The page shown when something is not in the file, with a link to the overview. */
import { html, replace } from "../dom.js";

/** @typedef {import("../types.js").View} View */

/**
 * @param {HTMLElement} host @param {string} words @param {import("../dom.js").One[] | null} [more]
 * @returns {View}
 */
export function missing(host, words, more = null) {
  replace(host, html("h1", {}, "Not found"), html("p", { class: "lead" }, words),
    more ? html("p", { class: "prose" }, more) : null,
    html("p", {}, html("a", { href: "#/" }, "Go to the overview")));
  return { title: "Not found", update: () => false };
}
