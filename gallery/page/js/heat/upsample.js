/** Bilinear interpolation of a coarse map onto a finer grid, between cell centers. */

/**
 * @param {Float32Array} values @param {number} rows @param {number} columns
 * @param {Float32Array} out @param {number} height @param {number} width
 */
export function upsample(values, rows, columns, out, height, width) {
  for (let y = 0, i = 0; y < height; y += 1) {
    const v = Math.min(rows - 1, Math.max(0, ((y + 0.5) * rows) / height - 0.5));
    const top = Math.floor(v);
    const bottom = Math.min(rows - 1, top + 1);
    for (let x = 0; x < width; x += 1, i += 1) {
      const u = Math.min(columns - 1, Math.max(0, ((x + 0.5) * columns) / width - 0.5));
      const left = Math.floor(u);
      const right = Math.min(columns - 1, left + 1);
      const upper = values[top * columns + left] * (left + 1 - u) + values[top * columns + right] * (u - left);
      const lower = values[bottom * columns + left] * (left + 1 - u) + values[bottom * columns + right] * (u - left);
      out[i] = upper * (top + 1 - v) + lower * (v - top);
    }
  }
  return out;
}
