/** The draw page's state in its address; the drawing itself is not part of it. */

/** @typedef {{ position: number, view: string, layer: string | null, wish: import("../heat/selection.js").Wish }} State */
/** @typedef {Partial<State> & Partial<import("../heat/selection.js").Wish>} Change */

/**
 * @param {import("../values/images.js").Picture[]} pictures
 * @param {Pick<ReturnType<typeof import("./live-heatmap.js").reasons>, "views" | "selection">} why
 * @param {string[]} layers
 */
export function drawSelection(pictures, { views, selection: heats }, layers) {
  return {
    /** @param {Record<string, string>} selection @returns {State} */
    read: (selection) => ({
      position: pictures.findIndex((picture) => String(picture.id) === selection.image),
      view: views.includes(selection.overlay) ? selection.overlay : views[0],
      layer: layers.includes(selection.layer) ? selection.layer : null,
      wish: heats.read(selection),
    }),
    /** @param {State} state @param {Change} change */
    write(state, change) {
      const next = { ...state, ...change };
      return {
        image: pictures[next.position]?.id,
        overlay: next.view === views[0] ? null : next.view,
        ...heats.write({ ...state.wish, ...change }),
        layer: next.layer,
      };
    },
  };
}
