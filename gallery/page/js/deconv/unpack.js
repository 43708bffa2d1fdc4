/** Unpacks a layer's reconstructions: for each channel its top images and their projections to pixels. */
import { unpacked } from "../values/map-provider.js";

/**
 * @typedef {object} Place
 * @property {number} position of the image
 * @property {number} rank among the channel's, from 0
 * @property {[number, number]} cell row and column where the channel is highest
 * @property {number} peak how high
 * @property {[number, number, number, number]} box what the cell sees: top, left, bottom, right
 */

/** @typedef {Awaited<ReturnType<typeof opened>>} Opened */

/**
 * @param {import("../contract.js").Reconstructions} entry @param {number} columns of the layer's maps @param {(blob: number) => Promise<Uint8Array>} bytes
 */
export async function opened(entry, columns, bytes) {
  const { channels, kept, height, width, depth, each, pieces } = entry;
  const raw = await bytes(entry.places);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const many = channels.length * kept;
  /** A number in the array at this position. @param {number} array @param {number} at */
  const whole = (array, at) => view.getUint32(4 * (array * many + at), true);

  /** @param {number} row @param {number} rank @returns {Place} */
  function place(row, rank) {
    const at = row * kept + rank;
    const cell = whole(2, at);
    return {
      position: whole(1, at), rank, peak: view.getFloat32(4 * at, true), cell: [Math.floor(cell / columns), cell % columns],
      box: [whole(3, at), whole(4, at), whole(5, at), whole(6, at)],
    };
  }

  return {
    entry, place,
    /** The number of rows, one per channel. */
    rows: channels.length,
    /** The row of a channel, -1 if it is missing. @param {number} channel */
    rowOf: (channel) => channels.indexOf(channel),
    /** The images that activate a channel, in order; none for a dead one. @param {number} row @param {number} [most] */
    places: (row, most = kept) => Array.from({ length: kept }, (_, rank) => place(row, rank)).filter(({ peak }) => peak !== 0).slice(0, most),
    /** The reconstruction in a place's box: values row by row, a pixel's channels together. @param {number} row @param {number} rank @returns {Promise<Float32Array>} */
    async values(row, rank) {
      const first = Math.floor(row / each) * each;
      const held = Math.min(each, channels.length - first);
      const maps = unpacked({ path: "", blob: 0, pictures: held, height, width: width * depth, channels: kept, signed: true, spatial: true }, await bytes(pieces[first / each]));
      const all = maps.values(row - first, rank);
      const [top, left, bottom, right] = place(row, rank).box;
      const across = (right - left) * depth;
      const out = new Float32Array((bottom - top) * across);
      for (let y = 0; y < bottom - top; y += 1) out.set(all.subarray(y * width * depth, y * width * depth + across), y * across);
      return out;
    },
  };
}
