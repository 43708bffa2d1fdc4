/** What the sections of a channel's page share, and what its address selects. */

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").ModelData} ModelData */
/** @typedef {import("../contract.js").Layer} Layer */

/**
 * What is shown of a layer's channels.
 * @typedef {object} About
 * @property {Context} context
 * @property {Layer} card the layer's
 * @property {string} path
 * @property {number} channels how many it has
 * @property {boolean} mapped whether a channel is a map of more than one cell
 * @property {import("../values/map-provider.js").LayerMaps | null} maps
 * @property {import("./responses.js").Answers | null} answers
 * @property {import("../values/weights.js").Kernel | null} kernel
 * @property {(channel: number) => boolean} positive whether a channel is never negative, as far as is known
 * @property {(i: number) => string} nameOf a class
 * @property {(change: Partial<State>, quietly?: boolean) => void} select
 */

/**
 * What is chosen.
 * @typedef {object} State
 * @property {number} channel
 * @property {number} position of the picture
 * @property {[number, number] | null} cell
 * @property {string} sort of the classes
 */

/**
 * A part of the page: made once for a layer, shown for each selection.
 * @typedef {object} Block
 * @property {HTMLElement} root
 * @property {(state: State) => void} show
 * @property {() => void} [close]
 */

/**
 * The layer and the channel that an address names; null where it names a layer, or nothing that there is.
 * @param {string | null} subject
 * @param {ModelData} data
 * @returns {{ path: string, channel: number } | null}
 */
export function channelNamed(subject, data) {
  const known = (/** @type {string} */ path) => data.model.layers.some((layer) => layer.path === path);
  const [, path, channel] = /^(.+)\/(\d+)$/s.exec(subject ?? "") ?? [];
  return path !== undefined && !known(subject ?? "") && known(path) ? { path, channel: Number(channel) } : null;
}
