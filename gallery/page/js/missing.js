/** A page that says that something is not here, and where to go. */
import { html, replace } from "./dom.js";

/** @param {HTMLElement} host @param {string} words @returns {import("./start.js").View} */
export function missing(host, words) {
  replace(host, html("h1", {}, "Not in this page"), html("p", { class: "lead" }, words),
    html("p", {}, html("a", { href: "#/" }, "To the overview")));
  return { title: "Not in this page", update: () => false };
}
