/** On a layer's page: a sortable table of all its filters, with dead and duplicate filters marked. */
import { html, replace } from "../dom.js";
import { scroller } from "../parts/table.js";
import { capital, counted, number, percent } from "../words.js";
import { marksOf, nearness } from "./filter-measures.js";

/** @typedef {import("./filter-measures.js").FilterNumbers} FilterNumbers */

/** Rows shown before "show all". */
const MOST = 128;

/** The sortable columns, with their number formats. @param {import("../contract.js").Filters["layers"][string]} entry @param {string} noun @returns {{ name: string, title: string, of: (one: FilterNumbers) => number, say: (one: FilterNumbers) => string }[]} */
function columnsOf(entry, noun) {
  /** @param {number} value */
  const said = (value) => (Number.isNaN(value) ? "–" : number(value));
  return [
    { name: "number", title: capital(noun), of: (one) => one.filter, say: (one) => String(one.filter) },
    { name: "norm", title: "Norm", of: (one) => one.norm, say: (one) => said(one.norm) },
    { name: "entropy", title: "Entropy", of: (one) => one.entropy, say: (one) => (Number.isNaN(one.entropy) ? "–" : one.entropy.toFixed(2)) },
    { name: "dead", title: "Dead", of: (one) => one.dead, say: (one) => percent(one.dead) },
    { name: "selectivity", title: "Selectivity", of: (one) => one.selectivity, say: (one) => said(one.selectivity) },
    { name: "twin", title: "Twin", of: nearness, say: () => "" },
    ...(entry.measure ? [
      { name: "structure", title: capital(entry.measure), of: (/** @type {FilterNumbers} */ one) => one.structure, say: (/** @type {FilterNumbers} */ one) => said(one.structure) },
      { name: "p", title: "p", of: (/** @type {FilterNumbers} */ one) => one.p, say: (/** @type {FilterNumbers} */ one) => said(one.p) },
    ] : []),
  ];
}

/**
 * The filters in the order of the address: "norm" highest first, "-norm" lowest first; undefined values last.
 * @param {FilterNumbers[]} all @param {string} sort @param {ReturnType<typeof columnsOf>} columns
 */
