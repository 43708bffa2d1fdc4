/**
 * Grad-CAM (Selvaraju et al. 2017): a layer's maps, each weighted by the mean gradient of the score over it, summed
 * and passed through a ReLU (equations 1 and 2).
 */

/** @typedef {import("./network.js").Network} Network */

/**
 * @param {Network} net after a run
 * @param {string} path a layer with maps
 * @param {Float32Array} weights one per logit: 1 for a class, or 1 and -1 for one against another
 * @param {Float32Array} out rows × columns of the layer
 * @returns {Float32Array} out, in units of the score, never negative
 */
export function gradCam(net, path, weights, out) {
  const [rows, columns, channels] = net.shape(path);
  const values = net.values(path);
  const gradient = net.gradient(weights, path);
  out.fill(0);
  for (let c = 0; c < channels; c += 1) {
    let alpha = 0;
    for (let i = c; i < gradient.length; i += channels) alpha += gradient[i];
    alpha /= rows * columns;
    if (alpha === 0) continue;
    for (let p = 0, i = c; p < out.length; p += 1, i += channels) out[p] += alpha * values[i];
  }
  for (let p = 0; p < out.length; p += 1) if (out[p] < 0) out[p] = 0;
  return out;
}
