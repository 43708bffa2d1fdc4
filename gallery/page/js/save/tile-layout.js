/** The layout of a sheet's tiles: number per row and size. Pure numbers, no DOM. */

/**
 * @typedef {object} Arrangement all in pixels but `columns`
 * @property {number} columns
 * @property {number} step from tile to tile
 * @property {number} zoom pixels per cell: an integer, or below 1 if the maps are larger than the space
 * @property {number} width of a tile
 * @property {number} height of a tile
 */

/**
 * Full rows of tiles near the size `wanted`, with an integer number of pixels per cell.
 * @param {number} count of tiles @param {number} across @param {number} down cells of a tile
 * @param {number} room pixels in a row @param {{ wanted: number, most: number, gap: number }} sizes in pixels
 * @returns {Arrangement}
 */
export function arrange(count, across, down, room, { wanted, most, gap }) {
  const cells = Math.max(across, down);
  if (cells > most) {
    const zoom = 1 / Math.ceil(cells / most);
    const side = Math.round(cells * zoom);
    const columns = Math.min(count, Math.max(1, Math.floor((room + gap) / (side + gap))));
    return { columns, step: side + gap, zoom, width: Math.max(1, Math.round(across * zoom)), height: Math.max(1, Math.round(down * zoom)) };
  }
  let best = { columns: 1, zoom: 1, worth: -Infinity };
  for (let columns = Math.min(count, 64); columns > 0; columns -= 1) {
    const zoom = Math.min(Math.floor(most / cells), Math.floor((Math.floor((room + gap) / columns) - gap) / cells));
    if (zoom < 1) continue;
    const side = zoom * cells;
    const filled = Math.min(1, (columns * (side + gap)) / (room + gap));
    const worth = filled - 0.4 * Math.abs(Math.log2(side / wanted)) - (count % columns ? 0.3 : 0);
    if (worth > best.worth) best = { columns, zoom, worth };
  }
  const { columns, zoom } = best;
  // Leftover space widens the gaps slightly.
  const step = Math.min(Math.floor((room + gap) / columns), zoom * cells + 2 * gap);
  return { columns, step: Math.max(step, zoom * cells + gap), zoom, width: across * zoom, height: down * zoom };
}
