/** The shell around the pages: header, routes, keys, and the selection in the address. */
import { html, named, replace } from "./dom.js";
import { network } from "./engine/network.js";
import { byName, parseBare } from "./values/bare.js";
import { helpDialog } from "./parts/key-help.js";
import { unitPixels } from "./values/model-input.js";
import { liveMaps } from "./values/live-maps.js";
import { storedMaps, withOverall } from "./values/map-provider.js";
import { missing } from "./parts/not-found.js";
import { painter } from "./parts/image.js";
import { pictures } from "./values/images.js";
import { format, parse } from "./route.js";
import { themeButton } from "./parts/theme.js";
import { bytes, fromBase64 } from "./values/unpack.js";
import { occluder } from "./worker/occlusion-jobs.js";
import { capital, cut } from "./words.js";

/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").ModelData} ModelData */
/** @typedef {import("./types.js").View} View */

const MOVED = "cnnviz-moved";

/** @typedef {import("./route.js").Route} Route */
/** @typedef {import("./types.js").Page} Page */

/** @param {Page[]} pages */
export async function start(pages) {
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  try {
    const data = parseBare(document.getElementById("data")?.textContent ?? "");
    if (data.schema_version !== 2) throw new Error(`this page's data has schema version ${data.schema_version}, expected 2`);
    const context = await makeContext(data);
    frame(pages, context, main);
  } catch (fault) {
    failed(main, fault);
  }
}

/** @param {ModelData} data @returns {Promise<Context>} */
async function makeContext(data) {
  // Data of the network diagram are unpacked in parallel.
  if (!data.pictures) return withoutModel(data);
  if (data.network?.manifest && parse(location.hash || data.start).page === "draw") bytes(/** @type {number} */ (data.network.blob));
  const [pixels, shares] = await Promise.all([bytes(data.pictures.blob), bytes(data.pictures.probabilities.blob)]);
  const stored = storedMaps(data.maps, bytes, data.mapped);
  const unit = unitPixels(data.pictures, pixels);
  const manifest = data.network?.manifest;
  const weights = () => bytes(/** @type {import("./types.js").LiveContext["data"]} */ (data).network.blob);
  const paths = data.model.layers.map((layer) => layer.path);
  return {
    data, unit,
    provider: withOverall(manifest ? liveMaps(stored, { manifest, weights, pictures: data.pictures.count, unit, paths }) : stored,
      data.sections.layer?.overall ?? byName(), bytes),
    occluder: manifest ? occluder(manifest, weights) : null,
    network: manifest ? async () => network(manifest, await weights()) : null,
    weights: manifest ? weights : null,
    pictures: pictures(data, shares),
    painter: painter(data, pixels),
    ...common(data),
  };
}

/**
 * The context of pages without a model: the data alone.
 * @param {ModelData} data @returns {Context}
 */
function withoutModel(data) {
  return /** @type {Context} */ (/** @type {unknown} */ ({
    data, pictures: [], painter: null, unit: null, occluder: null, network: null, weights: null,
    provider: storedMaps([], bytes, null),
    ...common(data),
  }));
}

/** The context of every page. @param {ModelData} data */
function common(data) {
  const status = /** @type {HTMLElement} */ (document.getElementById("status"));
  return {
    ramps: { viridis: fromBase64(data.ramps.viridis), diverging: fromBase64(data.ramps.diverging) },
    address: format,
    /** @param {string} address @param {{ replace?: boolean }} options */
    go(address, options = {}) {
      if (address === location.hash) return;
      if (options.replace) history.replaceState(history.state, "", absolute(address));
      else history.pushState({ depth: (history.state?.depth ?? 0) + 1 }, "", absolute(address));
      // Followed at once, since hashchange events come later and a selection in between would use the old state.
      dispatchEvent(new Event(MOVED));
    },
    /** @param {string} words */
    tell(words) { status.textContent = words; },
  };
}

/** What every page says of a model whose output could mean something else. @param {NonNullable<ModelData["model"]>} model */
function assumedHead(model) {
  return html("aside", { class: "assumption", "aria-label": "Assumed output" }, html("p", {},
    html("strong", {}, "The meaning of the output is an assumption. "), capital(model.head_reason), "."));
}

/** What every page says of a model whose input scaling is a guess. @param {NonNullable<ModelData["model"]>} model */
function assumption(model) {
  const white = /is white is read from the images alone$/.test(model.scale_reason);
  const [what, option] = white ? ["What is white in the images", "white"] : [`Input scaling ${model.scale}`, "scale"];
  return html("aside", { class: "assumption", "aria-label": "Assumed input scaling" }, html("p", {},
    html("strong", {}, `${what} is an assumption. `),
    `Predictions and maps are wrong if ${white ? "another value is" : "the model was trained on another one"}. Set it with `,
    html("code", {}, `--${option}`), ", in Python ", html("code", {}, `${option}=`), "."));
}

