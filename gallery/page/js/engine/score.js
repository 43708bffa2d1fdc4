/** The score of a class, which heatmaps explain. */

/**
 * Add a class to the weights of the logits. One unit may stand for two classes: its logit is that of the second.
 * @param {Float32Array} weights one per logit
 * @param {number} target
 * @param {number} weight
 */
export function plant(weights, target, weight) {
  if (weights.length === 1) weights[0] += target ? weight : -weight;
  else weights[target] += weight;
}

/**
 * The logit of a class.
 * @param {Float32Array} logits
 * @param {number} target
 */
export function scoreOf(logits, target) {
  if (logits.length === 1) return target ? logits[0] : -logits[0];
  return logits[target];
}
