/** The heatmap settings in the address: class, cells or smooth, and occlusion settings. */

/**
 * @typedef {object} Wish
 * @property {number | null} target the class, or null for the default one
 * @property {boolean} smooth
 * @property {number} patch size of occlusion's patches
 * @property {string} fill what they are hidden with: "ground" or "mean"
 */

/**
 * @param {number} classes
 * @param {number[]} sizes selectable patch sizes
 * @param {number} usual
 * @param {string[]} fills selectable patch colors, the default first
 */
export function wishes(classes, sizes, usual, fills) {
  return {
    /** @param {Record<string, string>} selection @returns {Wish} */
    read(selection) {
      const target = Number(selection.class);
      const patch = Number(selection.patch);
      return {
        target: selection.class && Number.isInteger(target) && target >= 0 && target < classes ? target : null,
        smooth: selection.maps === "smooth",
        patch: sizes.includes(patch) ? patch : usual,
        fill: fills.includes(selection.fill) ? selection.fill : fills[0],
      };
    },
    /** The settings that differ from the defaults. @param {Wish} wish @returns {Record<string, string | number | null>} */
    write: (wish) => ({
      class: wish.target,
      maps: wish.smooth ? "smooth" : null,
      patch: wish.patch === usual ? null : wish.patch,
      fill: wish.fill === fills[0] ? null : wish.fill,
    }),
  };
}
