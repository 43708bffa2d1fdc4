/** Brightness of each class, and whether the two sets differ in it by more than chance. */
import { ticks } from "../parts/chart.js";
import { html, svg } from "../dom.js";
import { cut, number, percent } from "../words.js";
import { className, fixed, section, setKey, signed } from "./section-parts.js";

const WIDE = 220;
const GAP = 150;
const MOST = 60;

/** @param {import("./section-parts.js").Report} report @returns {import("./section-parts.js").Part} */
export function light(report) {
  const { sets, same, doc } = report;
  // The rows leave out classes without a mean, which have no images.
  const classes = /** @type {(import("./document.js").ClassFacts & { mean: number })[]} */ (sets[0].classes);
  const gaps = doc.mean_differences && doc.mean_differences.length === classes.length ? doc.mean_differences : null;
  const order = classes.map((_, k) => k).filter((k) => classes[k].mean !== null).sort((a, b) => classes[b].mean - classes[a].mean);
  const rows = order.length > MOST ? [...order.slice(0, MOST / 2), ...order.slice(-MOST / 2)] : order;
  const { peak } = sets[0];
  const top = Math.max(...order.map((k) => classes[k].mean), ...(same ? sets[1].classes.map((one) => one.mean ?? 0) : []), 0);
  const marks = ticks(0, top, 4);
  const end = Math.max(top * 1.02, marks[marks.length - 1]) || peak;
  const reach = gaps ? Math.max(...gaps.map((gap) => Math.max(Math.abs(gap.low ?? 0), Math.abs(gap.high ?? 0)))) || 1 : 1;
  const digits = peak === 1 ? 4 : 2;

  /** @param {number} k */
  function dots(k) {
    const x = (/** @type {number} */ value) => 6 + (value / end) * (WIDE - 12);
    const other = same ? sets[1].classes[k].mean : null;
    return svg("svg", { class: "data-dots", viewBox: `0 0 ${WIDE} 20`, width: WIDE, height: 20, "aria-hidden": "true" },
      svg("line", { class: "rule", x1: x(0), x2: x(end), y1: 10, y2: 10 }),
      svg("circle", { class: "dot set-0", cx: x(classes[k].mean), cy: 10, r: 5 }),
      other === null ? null : svg("circle", { class: "dot set-1", cx: x(other), cy: 10, r: 5 }));
  }
  /** @param {import("./document.js").Difference} gap */
  function whisker(gap) {
    const x = (/** @type {number} */ value) => GAP / 2 + (value / reach) * (GAP / 2 - 6);
    return svg("svg", { class: `data-whisker${gap.noise ? "" : " real"}`, viewBox: `0 0 ${GAP} 20`, width: GAP, height: 20, "aria-hidden": "true" },
      svg("line", { class: "rule", x1: GAP / 2, x2: GAP / 2, y1: 0, y2: 20 }),
      gap.low === null ? null : [svg("line", { class: "reach", x1: x(gap.low), x2: x(gap.high), y1: 10, y2: 10 }), svg("circle", { class: "dot", cx: x(gap.difference), cy: 10, r: 4 })]);
  }
  const words = [`Mean of all pixels: ${sets.map((set) => `${report.two ? `${cut(set.name, 40)} ` : ""}${fixed(set.mean, 4)}`).join(", ")}; white is ${number(peak)}. `];
  if (gaps) words.push(`Intervals are simultaneous ${percent(0.95)} confidence intervals of the difference (bootstrap, largest deviation over classes). An interval that contains zero is noise.`);
  return {
    name: "light", title: "Brightness",
    root: section("light", "Brightness by class", "mean pixel value, brightest first", html("p", { class: "data-words" }, words), same ? setKey(report) : null,
      html("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Mean pixel of each class" }, html("table", { class: same ? "data-table" : "data-table data-slim" },
        html("caption", { class: "unseen" }, "Mean pixel of each class"),
        html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Class"), html("th", { scope: "col", class: "data-graphic" }, `0 to ${number(Number(end.toPrecision(3)))}`),
          (same ? sets : sets.slice(0, 1)).map((set) => html("th", { scope: "col", class: "number" }, same ? className(set.name, 16) : "Mean pixel")),
          html("th", { scope: "col", class: "number" }, "Spread"),
          gaps ? [html("th", { scope: "col", class: "data-graphic" }, "Difference with interval"), html("th", { scope: "col", class: "number" }, "Difference"), html("th", { scope: "col", class: "number" }, "from – to"), html("th", { scope: "col" }, "Verdict")] : null)),
        html("tbody", {}, rows.map((k) => html("tr", {},
          html("th", { scope: "row" }, className(classes[k].name)), html("td", { class: "data-graphic" }, dots(k)),
          html("td", { class: "number" }, fixed(classes[k].mean, digits)), same ? html("td", { class: "number" }, fixed(sets[1].classes[k].mean, digits)) : null,
          html("td", { class: "number" }, fixed(classes[k].spread, digits)),
          gaps ? [html("td", { class: "data-graphic" }, whisker(gaps[k])), html("td", { class: "number" }, signed(gaps[k].difference, digits)),
            html("td", { class: "number" }, gaps[k].low === null ? "–" : `${fixed(gaps[k].low, digits)} – ${fixed(gaps[k].high, digits)}`),
            html("td", { class: gaps[k].noise === false ? "wrong" : "muted" }, gaps[k].noise === null ? "too few" : gaps[k].noise ? "noise" : "differs")] : null))))),
      html("p", { class: "note" }, "Spread: root mean square distance of a class's images from their mean image, per pixel.", order.length > MOST ? ` The ${MOST / 2} brightest and the ${MOST / 2} darkest classes.` : "")),
  };
}
