/** The curves of a training run: the full run pale, and drawn up to the current snapshot. */
import { apartFrom, ticks } from "../parts/chart.js";
import { html, svg } from "../dom.js";
import { number, percent, short } from "../words.js";
import { grown, measuredAt } from "./snapshots.js";

/** @typedef {import("./snapshots.js").Curve} Curve */

const [W, H, LEFT, RIGHT, TOP, BOTTOM] = [420, 210, 50, 78, 10, 28];

/** The range of all lines of a curve; for a constant one, from zero to twice its value. @param {Curve} curve @returns {[number, number]} */
export function reachOf(curve) {
  const all = curve.lines.flatMap((line) => line.values.map(([, value]) => value));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? [low - (Math.abs(low) || 1), low + (Math.abs(low) || 1)] : [low, high];
}

/** A value in this curve's format. @param {Curve} curve @param {number} value */
export function figure(curve, value) {
  return curve.share ? percent(value) : number(value);
}

/** The values of a curve at an epoch, in words; "" before the first value. @param {Curve} curve @param {number} epoch */
export function saidAt(curve, epoch) {
  return curve.lines.map((line) => {
    const value = measuredAt(line.values, epoch);
    return value === null ? null : `${curve.lines.length > 1 ? `${line.name} ` : ""}${figure(curve, value)}`;
  }).filter(Boolean).join(", ");
}

/**
 * @param {Curve} curve @param {number} last the last epoch @param {number} best the saved epoch, 0 for none @param
 * {(epoch: number) => void} chosen called with the clicked epoch
 */
export function curveChart(curve, last, best, chosen) {
  const [low, high] = reachOf(curve);
  const end = Math.max(last, ...curve.lines.flatMap((line) => line.values.map(([at]) => at)));
  /** @param {number} epoch */
  const x = (epoch) => LEFT + (epoch / (end || 1)) * (W - LEFT - RIGHT);
  /** @param {number} value */
  const y = (value) => TOP + (1 - (value - low) / (high - low)) * (H - TOP - BOTTOM);
  /** @param {[number, number][]} values */
  const path = (values) => values.map(([at, value], i) => `${i ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const format = curve.share ? (/** @type {number} */ v) => `${Number((100 * v).toFixed(1))}\u202f%` : short;
  const cursor = svg("line", { class: "curve-now", y1: TOP, y2: H - BOTTOM });
  const drawn = curve.lines.map((line) => ({
    line, path: svg("path", { class: `line ${line.kind}` }), dot: svg("circle", { class: `dot ${line.kind}`, r: 3.5 }),
  }));
  const ends = apartFrom(curve.lines.map((line) => y(line.values[line.values.length - 1]?.[1] ?? low)), 15, H - BOTTOM - 4);
  const validation = curve.lines.find((line) => line.kind === "second");
  const kept = best ? validation?.values.find(([at]) => at === best) : undefined;
  const picture = svg("svg", {
    viewBox: `0 0 ${W} ${H}`, role: "img", class: "chart growing",
    click(/** @type {MouseEvent} */ event) {
      const box = picture.getBoundingClientRect();
      chosen(Math.max(0, Math.min(end, (((event.clientX - box.left) / box.width) * W - LEFT) / (W - LEFT - RIGHT) * end)));
    },
  },
    ticks(low, high, 4).map((v) => [
      svg("line", { class: "rule", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }),
      svg("text", { class: "tick", x: LEFT - 8, y: y(v) + 4, "text-anchor": "end" }, format(v)),
    ]),
    ticks(0, end, 5).map((v) => svg("text", { class: "tick", x: x(v), y: H - 8, "text-anchor": "middle" }, String(v))),
    svg("text", { class: "tick", x: W - RIGHT + 16, y: H - 8 }, "epochs"),
    curve.lines.map((line) => svg("path", { class: `line ${line.kind} ghost`, d: path(line.values) })),
    kept ? svg("circle", { class: "curve-kept", cx: x(kept[0]), cy: y(kept[1]), r: 6 }, svg("title", {}, `saved: epoch ${best}`)) : null,
    cursor, drawn.map((one) => [one.path, one.dot]),
    curve.lines.length > 1 ? curve.lines.map((line, i) => svg("text", { class: `name ${line.kind}`, x: W - RIGHT + 11, y: ends[i] + 4 }, line.name)) : null);
  const said = html("span", { class: "curve-said" });
  return {
    root: html("figure", { class: "chart-figure" }, html("figcaption", {}, `${curve.title[0].toUpperCase()}${curve.title.slice(1)}`, said), picture),
    /** @param {number} epoch */
    show(epoch) {
      cursor.setAttribute("x1", x(epoch).toFixed(1));
      cursor.setAttribute("x2", x(epoch).toFixed(1));
      for (const one of drawn) {
        const so = grown(one.line.values, epoch);
        one.path.setAttribute("d", path(so));
        one.dot.classList.toggle("unseen-dot", !so.length);
        if (so.length) {
          one.dot.setAttribute("cx", x(so[so.length - 1][0]).toFixed(1));
          one.dot.setAttribute("cy", y(so[so.length - 1][1]).toFixed(1));
        }
      }
      const words = saidAt(curve, epoch);
      said.textContent = words || "no value yet";
      picture.setAttribute("aria-label", `${curve.title} over ${Number(end.toFixed(2))} epochs, now: ${words || "no value yet"}`);
    },
  };
}
