/** `#/data`: a data set's pixels, without any model. */
import { pixelMaps, silhouettes } from "../data/separability.js";
import { balance } from "../data/class-counts.js";
import { examples, faces } from "../data/classes.js";
import { drift, facts } from "../data/set-facts.js";
import { histograms } from "../data/histograms.js";
import { light } from "../data/brightness.js";
import { likeness } from "../data/class-correlation.js";
import { readReport, readState, stateWords } from "../data/unpack-report.js";
import { duplicates, labelErrors, odd } from "../data/suspects.js";
import { html, named, replace } from "../dom.js";
import { saveControl } from "../save/save-button.js";
import { dataOffers } from "../save/data.js";
import { counted, cut, whole } from "../words.js";


export const page = { name: "data", menu: () => ({ label: "Data" }), open };

/** @param {HTMLElement} host @param {import("../types.js").BareWith<"data">} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const report = await readReport(context);
  let state = readState(route.selection, report);

  /** @param {Partial<import("../data/unpack-report.js").State>} change */
  function go(change) {
    context.go(context.address("data", null, stateWords({ ...state, at: "", ...change })), { replace: true });
  }

  const parts = [
    examples(context, report, go), balance(report), light(report), faces(context, report, go), histograms(report), likeness(context, report, go),
    silhouettes(report), pixelMaps(context, report), duplicates(report), odd(report), labelErrors(report), drift(report), facts(report),
  ].filter((part) => part !== null);
  /** @param {string} name */
  const to = (name) => context.address("data", null, stateWords({ ...state, at: name }));
  const places = new Set(parts.map((part) => part.name));

  replace(host,
    html("div", { class: "opening" },
      html("div", { class: "title-row" }, html("h1", {}, title(report)), saveControl(context.tell, () => dataOffers(context, report, state))),
      html("p", { class: "lead" }, lead(report))),
    findings(report, places, to),
    html("nav", { class: "data-places", "aria-label": "On this page" }, parts.map((part) => html("a", { href: to(part.name), "data-at": part.name }, part.title))),
    parts.map((part) => part.root));

  function draw() {
    for (const part of parts) part.show?.(state);
    for (const link of host.querySelectorAll("a[data-at]")) link.setAttribute("href", to(/** @type {HTMLElement} */ (link).dataset.at ?? ""));
  }
  /** Scroll to the section in the address. */
  function scroll() {
    const heading = state.at && places.has(state.at) ? host.querySelector(`#data-${state.at} h2`) : null;
    if (!heading) return;
    heading.scrollIntoView();
    /** @type {HTMLElement} */ (heading).focus({ preventScroll: true });
  }
  draw();
  // After the frame has laid out the page.
  if (state.at) requestAnimationFrame(() => requestAnimationFrame(scroll));
  return {
    title: "Data",
    /** @param {import("../route.js").Route} next */
    update(next) {
      const before = state.at;
      state = readState(next.selection, report);
      draw();
      if (state.at && state.at !== before) scroll();
      return true;
    },
  };
}

/** @param {import("../data/unpack-report.js").Report} report */
function title(report) {
  const [first, second] = report.sets;
  if (!second) return named(cut(first.source, 60));
  const stem = first.source.replace(/:train$/, "");
  return stem === second.source.replace(/:test$/, "") ? named(cut(stem, 60)) : [named(cut(first.name, 40)), " and ", named(cut(second.name, 40))];
}

/** @param {import("../data/unpack-report.js").Report} report */
function lead(report) {
  const { sets, names } = report;
  const [height, width, channels] = sets[0].shape;
  const counts = sets.map((set) => (report.two ? `${whole(set.pictures)} in ${cut(set.name, 40)}` : counted(set.pictures, "image")));
  return `${report.two ? `Images: ${counts.join(", ")}.` : `${counts[0]}.`} Each is ${height}×${width} pixels, ${{ 1: "grayscale", 3: "in color" }[channels] ?? `of ${channels} channels`}. ${sets[0].labelled ? `${counted(names.length, "class")}.` : "No labels."} Statistics are computed from the pixels alone.`;
}

/** @param {import("../data/unpack-report.js").Report} report @param {Set<string>} places @param {(name: string) => string} to */
function findings(report, places, to) {
  const all = report.entry.highlights;
  if (!all.length) return null;
  return html("section", {}, html("h2", { class: "unseen" }, "Findings"),
    html("ul", { class: "findings data-findings" }, all.map((finding) => {
      const inside = [html("span", { class: "figure" }, finding.figure), html("span", { class: "finding-text" }, finding.text)];
      return html("li", {}, places.has(finding.of) ? html("a", { href: to(finding.of), "data-at": finding.of }, inside) : html("div", {}, inside));
    })));
}
