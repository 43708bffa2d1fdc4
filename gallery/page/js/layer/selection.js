/** What of the layer page is in its address: picture, channel, cell, scale and order. */
import { order } from "../measure.js";
import { scaleNamed, scalesFor, scalesOf } from "../scale.js";

export const SORTS = [{ name: "index", label: "number" }, { name: "mean", label: "mean" }, { name: "max", label: "highest" }];

/** @typedef {{ position: number, channel: number, scale: string, sort: string, cell: [number, number] | null }} State */

/** @param {import("../maps.js").LayerMaps} maps @param {import("../picture.js").Picture[]} pictures */
export function layerSelection(maps, pictures) {
  return {
    /** @param {Record<string, string>} selection @returns {State} */
    read({ image, channel, scale, sort, cell }) {
      const found = pictures.findIndex((picture) => String(picture.id) === image);
      const position = maps.has(found) ? found : maps.positions[0];
      const wanted = Number(channel);
      const [row, column] = (cell ?? "").split(",").map(Number);
      return {
        position,
        // Before one is chosen: the channel that answers loudest.
        channel: channel && Number.isInteger(wanted) && wanted >= 0 && wanted < maps.channels ? wanted : order(maps, position, "max")[0],
        scale: scalesOf(maps).some((s) => s.name === scale) ? scaleNamed(scale, maps.spatial).name : scalesFor(maps.spatial)[0].name,
        sort: SORTS.some((s) => s.name === sort) ? sort : "index",
        cell: cell && maps.spatial && row >= 0 && row < maps.height && column >= 0 && column < maps.width && row % 1 === 0 && column % 1 === 0
          ? [row, column] : null,
      };
    },
    /** @param {State} state */
    write: (state) => ({
      image: pictures[state.position].id,
      channel: state.channel,
      cell: state.cell ? state.cell.join(",") : null,
      scale: state.scale === scalesFor(maps.spatial)[0].name ? null : state.scale,
      sort: state.sort === "index" ? null : state.sort,
    }),
  };
}
