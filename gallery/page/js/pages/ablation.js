/** `#/ablation/conv2?by=loss&mode=mean`: how many filters can be removed, the accuracy as they are removed, and the cost of each alone. */
import { costliest, costsOf, lossGained, MODES, pointsLost } from "../ablation/filter-costs.js";
import { chartWords, curveChart, curveTable } from "../ablation/curves.js";
import { signedBars } from "../channel/signed-bars.js";
import { choice } from "../parts/radio-buttons.js";
import { html, named, replace } from "../dom.js";
import { missing } from "../parts/not-found.js";
import { ablationOffers } from "../save/ablation.js";
import { saveControl } from "../save/save-button.js";
import { folded, table } from "../parts/table.js";
import { capital, counted, cut, percent } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "ablation", menu: () => ({ label: "Ablation" }), open };

/** The number of bars, for the costliest filters. */
const MOST = 15;

/** @param {HTMLElement} host @param {import("../types.js").With<"ablation">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data } = context;
  const { ablation } = data.sections;
  const { layers, titles } = ablation;
  const only = ablation.overall ? null : layers[0];
  const layer = layers.find((one) => one.path === route.subject) ?? (route.subject === null ? only : undefined);
  if (layer === undefined) return missing(host, `The filters of ${cut(route.subject ?? "")} were not ablated. Ablated layers: ${layers.map((one) => one.path).join(", ")}.`);
  const curves = /** @type {import("../contract.js").AblationCurves} */ (layer ? layer.curves : ablation.overall);
  const whose = layer ? `${layer.noun}s of ${layer.path}` : "filters of all layers";
  const shown = layer ? [layer] : layers;
  const nouns = [...new Set(shown.map((one) => `${one.noun}s`))].join(" and ");
  let state = read(route.selection);

  /** @param {Record<string, string>} selection */
  function read(selection) {
    return { by: /** @type {"accuracy" | "loss"} */ (selection.by === "loss" ? "loss" : "accuracy"), mode: selection.mode === "mean" ? "mean" : "zero" };
  }
  /** @param {string | null} path @param {Partial<typeof state>} change */
  function address(path, change = {}) {
    const next = { ...state, ...change };
    return context.address("ablation", path, { by: next.by === "loss" ? "loss" : null, mode: next.mode === "mean" ? "mean" : null });
  }

  const by = choice("Measure", [{ name: "accuracy", label: "accuracy" }, { name: "loss", label: "cross-entropy" }],
    (name) => context.go(address(layer?.path ?? null, { by: name === "loss" ? "loss" : "accuracy" }), { replace: true }));
  const mode = choice("Removed", MODES, (name) => context.go(address(layer?.path ?? null, { mode: name }), { replace: true }));
  const rule = html("span");
  const chart = html("div"), bars = html("div"), head = html("p", { class: "note" });

  /** The number of removable filters, with a link to the curves. @param {import("../contract.js").AblationCurves} of @param {string | null} path */
  function finding(of, path) {
    const { count, total } = of.removable;
    const current = path === (layer?.path ?? null);
    return html("li", {}, html("a", { href: address(path), "aria-current": current ? "true" : null },
      html("b", { class: "figure" }, `${count} of ${total}`), html("span", {}, rest(of.headline, count, total))));
  }

  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, layer ? [named(cut(layer.path)), ` · ${layer.noun} ablation`] : "Filter ablation"),
      saveControl(context.tell, () => ablationOffers(context, shown, curves, { ...state, whose, path: layer?.path ?? null }))),
    html("p", { class: "lead" }, `${curves.headline}.`),
    html("p", { class: "note ablation-evidence" }, `${capital(curves.evidence)}. The full model has an accuracy of ${percent(ablation.accuracy)}; ${ablation.measured}.`),
    layers.length > 1 ? html("ul", { class: "findings ablation-findings" }, ablation.overall ? finding(ablation.overall, null) : null,
      layers.map((one) => finding(/** @type {import("../contract.js").AblationCurves} */ (one.curves), one.path))) : null,
    html("section", {},
      html("div", { class: "all-head" }, html("h2", {}, "Accuracy as filters are removed"), by.root),
      html("p", { class: "note" }, `Least important first, ranked by the change of the loss when one filter is removed (${titles.cost}), by kernel norm, and by gradient × activation (${titles.taylor}).`,
        curves.random.accuracy.length ? ` Gray: range of ${counted(curves.random.accuracy.length, "random order")}.` : null,
        rule),
      chart,
      layer?.tied ? html("p", { class: "note" }, `None of them can be left out of a smaller model: ${layer.tied}.`) : null),
    html("section", {},
      html("div", { class: "all-head" }, html("h2", {}, `Cost of removing one of the ${nouns}`), mode.root),
      head, bars),
    ablation.further.length ? html("section", {}, html("h2", {}, "Also"), html("ul", { class: "ablation-further" }, ablation.further.map((/** @type {string} */ words) => html("li", {}, words)))) : null);

  function draw() {
    by.set(state.by);
    mode.set(state.mode);
    const plain = curves.accuracy.cost[0];
    rule.textContent = state.by === "accuracy" ? ` Dashed line: ${Number((100 * ablation.within).toPrecision(3))} points below the full model.` : "";
    replace(chart, html("div", { class: "ablation-chart" }, curveChart(curves, { by: state.by, titles, whose, bound: plain - ablation.within, narrow: innerWidth < 560 })),
      folded("Exact numbers", () => curveTable(curves, state.by, titles, whose)));
    const ranked = costliest(shown.flatMap((one) => costsOf(one, state.mode)));
    const first = ranked.slice(0, MOST);
    head.textContent = ranked.length > MOST ? `Increase in cross-entropy when it is removed: the ${MOST} costliest of ${ranked.length}.` : "Increase in cross-entropy when it is removed.";
    replace(bars, signedBars("Increase in cross-entropy when each is removed", ["Filter", "Cross-entropy"],
      first.map((cost, i) => ({ name: link(cost), value: cost.loss, top: i === 0 }))),
    folded(`All ${ranked.length} ${nouns}`, () => table("Cost of removing each", [{ title: capital(nouns) }, { title: "Cross-entropy", number: true }, { title: "Accuracy", number: true }],
      ranked.map((cost) => [link(cost), lossGained(cost.loss), pointsLost(cost.accuracy)]))));
  }
  /** @param {import("../ablation/filter-costs.js").Cost} cost */
  function link(cost) {
    return html("a", { href: context.address("layer", [cost.path, cost.channel]) }, named(cut(cost.path, 24)), `/${cost.channel}`);
  }
  draw();
  return {
    title: layer ? `${layer.path}, ${layer.noun} ablation` : "Filter ablation",
    /** @param {import("../route.js").Route} next */
    update(next) {
      if ((next.subject ?? only?.path ?? null) !== (layer?.path ?? null)) return false;
      const asked = read(next.selection);
      if (asked.by === state.by && asked.mode === state.mode) return true;
      state = asked;
      draw();
      context.tell(chartWords(curves, state.by, titles, whose));
      return true;
    },
  };
}

/** A headline without the figure above it. @param {string} words @param {number} count @param {number} total */
function rest(words, count, total) {
  const figure = `${count} of ${total} `;
  return words.startsWith(figure) ? words.slice(figure.length) : words.replace(`None of the ${total} `, "");
}