/** @param {Page[]} pages @param {Context} context @param {HTMLElement} main */
function frame(pages, context, main) {
  const { data } = context;
  const dialog = helpDialog(Boolean(data.model));
  const home = pages.some((page) => page.name === "") ? "#/" : data.start;
  document.body.append(dialog);
  const links = pages.filter((page) => page.menu(context, null)).map((page) => ({ page, link: html("a", {}) }));
  const filtered = links.find(({ page }) => page.name === "images");
  const menu = html("nav", { "aria-label": "Pages" }, links.map(({ link }) => link));
  replace(/** @type {HTMLElement} */ (document.getElementById("top")),
    html("div", { class: "bar-inner" },
      html("a", { class: "brand", href: home }, html("span", { class: "brand-name" }, "cnnviz"),
        html("span", { class: "brand-model" }, named(cut(data.model?.name ?? data.title, 32)))),
      links.length > 1 ? menu : null,
      html("div", { class: "bar-tools" }, themeButton(context.tell),
        html("button", { type: "button", class: "quiet", "aria-label": "Keyboard shortcuts and help", click: () => dialog.showModal() }, "?"))));
  if (data.model && !data.model.scale_settled) main.before(assumption(data.model));
  if (data.model && !data.model.head_settled) main.before(assumedHead(data.model));
  replace(/** @type {HTMLElement} */ (document.getElementById("foot")),
    html("p", {}, "Made by ", data.generator, ". This file is self-contained and works offline."));

  /** @type {{ page: Page, subject: string | null, view: View } | null} */
  let open = null;
  let turn = 0;
  // Whether the page that opens should focus its filter.
  let filtering = false;
  // The number of earlier views of this page in the history, since Esc must not leave the page.
  let depth = history.state?.depth ?? 0;

  // A view must keep its depth when the user returns to it.
  history.replaceState({ depth }, "");

  /** Show the view in the address. */
  async function follow() {
    if (!location.hash || (parse(location.hash).page === "" && home !== "#/")) history.replaceState(history.state, "", absolute(data.start));
    const route = parse(location.hash);
    const page = pages.find((candidate) => candidate.claims?.(route, context)) ?? pages.find((candidate) => candidate.name === route.page);
    const image = route.page === "image" ? route.subject : (route.selection.image ?? comparedPicture(route));
    for (const { page: own, link } of links) {
      const entry = own.menu(context, image);
      link.textContent = entry?.label ?? "";
      link.href = format(own.name, entry?.subject ?? null, entry?.selection);
      if (own.name === route.page) link.setAttribute("aria-current", "page");
      else if (page?.under === own.name && !page.menu(context, image)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      // In a scrolling menu, the current page is scrolled into view.
      if (link.hasAttribute("aria-current")) menu.scrollLeft = link.offsetLeft - menu.offsetLeft - (menu.clientWidth - link.offsetWidth) / 2;
    }
    if (open && open.page === page && open.view.update(route)) {
      document.title = titled(open.view.title);
      main.dataset.shows = location.hash;
      return;
    }
    const mine = (turn += 1);
    const first = open === null && turn === 1;
    open?.view.close?.();
    open = null;
    const host = html("div", { class: `page page-${(page?.name ?? route.page) || "overview"}` });
    try {
      const view = page ? await page.open(host, context, route) : missing(host, `There is no page “${cut(route.page)}”.`);
      if (mine !== turn) return view.close?.();
      replace(main, host);
      if (page) open = { page, subject: route.subject, view };
      document.title = titled(view.title);
    } catch (fault) {
      if (mine === turn) failed(main, fault);
    }
    if (!first) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
    if (mine === turn && filtering) open?.view.key?.("/");
    filtering = false;
    if (mine === turn) main.dataset.shows = location.hash;
  }

  /** @param {string} title */
  const titled = (title) => (title && data.model ? `${title} · ${data.model.name}` : data.title);

  addEventListener("hashchange", () => {
    depth = history.state?.depth ?? depth + 1;
    history.replaceState({ depth }, "");
    follow();
  });
  addEventListener(MOVED, () => {
    depth = history.state?.depth ?? depth;
    follow();
  });
  document.addEventListener("click", (event) => {
    const view = /** @type {Element} */ (event.target).closest("a[href^='#/']")?.getAttribute("href");
    if (!view || event.defaultPrevented || event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    context.go(view);
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || dialog.open) return;
    const where = /** @type {HTMLElement} */ (event.target);
    if (where.closest("input:not([type=radio]), textarea, select")) return;
    if (event.key === "?") dialog.showModal();
    else if (open?.view.key?.(event.key)) event.preventDefault();
    else if (event.key === "d") links.find(({ page }) => page.name === "draw")?.link.click();
    else if (event.key === "c") links.find(({ page }) => page.name === "compare")?.link.click();
    else if (event.key === "/" && filtered) {
      event.preventDefault();
      filtering = true;
      filtered.link.click();
    } else if (event.key === "Escape") {
      if (depth > 0) history.back();
      else context.go(home);
    }
  });
  follow();
}

/** The address of this page with another view; in a notebook's frame a bare hash would refer to the outer page. @param {string} view */
function absolute(view) {
  return location.href.split("#")[0] + view;
}

/** The first of two compared images is the selected one. @param {Route} route */
function comparedPicture({ page, selection }) {
  return page === "compare" && (selection.of ?? "pictures") === "pictures" ? (selection.a ?? null) : null;
}

/** @param {HTMLElement} main @param {unknown} fault */
function failed(main, fault) {
  const words = fault instanceof Error ? fault.message : String(fault);
  replace(main, html("h1", {}, "This page could not be shown"), html("p", { class: "lead" }, words));
  console.error(fault);
}
