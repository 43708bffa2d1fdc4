/** Histogram of a channel's highest value over the images, with the selected image marked. */
import { columns } from "../parts/chart.js";
import { html, replace } from "../dom.js";
import { folded, table } from "../parts/table.js";
import { counted, number, short, whole } from "../words.js";

/** @typedef {import("./context.js").About} About */

/** @param {About} about @returns {import("./context.js").Block | null} */
export function spreadBlock(about) {
  const { responses, maps, context } = about;
  if (!responses || responses.pictures < 2) return null;
  const root = html("section", { class: "spread" });
  return {
    root,
    show({ channel, position }) {
      const response = responses.of(channel);
      root.hidden = response.low === response.high;
      if (root.hidden) return;
      const value = maps ? maps.range(position, channel)[1] : null;
      const { bins, zeros, at, from } = binned(response, value);
      const top = Math.max(...bins);
      const words = `Histogram of the highest value of ${about.mapped ? "channel" : "unit"} ${channel} in ${counted(responses.pictures, "image")}: ` +
        `from ${number(response.low)} to ${number(response.high)}${zeros ? `, ${whole(zeros)} at zero` : ""}`;
      const here = value === null ? null : `Image ${context.pictures[position].id}: ${number(value)}`;
      replace(root,
        html("h2", {}, about.mapped ? "Highest value in each image" : "Value for each image"),
        html("p", { class: "note" }, here ? html("b", { class: at >= 0 ? "marked-word" : null }, here) : null, here ? ". " : null,
          zeros ? `${whole(zeros)} of ${counted(responses.pictures, "image")} ${zeros === 1 ? "is" : "are"} exactly 0 and not shown.` : null),
        html("figure", { class: "chart-figure" }, columns({
          words, values: bins, marked: at, width: Math.min(572, innerWidth - 48), height: 120, from: short(from(0)), to: short(from(bins.length)),
          top: `up to ${counted(top, "image")}`,
          tell: (i) => `${short(from(i))} to ${short(from(i + 1))}: ${counted(bins[i], "image")}`,
        })),
        folded("Histogram as a table", () => table(words, [{ title: "From" }, { title: "To", number: true }, { title: "Images", number: true }],
          [...(zeros ? [["0", "0", whole(zeros)]] : []), ...bins.map((count, i) => [number(from(i)), number(from(i + 1)), whole(count)])])));
    },
  };
}

/**
 * The bins to draw, without images at exactly zero, next to which the others would be invisible.
 * @param {import("./responses.js").ChannelResponses} response @param {number | null} value of the selected image
 */
export function binned(response, value) {
  const { start, width } = response;
  const zeros = response.low === 0 ? response.lowTies : 0;
  const bins = [response.bins[0] - zeros, ...response.bins.slice(1)];
  // Values computed in the page may lie slightly outside Python's range.
  const at = value === null || (zeros && value === 0) ? -1 : Math.min(bins.length - 1, Math.max(0, Math.floor((value - start) / width)));
  return { bins, zeros, at, from: (/** @type {number} */ i) => start + i * width };
}
