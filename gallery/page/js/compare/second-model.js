/** The second model of a comparison page: its predictions, and its network where it runs in the page. */
import { liveMaps } from "../values/live-maps.js";
import { whyNotLive } from "../parts/map-origin.js";
import { pictures } from "../values/images.js";
import { bytes } from "../values/unpack.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @param {import("../types.js").TwoModels} context
 * @returns {Promise<{ model: import("../contract.js").Model, pictures: import("../values/images.js").Picture[], layers: import("../values/map-provider.js").LayerMaps[],
 *   whyNot: import("../dom.js").One[] | null }>}
 */
export async function otherModel(context) {
  const { data, unit } = context;
  const { other } = data.sections.compare;
  const { model, network } = other;
  const said = { ...data, model, pictures: { ...data.pictures, predicted: other.predicted, probabilities: other.probabilities } };
  const none = { mapped: null, layers: [], open: () => Promise.reject(new Error("no maps of the second model are stored")) };
  const provider = network?.manifest ? liveMaps(none, {
    manifest: network.manifest, weights: () => bytes(/** @type {number} */ (network.blob)), pictures: data.pictures.count, unit,
    paths: model.layers.map((layer) => layer.path),
  }) : none;
  return {
    model,
    pictures: pictures(said, await bytes(other.probabilities.blob)),
    layers: await Promise.all(provider.layers.map((path) => provider.open(path))),
    whyNot: whyNotLive({ network }),
  };
}
