/**
 * Convolution with stride, padding, dilation and groups. Kernels are (rows, columns, inputs per group, outputs).
 *
 * The work is all in one loop: for each pixel of the result, the inputs under the kernel that are not zero (after a ReLU
 * half of them are) are listed once, and then eight outputs at a time run down that list with their sums in registers.
 * For this the kernel is kept in strips of eight outputs, as 64-bit numbers, which spares a conversion a product.
 */

/** @typedef {import("./network.js").Operation} Operation */

const STRIP = 8;

/**
 * @param {import("./manifest.js").Convolution} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function convolution(node, weights, shapes) {
  const [height, width, channels] = shapes[0];
  const [rows, columns, outputs] = node.shape;
  const [kernelRows, kernelColumns, inputs] = node.weights.kernel.shape;
  const [strideY, strideX] = node.stride;
  const [dilationY, dilationX] = node.dilation;
  const [top, left] = node.before;
  const groups = node.groups;
  const made = outputs / groups;
  const taps = kernelRows * kernelColumns * inputs;
  const { kernel, bias } = weights;
  const strips = stripped(kernel, taps, outputs, made);
  const listed = new Float64Array(taps);
  const places = new Int32Array(taps);

  /** @param {Float32Array[]} read @param {Float32Array} out */
  function forward(read, out) {
    for (let y = 0, at = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1, at += outputs) {
        for (let g = 0; g < groups; g += 1) sum(list(read[0], y, x, g * inputs), g, out, at + g * made);
      }
    }
  }

  /**
   * List what is not zero under the kernel at one place of the result, with its place in a strip.
   * @param {Float32Array} source @param {number} y @param {number} x @param {number} first channel of the group
   * @returns {number} how many there are
   */
  function list(source, y, x, first) {
    let n = 0;
    for (let ky = 0; ky < kernelRows; ky += 1) {
      const sy = y * strideY - top + ky * dilationY;
      if (sy < 0 || sy >= height) continue;
      for (let kx = 0; kx < kernelColumns; kx += 1) {
        const sx = x * strideX - left + kx * dilationX;
        if (sx < 0 || sx >= width) continue;
        const pixel = (sy * width + sx) * channels + first;
        const tap = (ky * kernelColumns + kx) * inputs;
        for (let i = 0; i < inputs; i += 1) {
          const value = source[pixel + i];
          if (value === 0) continue;
          listed[n] = value;
          places[n] = (tap + i) * STRIP;
          n += 1;
        }
      }
    }
    return n;
  }

  /** @param {number} n how many are listed @param {number} group @param {Float32Array} out @param {number} at */
  function sum(n, group, out, at) {
    let strip = group * Math.ceil(made / STRIP) * taps * STRIP;
    for (let o = 0; o < made; o += STRIP, strip += taps * STRIP) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let e = 0;
      let f = 0;
      let g = 0;
      let h = 0;
      for (let j = 0; j < n; j += 1) {
        const value = listed[j];
        const k = strip + places[j];
        a += value * strips[k];
        b += value * strips[k + 1];
        c += value * strips[k + 2];
        d += value * strips[k + 3];
        e += value * strips[k + 4];
        f += value * strips[k + 5];
        g += value * strips[k + 6];
        h += value * strips[k + 7];
      }
      const to = at + o;
      const from = group * made + o;
      out[to] = a + bias[from];
      // The last strip may be padded; its extra sums are of zeros and unused.
      if (o + 1 < made) out[to + 1] = b + bias[from + 1];
      if (o + 2 < made) out[to + 2] = c + bias[from + 2];
      if (o + 3 < made) out[to + 3] = d + bias[from + 3];
      if (o + 4 < made) out[to + 4] = e + bias[from + 4];
      if (o + 5 < made) out[to + 5] = f + bias[from + 5];
      if (o + 6 < made) out[to + 6] = g + bias[from + 6];
      if (o + 7 < made) out[to + 7] = h + bias[from + 7];
    }
  }

  /** @param {Float32Array[]} read @param {Float32Array} out @param {Float32Array} gradient @param {Float32Array[]} gradients */
  function backward(read, out, gradient, gradients) {
    const target = gradients[0];
    if (!target) return;
    for (let y = 0, at = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1, at += outputs) {
        if (silent(gradient, at)) continue;
        for (let ky = 0; ky < kernelRows; ky += 1) {
          const sy = y * strideY - top + ky * dilationY;
          if (sy < 0 || sy >= height) continue;
          for (let kx = 0; kx < kernelColumns; kx += 1) {
            const sx = x * strideX - left + kx * dilationX;
            if (sx < 0 || sx >= width) continue;
            const pixel = (sy * width + sx) * channels;
            const tap = (ky * kernelColumns + kx) * inputs * outputs;
            for (let g = 0; g < groups; g += 1) {
              for (let i = 0; i < inputs; i += 1) {
                let sum = 0;
                let k = tap + i * outputs + g * made;
                for (let o = at + g * made; o < at + (g + 1) * made; o += 1, k += 1) sum += gradient[o] * kernel[k];
                target[pixel + g * inputs + i] += sum;
              }
            }
          }
        }
      }
    }
  }

  /** @param {Float32Array} gradient @param {number} at */
  function silent(gradient, at) {
    for (let c = at; c < at + outputs; c += 1) if (gradient[c] !== 0) return false;
    return true;
  }

  return { forward, backward };
}

/**
 * The kernel in strips of eight outputs, each tap's eight side by side; the last strip of a group is filled with zeros.
 * @param {Float32Array} kernel @param {number} taps @param {number} outputs @param {number} made outputs per group
 * @returns {Float64Array}
 */
function stripped(kernel, taps, outputs, made) {
  const perGroup = Math.ceil(made / STRIP);
  const strips = new Float64Array((outputs / made) * perGroup * taps * STRIP);
  for (let first = 0, strip = 0; first < outputs; first += made) {
    for (let o = first; o < first + made; o += STRIP, strip += taps * STRIP) {
      const width = Math.min(STRIP, first + made - o);
      for (let tap = 0, from = o, to = strip; tap < taps; tap += 1, from += outputs, to += STRIP) {
        for (let k = 0; k < width; k += 1) strips[to + k] = kernel[from + k];
      }
    }
  }
  return strips;
}
