/** SVG charts: lines and columns. Each has a text description and a table beside it. */
import { html, svg } from "../dom.js";
import { short } from "../words.js";

/** About `count` round numbers from low to high. @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= raw) ?? raw;
  const out = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) out.push(Number((i * step).toPrecision(12)));
  return out;
}

/** The positions of the names of lines, pushed apart if lines end close together, none below ``most``. @param {number[]} ys @param {number} least @param {number} [most] */
export function apartFrom(ys, least, most = Infinity) {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  order.forEach((one, k) => { if (k && one.y - order[k - 1].y < least) one.y = order[k - 1].y + least; });
  for (let k = order.length - 1, below = most + least; k >= 0; below = order[k].y, k--) order[k].y = Math.min(order[k].y, below - least);
  const out = [...ys];
  for (const { y, i } of order) out[i] = y;
  return out;
}

/**
 * Lines over a common axis, each labeled at its end.
 * @param {{ title: string, words: string, xTitle: string, xs: number[], format?: (v: number) => string,
 *   lines: { name: string, values: (number | null)[], className: string }[] }} chart
 */
export function lines(chart) {
  const W = 440, H = 220, left = 40, right = 76, top = 12, bottom = 30;
  const known = chart.lines.flatMap((line) => line.values).filter((v) => v !== null);
  let low = Math.min(...known), high = Math.max(...known);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const format = chart.format ?? short;
  const [first, last] = [chart.xs[0], chart.xs[chart.xs.length - 1]];
  /** @param {number} v */
  const x = (v) => left + (last === first ? 0.5 : (v - first) / (last - first)) * (W - left - right);
  /** @param {number} v */
  const y = (v) => top + (1 - (v - low) / (high - low)) * (H - top - bottom);
  // Names at the ends of lines are pushed apart where lines end close together, and stay above the axis and its name.
  const ends = chart.lines.map((line) => {
    const at = line.values.reduce((/** @type {number} */ found, v, i) => (v === null ? found : i), 0);
    return { name: line.name, className: line.className, y: y(line.values[at] ?? low) };
  });
  apartFrom(ends.map((end) => end.y), 15, H - bottom - 4).forEach((at, i) => { ends[i].y = at; });
  const drawn = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": chart.words, class: "chart lines" },
    ticks(low, high, 4).map((v) => [
      svg("line", { class: "rule", x1: left, x2: W - right, y1: y(v), y2: y(v) }),
      svg("text", { class: "tick", x: left - 8, y: y(v) + 4, "text-anchor": "end" }, format(v)),
    ]),
    ticks(first, last, 5).filter((v) => Number.isInteger(v)).map((v) =>
      svg("text", { class: "tick", x: x(v), y: H - 10, "text-anchor": "middle" }, String(v))),
    svg("text", { class: "tick", x: W - right + 20, y: H - 10 }, chart.xTitle),
    chart.lines.map((line) => svg("path", { class: `line ${line.className}`, d: line.values
      .map((v, i) => (v === null ? "" : `${i && line.values[i - 1] !== null ? "L" : "M"}${x(chart.xs[i]).toFixed(1)} ${y(v).toFixed(1)}`)).join("") })),
    chart.lines.length && chart.xs.length === 1 ? chart.lines.map((line) => line.values[0] === null ? null
      : svg("circle", { class: `dot ${line.className}`, cx: x(first), cy: y(line.values[0]), r: 3 })) : null,
    ends.map((end) => svg("text", { class: `name ${end.className}`, x: W - right + 8, y: end.y + 4 }, end.name)),
  );
  return html("figure", { class: "chart-figure" }, html("figcaption", {}, chart.title), drawn);
}

/**
 * Columns side by side from a zero line.
 * @param {{ words: string, values: number[], from: string, to: string, top?: string, marked?: number,
 *   width: number, height?: number, pick?: (i: number) => void, tell?: (i: number) => string }} chart
 */
export function columns(chart) {
  const W = chart.width, H = chart.height ?? 96, foot = 20, head = 16;
  const high = Math.max(0, ...chart.values), low = Math.min(0, ...chart.values);
  const span = high - low || 1;
  const wide = W / chart.values.length;
  const gap = wide > 5 ? 1.5 : wide > 3 ? 0.75 : 0;
  /** @param {number} v */
  const y = (v) => head + ((high - v) / span) * (H - head - foot);
  return svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": chart.words, class: "chart columns" },
    chart.values.map((value, i) => {
      const tall = Math.max(value === 0 ? 0 : 1, Math.abs(y(value) - y(0)));
      return svg("g", { class: i === chart.marked ? "column marked" : "column", click: chart.pick && (() => chart.pick?.(i)) },
        svg("rect", { class: "reach", x: i * wide, y: head, width: wide, height: H - head - foot }),
        svg("rect", { class: "post", x: i * wide + gap / 2, y: value >= 0 ? y(0) - tall : y(0), width: wide - gap, height: tall }),
        chart.tell ? svg("title", {}, chart.tell(i)) : null);
    }),
    svg("line", { class: "axis", x1: 0, x2: W, y1: y(0), y2: y(0) }),
    svg("text", { class: "tick", x: 0, y: H - 4 }, chart.from),
    svg("text", { class: "tick", x: W, y: H - 4, "text-anchor": "end" }, chart.to),
    chart.top ? svg("text", { class: "tick", x: 0, y: 11 }, chart.top) : null,
  );
}
