/**
 * Activation functions and their derivatives.
 */

/** @typedef {import("./network.js").Operation} Operation */
/** @typedef {{value: (x: number) => number, derivative: (x: number, y: number) => number}} Curve */

const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** @param {number} x the integral of the normal density up to x, to 1e-7 (Abramowitz & Stegun 7.1.26) */
function normal(x) {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-z * z);
  return x < 0 ? tail / 2 : 1 - tail / 2;
}

/** @param {number} x log(1 + e^x) without overflow */
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** @type {Curve} */
const GELU = {
  value: (x) => x * normal(x),
  derivative: (x) => normal(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI),
};

/** @type {Curve} Hendrycks & Gimpel 2016: the tanh approximation, the default of keras.ops.gelu. */
const APPROXIMATE_GELU = {
  value: (x) => 0.5 * x * (1 + Math.tanh(bent(x))),
  derivative(x) {
    const t = Math.tanh(bent(x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
  },
};

/** @param {number} x */
function bent(x) {
  return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
}

/** @type {Record<string, (node: import("./manifest.js").Activation) => Curve>} */
const CURVES = {
  relu(node) {
    const below = node.slope ?? 0;
    const top = node.top ?? Infinity;
    const threshold = node.threshold ?? 0;
    return {
      value: (x) => (x >= top ? top : x > threshold || (x === threshold && threshold > 0) ? x : below * (x - threshold)),
      derivative: (x) => (x >= top ? 0 : x > threshold ? 1 : below),
    };
  },
  relu6: () => ({ value: (x) => Math.min(6, Math.max(0, x)), derivative: (x) => (x > 0 && x < 6 ? 1 : 0) }),
  elu(node) {
    const alpha = node.alpha ?? 1;
    return { value: (x) => (x > 0 ? x : alpha * Math.expm1(x)), derivative: (x, y) => (x > 0 ? 1 : y + alpha) };
  },
  celu: () => ({ value: (x) => (x > 0 ? x : Math.expm1(x)), derivative: (x, y) => (x > 0 ? 1 : y + 1) }),
  selu: () => ({
    value: (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
    derivative: (x, y) => (x > 0 ? SELU.scale : y + SELU.scale * SELU.alpha),
  }),
  gelu: (node) => (node.approximate ? APPROXIMATE_GELU : GELU),
  sigmoid: () => ({ value: sigmoid, derivative: (x, y) => y * (1 - y) }),
  log_sigmoid: () => ({ value: (x) => -softplus(-x), derivative: (x) => sigmoid(-x) }),
  tanh: () => ({ value: Math.tanh, derivative: (x, y) => 1 - y * y }),
  hard_tanh: () => ({ value: (x) => Math.min(1, Math.max(-1, x)), derivative: (x) => (x > -1 && x < 1 ? 1 : 0) }),
  silu: () => ({ value: (x) => x * sigmoid(x), derivative: (x, y) => y + sigmoid(x) * (1 - y) }),
  softplus: () => ({ value: softplus, derivative: sigmoid }),
  softsign: () => ({ value: (x) => x / (1 + Math.abs(x)), derivative: (x) => 1 / (1 + Math.abs(x)) ** 2 }),
  exponential: () => ({ value: Math.exp, derivative: (x, y) => y }),
  hard_sigmoid: () => ({
    value: (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
    derivative: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  }),
  hard_silu: () => ({
    value: (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
    derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  }),
  mish: () => ({
    value: (x) => x * Math.tanh(softplus(x)),
    derivative(x) {
      const t = Math.tanh(softplus(x));
      return t + x * sigmoid(x) * (1 - t * t);
    },
  }),
};

/**
 * @param {import("./manifest.js").Activation} node
 * @returns {Operation}
 */
export function activation(node) {
  if (node.kind === "relu" && node.slope === undefined) return rectifier();
  const { value, derivative } = CURVES[node.kind](node);
  return {
    forward(read, out) {
      const source = read[0];
      for (let i = 0; i < out.length; i += 1) out[i] = value(source[i]);
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let i = 0; i < gradient.length; i += 1) if (gradient[i] !== 0) target[i] += gradient[i] * derivative(read[0][i], out[i]);
    },
  };
}

/**
 * The plain ReLU, the most common one, without a call for each value.
 * @returns {Operation}
 */
function rectifier() {
  return {
    forward(read, out) {
      const source = read[0];
      for (let i = 0; i < out.length; i += 1) out[i] = source[i] > 0 ? source[i] : 0;
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let i = 0; i < gradient.length; i += 1) if (out[i] > 0) target[i] += gradient[i];
    },
  };
}

/**
 * A ReLU with a learned slope for negative values.
 * @param {import("./manifest.js").Plain} node
 * @param {Record<string, Float32Array>} weights
 * @returns {Operation}
 */
export function parametric(node, weights) {
  const { slopes: below } = weights;
  return {
    forward(read, out) {
      const source = read[0];
      for (let i = 0; i < out.length; i += 1) out[i] = source[i] > 0 ? source[i] : below[i] * source[i];
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let i = 0; i < gradient.length; i += 1) target[i] += gradient[i] * (read[0][i] > 0 ? 1 : below[i]);
    },
  };
}

/**
 * Softmax over the last axis.
 * @param {import("./manifest.js").Plain} node
 * @returns {Operation}
 */
export function softmax(node) {
  const period = node.shape[node.shape.length - 1];
  return {
    forward(read, out) {
      const source = read[0];
      for (let from = 0; from < out.length; from += period) {
        let highest = -Infinity;
        for (let i = from; i < from + period; i += 1) if (source[i] > highest) highest = source[i];
        let sum = 0;
        for (let i = from; i < from + period; i += 1) {
          out[i] = Math.exp(source[i] - highest);
          sum += out[i];
        }
        for (let i = from; i < from + period; i += 1) out[i] /= sum;
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let from = 0; from < gradient.length; from += period) {
        let along = 0;
        for (let i = from; i < from + period; i += 1) along += gradient[i] * out[i];
        for (let i = from; i < from + period; i += 1) target[i] += out[i] * (gradient[i] - along);
      }
    },
  };
}
