/** Blocks that depend on the channel alone, and not on the image or the cell. */

/** @typedef {import("./context.js").Block} Block */

/**
 * A block that is drawn anew where another channel is selected.
 * @param {HTMLElement} root
 * @param {(channel: number, still: () => boolean) => void} draw ``still`` tells whether the channel is still selected, for what arrives later
 * @returns {Block}
 */
export function channelBlock(root, draw) {
  let shown = -1;
  return {
    root,
    show({ channel }) {
      if (channel === shown) return;
      shown = channel;
      draw(channel, () => channel === shown);
    },
  };
}
