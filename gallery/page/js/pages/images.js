/** `#/images?true=6&pred=0&conf=0.9-1&sort=loss`: the filtered images with their predictions. */
import { html, named, replace } from "../dom.js";
import { columnsOf } from "../images/columns.js";
import { storedHeats } from "../heat/stored.js";
import { controls } from "../images/controls.js";
import { countRight, matching } from "../images/filter.js";
import { heatLayer } from "../images/heat-layer.js";
import { lookControls, looks } from "../images/layout.js";
import { rowsView } from "../images/rows.js";
import { sorter } from "../images/sorts.js";
import { wall } from "../images/image-grid.js";
import { EVERYTHING, readWish, wantsAll, writeWish } from "../images/filter-query.js";
import { classCount, classNamer } from "../values/images.js";
import { saveControl } from "../save/save-button.js";
import { rowsOffer } from "../save/rows.js";
import { selectionOffers } from "../save/image-list.js";
import { bytes } from "../values/unpack.js";
import { counted, cut, whole } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

export const page = { name: "images", menu, open };

/** Milliseconds without a change after which it is put into the address and announced. */
const REST = 250;

/** @param {Context} context @param {string | null} image */
function menu(context, image) {
  // A single image has its own page in the menu.
  return context.pictures.length > 1 ? { label: "Images", selection: { image } } : null;
}

/** @typedef {import("../images/filter-query.js").Wish} Wish */

