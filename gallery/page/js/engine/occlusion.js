/**
 * Occlusion sensitivity (Zeiler & Fergus 2014, section 4.2): hide a patch of the image, and measure how far the score
 * of a class drops. The image is divided into cells of `stride` pixels; each cell's patch of `size` pixels is centered
 * on it and clipped at the edge. So cells tile the image exactly, and every pixel is hidden at least once.
 */
import { scoreOf } from "./score.js";

/** @typedef {import("./network.js").Network} Network */

/**
 * @typedef {object} Grid
 * @property {number} height @property {number} width of the image
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

/** The offset that centers a patch on its cell. @param {number} size */
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
 * The drops of one image, patch by patch, from coarse to fine: a pending cell shows the nearest finished one above and
 * left of it. Nothing is allocated from patch to patch.
 * @param {Network} net overwritten: it holds the output for the last patch afterwards
 * @param {Grid} grid
 * @param {Float32Array} picture as the model takes it
 * @param {ArrayLike<number>} fill the color of the patch, one value per channel, as the model takes it
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
    /** The class's logit and probability without a patch. */
    score, chance,
    /** Their drops, one value per cell, row by row; negative where hiding raises them. */
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
      // Finer cells are still pending.
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
 * All cells from coarse to fine: every eighth row and column, then every fourth, second, all; and how many rows and
 * columns each covers until finer ones follow.
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
 * @param {Grid} grid @param {Float32Array} drops one per cell @param {Float32Array} out height × width
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
