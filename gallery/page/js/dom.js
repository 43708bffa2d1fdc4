/** Make elements. Text goes in as text nodes only: what a user named can never become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} One what can be put into an element */
/** @typedef {One | One[] | (One | One[] | (One | One[])[])[]} Child one, or lists of them */

/**
 * Make an HTML element. Attributes that are functions become listeners ("click"), true is an empty attribute,
 * null, undefined and false leave it out.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {any}
 */
export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Make an SVG element in the same way.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A name that a user gave: kept apart from the direction of the text around it. @param {string} text */
export function named(text) {
  return html("bdi", {}, text);
}

/**
 * Put these children, and nothing else, into an element.
 * @param {Element} element
 * @param {...Child} children
 */
export function replace(element, ...children) {
  element.replaceChildren(.../** @type {(Node | string)[]} */ (nodes(children)));
}

/** @param {unknown[]} children */
function nodes(children) {
  return children
    .flat(3)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "number" ? String(child) : child));
}

/** @param {any} element @param {Record<string, unknown>} attributes @param {unknown[]} children */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...nodes(children));
  return element;
}