/** @param {HTMLElement} host @param {Context} context @param {import("../route.js").Route} route */
async function open(host, context, route) {
  const { data, pictures, painter } = context;
  const stored = await storedHeats(data, bytes);
  const nameOf = classNamer(data);
  const columns = columnsOf(pictures);
  const sorted = sorter(columns);
  const known = { classes: classCount(data), labelled: columns.labelled, scored: columns.scored };
  /** @type {Wish} */
  let wish = readWish(route.selection, known);
  /** @type {string | null} the image that all pages share */
  let image = route.selection.image ?? null;
  let positions = matching(columns, wish, sorted);

  const looking = stored.length ? looks(stored, /** @type {import("../types.js").With<"heatmaps">["data"]} */ (data)) : null;
  let look = looking?.read(route.selection) ?? null;
  const heat = looking ? heatLayer(context) : null;
  /** @param {Wish} asked */
  const address = (asked, shown = look) => context.address("images", null, { ...writeWish(asked), ...(shown && looking?.write(shown)), image });
  const lookFor = looking ? lookControls(stored, (change) => { if (look) context.go(address(wish, { ...look, ...change }), { replace: true }); }) : null;

  const filters = controls(columns, nameOf, {
    chosen(change) { settle(); wish = { ...wish, ...change }; context.go(address(wish)); draw(); tellSoon(); },
    moving(change) { wish = { ...wish, ...change }; draw(); keepSoon(); tellSoon(); },
    left: () => grid.focus(),
  });
  const ways = {
    // With the filter, so that its page steps through the matching images.
    address: (/** @type {number} */ position) => context.address("image", pictures[position].id, writeWish(wish)),
    // The address then has the image, so that going back returns to it.
    opening(/** @type {number} */ position) { image = String(pictures[position].id); keep(); },
  };
  const place = html("div", {});
  let grid = laidOut();
  const count = html("p", { class: "count" });
  const reverse = html("p", { class: "note reverse" });
  const nothing = html("p", { class: "lead nothing" });
  const paper = html("p", { class: "note on-paper" });
  replace(host,
    html("div", { class: "title-row" }, html("h1", {}, "Images"), columns.scored ? html("p", { class: "subtitle" }, "Predictions and confidence") : null,
      saveControl(context.tell, () => [
        ...(look?.rows ? [rowsOffer(context, stored, chosen(), look)] : []), ...selectionOffers(context, chosen(), context.address("images", null, writeWish(wish)))])),
    filters.root,
    html("div", { class: "found" }, count, lookFor?.root, filters.sort),
    heat?.meaning,
    reverse, paper, nothing, place);

  /** The images in the current layout. */
  function laidOut() {
    const made = look?.rows ? rowsView(context, stored, look, ways) : wall(pictures, {
      paint: (canvas, position, room) => (heat ? heat.paint(canvas, position, room) : painter.show(canvas, position, room)),
      say: (position) => heat?.say(position) ?? "", ...ways,
    });
    if (look) {
      heat?.set(look);
      if (heat && look.rows) heat.meaning.hidden = true;
      lookFor?.set(look);
    }
    replace(place, made.root);
    return made;
  }

  /** Redo the layout or repaint if the selection changes them. @param {Record<string, string>} selection */
  function relook(selection) {
    const next = looking?.read(selection);
    if (!look || !looking || !next || JSON.stringify(looking.write(next)) === JSON.stringify(looking.write(look))) return;
    const other = next.rows !== look.rows;
    look = next;
    if (other) {
      grid.close();
      grid = laidOut();
      draw();
      return;
    }
    lookFor?.set(look);
    if (!look.rows) heat?.set(look);
    grid.repaint(look);
  }

  function draw() {
    positions = matching(columns, wish, sorted);
    filters.set(wish);
    grid.set(positions, image === null ? -1 : columns.id.indexOf(Number(image)));
    const right = columns.scored ? countRight(columns, positions) : null;
    replace(count,
      html("b", {}, countWords()),
      right === null || !positions.length ? null : html("span", { class: "muted" }, shares(right, positions.length)),
      wantsAll(wish) ? null : html("a", { href: address({ ...EVERYTHING, sort: wish.sort }) }, "Show all"));
    replace(reverse, wish.label !== null && wish.said !== null && wish.label !== wish.said ? otherWay() : null);
    replace(nothing, positions.length ? null : "No image matches. Relax the filter or show all.");
    replace(paper, positions.length > grid.printed ? `Only the first ${grid.printed} are printed.` : null);
    reverse.hidden = !reverse.childNodes.length;
    nothing.hidden = positions.length > 0;
    paper.hidden = positions.length <= grid.printed;
  }

  /** "412 of 10,000 pictures" */
  function countWords() {
    return positions.length < columns.count ? `${whole(positions.length)} of ${counted(columns.count, "image")}` : counted(columns.count, "image");
  }

  /** The same two classes, confused in the other direction. */
  function otherWay() {
    const other = { ...wish, label: wish.said, said: wish.label };
    const many = matching(columns, other, sorted).length;
    return ["The reverse: ", html("a", { href: address(other) }, named(cut(nameOf(other.label ?? 0), 32)), " mistaken for ",
      named(cut(nameOf(other.said ?? 0), 32)), `, ${counted(many, "image")}`)];
  }

  const chosen = () => Array.from(positions, (position) => pictures[position]);

  // Continuous changes are drawn at once, but put into the address only at rest, since browsers limit history changes.
  let keeping = 0;
  let telling = 0;
  function keep() {
    clearTimeout(keeping);
    keeping = 0;
    context.go(address(wish), { replace: true });
  }
  function keepSoon() {
    clearTimeout(keeping);
    keeping = setTimeout(keep, REST);
  }
  /** Update the last history entry before adding another. */
  function settle() {
    if (keeping) keep();
  }
  function tellSoon() {
    clearTimeout(telling);
    telling = setTimeout(() => context.tell(countWords()), REST);
  }
  host.addEventListener("click", settle, true);

  draw();
  return {
    title: "Images",
    /** @param {import("../route.js").Route} next */
    update(next) {
      clearTimeout(keeping);
      keeping = 0;
      const asked = readWish(next.selection, known);
      const shared = next.selection.image ?? null;
      relook(next.selection);
      if (address(asked) === address(wish) && shared === image) return true;
      wish = asked;
      image = shared;
      draw();
      tellSoon();
      return true;
    },
    /** @param {string} key */
    key(key) {
      if (key !== "/") return false;
      filters.focus();
      return true;
    },
    close() {
      clearTimeout(keeping);
      clearTimeout(telling);
      grid.close();
    },
  };
}

/** @param {number} right @param {number} of */
function shares(right, of) {
  if (right === of) return of === 1 ? "right" : "all right";
  return right ? `${whole(right)} right, ${whole(of - right)} wrong` : of === 1 ? "wrong" : "all wrong";
}
