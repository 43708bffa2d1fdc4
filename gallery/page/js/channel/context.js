/** The state and data that the sections of a channel's page share. */

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").ModelData} ModelData */
/** @typedef {import("../contract.js").Layer} Layer */

/**
 * A layer's data for its channels' pages.
 * @typedef {object} About
 * @property {Context} context
 * @property {Layer} card the layer's
 * @property {string} path
 * @property {number} channels how many it has
 * @property {boolean} mapped whether a channel is a map of more than one cell
 * @property {import("../values/map-provider.js").LayerMaps | null} maps
 * @property {import("./responses.js").Responses | null} responses
 * @property {import("../values/weights.js").Kernel | null} kernel
 * @property {(channel: number) => boolean} positive whether a channel is never negative, as far as is known
 * @property {(i: number) => string} nameOf a class
 * @property {(change: Partial<State>, quietly?: boolean) => void} select
 */

/**
 * The selection in the address.
 * @typedef {object} State
 * @property {number} channel
 * @property {number} position of the image
 * @property {[number, number] | null} cell
 * @property {string} sort of the classes
 */

/**
 * A part of the page: created once per layer, updated for each selection.
 * @typedef {object} Block
 * @property {HTMLElement} root
 * @property {(state: State) => void} show
 * @property {() => void} [close]
 */

/**
 * The layer and the channel in an address; null if it names only a layer, or nothing that exists.
 * @param {string | null} subject
 * @param {ModelData} data
 * @returns {{ path: string, channel: number } | null}
 */
export function channelNamed(subject, data) {
  const known = (/** @type {string} */ path) => data.model.layers.some((layer) => layer.path === path);
  const [, path, channel] = /^(.+)\/(\d+)$/s.exec(subject ?? "") ?? [];
  return path !== undefined && !known(subject ?? "") && known(path) ? { path, channel: Number(channel) } : null;
}
