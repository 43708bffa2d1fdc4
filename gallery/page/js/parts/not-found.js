/** A page that says that something is not here, and where to go. */
import { html, replace } from "../dom.js";

/** @typedef {import("../types.js").View} View */

/**
 * @param {HTMLElement} host @param {string} words @param {import("../dom.js").One[] | null} [more]
 * @returns {View}
 */
export function missing(host, words, more = null) {
  replace(host, html("h1", {}, "Not in this page"), html("p", { class: "lead" }, words),
    more ? html("p", { class: "prose" }, more) : null,
    html("p", {}, html("a", { href: "#/" }, "To the overview")));
  return { title: "Not in this page", update: () => false };
}