export function sorted(all, sort, columns) {
  const name = sort.replace(/^-/, "");
  const column = columns.find((one) => one.name === name);
  if (!column) return all;
  const turn = sort.startsWith("-") ? 1 : -1;
  return [...all].sort((a, b) => {
    const [x, y] = [column.of(a), column.of(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.filter - b.filter;
    return turn * (x - y) || a.filter - b.filter;
  });
}

/**
 * @param {import("../contract.js").Filters["layers"][string]} entry of the contract @param {FilterNumbers[]} all @param {string} noun
 * @param {{ addressOf: (filter: number) => string, sortBy: (sort: string) => void, picture: ((filter: number) =>
 *   HTMLElement) | null }} ways `picture`: a filter's weights, if they form an image
 */
export function filterList(entry, all, noun, ways) {
  const columns = columnsOf(entry, noun);
  const head = html("tr", {});
  const body = html("tbody", {});
  const more = html("button", { type: "button", class: "more", click: () => { shown = all.length; draw(); } }, `show all ${all.length}`);
  const root = html("section", { class: "filter-list", "aria-label": `Measures of the ${entry.noun}s` },
    html("h2", {}, `${capital(entry.noun)}s`),
    entry.finding ? html("p", { class: "note" }, `${capital(entry.finding.replace(/^[^:]*: /, ""))}`) : null,
    scroller(`Measures of all ${entry.noun}s`, html("table", {}, html("caption", { class: "unseen" }, `Measures of the ${counted(all.length, entry.noun)}`), html("thead", {}, head), body)),
    more,
    html("p", { class: "note" }, ways.picture ? `Weights on the image: each on its own scale, centered on 0, blue = negative, orange = positive. ` : null, meanings(entry)));
  /** @type {Map<number, HTMLElement>} */
  const drawn = new Map();
  let sort = "-number";
  let shown = Math.min(MOST, all.length);

  /** Redraw the table; the clicked heading keeps the focus. */
  function draw() {
    const name = sort.replace(/^-/, "");
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.closest?.("[data-sort]")?.getAttribute("data-sort");
    replace(head, columns.map((column) => {
      const up = column.name === name ? (sort.startsWith("-") ? "ascending" : "descending") : null;
      // The first click sorts highest first, for filter numbers and p lowest first.
      const first = column.name === "number" || column.name === "p" ? `-${column.name}` : column.name;
      const next = up ? (sort.startsWith("-") ? column.name : `-${column.name}`) : first;
      return html("th", { scope: "col", class: "number", "aria-sort": up }, html("button", { type: "button", "data-sort": column.name, click: () => ways.sortBy(next) },
        column.title, html("span", { class: "turn", "aria-hidden": "true" }, up === "ascending" ? "▲" : up ? "▼" : "")));
    }), html("th", { scope: "col" }, html("span", { class: "unseen" }, "Marks")));
    replace(body, sorted(all, sort, columns).slice(0, shown).map((one) => html("tr", { "data-filter": one.filter }, columns.map((column) => cell(column, one)),
      html("td", { class: "marks" }, marksOf(one).join(", ")))));
    more.hidden = shown >= all.length;
    if (focused) /** @type {HTMLElement | null} */ (head.querySelector(`[data-sort="${focused}"]`))?.focus();
  }

  /** Drawn once and reused when the table is sorted. @param {number} filter */
  function pictureOf(filter) {
    const held = drawn.get(filter) ?? ways.picture?.(filter) ?? null;
    if (held) drawn.set(filter, held);
    return held;
  }

  /** @param {ReturnType<typeof columnsOf>[0]} column @param {FilterNumbers} one */
  function cell(column, one) {
    if (column.name === "number") return html("th", { scope: "row", class: "number" },
      html("span", { class: "filter-name" }, pictureOf(one.filter), html("a", { href: ways.addressOf(one.filter) }, column.say(one))));
    if (column.name !== "twin") return html("td", { class: "number" }, column.say(one));
    return html("td", { class: "number" }, one.twin < 0 ? "–" : [
      html("a", { href: ways.addressOf(one.twin), "aria-label": `twin ${one.twin}` }, one.twin),
      html("span", { class: "aside" }, twinWords(one))]);
  }

  return {
    root,
    /** The filters in the displayed order. */
    inOrder: () => sorted(all, sort, columns),
    /** @param {string | undefined} wanted */
    show(wanted) {
      const asked = wanted && columns.some(({ name }) => name === wanted.replace(/^-/, "")) ? wanted : "-number";
      if (asked === sort && body.children.length) return;
      sort = asked;
      draw();
    },
  };
}

/** @param {FilterNumbers} one */
function twinWords({ cosine, correlation }) {
  /** @param {number} value */
  const two = (value) => (Number.isNaN(value) ? "–" : value.toFixed(2).replace("-", "−"));
  return ` ${two(cosine)} · ${two(correlation)}`;
}

/** Explanation of the columns. @param {import("../contract.js").Filters["layers"][string]} entry */
function meanings({ entropy_most, measure, shuffles, pictures, noun, behind }) {
  return [
    `Norm: L2 norm of the kernel. Entropy: how evenly its weights are distributed, in bits (maximum ${entropy_most.toFixed(2)}). `,
    `Dead: share of ${counted(pictures, "image")} that do not activate it. Selectivity: 1 = responds to one class only, 0 = to all classes equally. `,
    behind ? `Dead, selectivity and correlation are measured at the output of ${behind}. ` : null,
    `Twin: the most similar other ${noun}, with the cosine of the two kernels and the correlation of their activations. `,
    measure === "smoothness" ? `Smoothness: similarity of neighboring weights (Moran's I); p: compared with ${shuffles} shuffles of the same weights.` : null,
    measure === "direction" ? `Direction: share of the kernel along the principal directions of the other ${noun}s; p: compared with ${shuffles} shuffles of the same weights.` : null,
  ].filter(Boolean).join("");
}
