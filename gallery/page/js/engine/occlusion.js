/**
 * Occlusion sensitivity (Zeiler & Fergus 2014, section 4.2): hide a patch of the picture, and see how far the score of a
 * class drops. The picture is divided into cells of `stride` pixels; each cell's patch of `size` pixels lies evenly about
 * it, cut off where it reaches over the edge. So cells lie on the picture exactly, and every pixel is hidden at least once.
 */
import { scoreOf } from "./score.js";

/** @typedef {import("./network.js").Network} Network */

/**
 * @typedef {object} Grid
 * @property {number} height @property {number} width of the picture
 * @property {number} size @property {number} stride pixels of a patch and of a cell
 * @property {number} rows @property {number} columns of cells
 */

/**
 * @param {number} height @param {number} width
 * @param {number} size @param {number} [stride]
 * @returns {Grid}
 */
export function patchGrid(height, width, size, stride = strideFor(size)) {
  if (!Number.isInteger(size) || size < 1) throw new Error(`a patch size must be a whole number of pixels, not ${size}`);
  if (!Number.isInteger(stride) || stride < 1 || stride > size) {
    throw new Error(`patches of ${size} pixels need a stride from 1 to ${size}, not ${stride}`);
  }
  return { height, width, size, stride, rows: Math.ceil(height / stride), columns: Math.ceil(width / stride) };
}

/** About half a patch, so that the patch lies evenly about its cell. @param {number} size */
export function strideFor(size) {
  let stride = Math.ceil(size / 2);
  if ((size - stride) % 2) stride -= 1;
  return stride || size;
}

/**
 * The pixels that a cell's patch hides: top, left, bottom, right, ends excluded.
 * @param {Grid} grid @param {number} cell row by row @param {Int32Array | number[]} box filled
 */
export function patchOf(grid, cell, box) {
  const before = Math.floor((grid.size - grid.stride) / 2);
  const column = cell % grid.columns;
  const top = ((cell - column) / grid.columns) * grid.stride - before;
  const left = column * grid.stride - before;
  box[0] = Math.max(0, top);
  box[1] = Math.max(0, left);
  box[2] = Math.min(grid.height, top + grid.size);
  box[3] = Math.min(grid.width, left + grid.size);
  return box;
}

/**
 * The drops of one picture, patch by patch, from coarse to fine: a cell that has not had its turn shows the nearest one
 * above and left of it that has. Nothing is allocated from patch to patch.
 * @param {Network} net used up: it holds the answer to the last patch afterwards
 * @param {Grid} grid
 * @param {Float32Array} picture as the model takes it
 * @param {ArrayLike<number>} fill what hides it, one value a channel, as the model takes it
 * @param {number} target the class
 */
export function occlusion(net, grid, picture, fill, target) {
  const { rows, columns, width } = grid;
  const channels = fill.length;
  const drops = new Float32Array(rows * columns);
  const chances = new Float32Array(rows * columns);
  const { cells, spans } = coarseToFine(rows, columns);
  const box = new Int32Array(4);
  net.input.set(picture);
  net.run();
  const score = scoreOf(net.logits, target);
  const chance = net.probabilities[target];
  let done = 0;

  return {
    /** The class's logit and probability when nothing is hidden. */
    score, chance,
    /** How far they drop, one value a cell, row by row; below zero where hiding raises them. */
    drops, chances,
    total: cells.length,
    get done() { return done; },
    /** Hide the next patch. @returns {boolean} whether there are more */
    step() {
      if (done >= cells.length) return false;
      const cell = cells[done];
      patchOf(grid, cell, box);
      for (let row = box[0]; row < box[2]; row += 1) {
        for (let i = (row * width + box[1]) * channels; i < (row * width + box[3]) * channels;) {
          for (let c = 0; c < channels; c += 1, i += 1) net.input[i] = fill[c];
        }
      }
      net.run();
      const drop = score - scoreOf(net.logits, target);
      const less = chance - net.probabilities[target];
      for (let row = box[0]; row < box[2]; row += 1) {
        for (let i = (row * width + box[1]) * channels; i < (row * width + box[3]) * channels; i += 1) net.input[i] = picture[i];
      }
      // Cells that are finer have not had their turn.
      const span = spans[done];
      const bottom = Math.min(rows, Math.floor(cell / columns) + span);
      const right = Math.min(columns, (cell % columns) + span);
      for (let row = Math.floor(cell / columns); row < bottom; row += 1) {
        for (let column = cell % columns; column < right; column += 1) {
          drops[row * columns + column] = drop;
          chances[row * columns + column] = less;
        }
      }
      done += 1;
      return done < cells.length;
    },
  };
}

/**
 * All cells in an order that shows the whole early: every eighth row and column, then every fourth, second, all; and how
 * many rows and columns each speaks for until finer ones follow.
 * @param {number} rows @param {number} columns
 */
export function coarseToFine(rows, columns) {
  const cells = new Int32Array(rows * columns);
  const spans = new Int32Array(rows * columns);
  let coarsest = 1;
  while (coarsest < 8 && 2 * coarsest < Math.max(rows, columns)) coarsest *= 2;
  let at = 0;
  for (let span = coarsest; span >= 1; span /= 2) {
    for (let row = 0; row < rows; row += span) {
      for (let column = 0; column < columns; column += span) {
        if (span < coarsest && row % (2 * span) === 0 && column % (2 * span) === 0) continue;
        cells[at] = row * columns + column;
        spans[at] = span;
        at += 1;
      }
    }
  }
  return { cells, spans };
}

/**
 * For each pixel the mean over the patches that hide it.
 * @param {Grid} grid @param {Float32Array} drops one a cell @param {Float32Array} out height × width
 */
export function perPixel(grid, drops, out) {
  const times = new Uint32Array(out.length);
  const box = new Int32Array(4);
  out.fill(0);
  for (let cell = 0; cell < drops.length; cell += 1) {
    patchOf(grid, cell, box);
    for (let row = box[0]; row < box[2]; row += 1) {
      for (let i = row * grid.width + box[1]; i < row * grid.width + box[3]; i += 1) {
        out[i] += drops[cell];
        times[i] += 1;
      }
    }
  }
  for (let i = 0; i < out.length; i += 1) out[i] /= times[i];
  return out;
}
