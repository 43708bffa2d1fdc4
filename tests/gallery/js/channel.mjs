/** Prints what the page reads from a network's weights and from packed responses, as JSON; test_channel.py compares. */
import { readFileSync } from "node:fs";
import { found, unpacked } from "../../../gallery/page/js/channel/responses.js";
import { binned } from "../../../gallery/page/js/channel/histogram.js";
import { kernelOf } from "../../../gallery/page/js/values/weights.js";

const { task, ...given } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const bytes = (name) => {
  const held = readFileSync(name);
  return new Uint8Array(held.buffer.slice(held.byteOffset, held.byteOffset + held.length));
};

const tasks = {
  kernels({ manifest, weights, paths, asked }) {
    const block = bytes(weights);
    return asked.map(([path, channel]) => {
      const kernel = kernelOf(manifest, block, paths, path);
      if (!kernel) return null;
      const { of, ...about } = kernel;
      const { slices, bias } = of(channel);
      return { ...about, bias, slices: slices.map(({ input, values, norm }) => ({ input, norm, values: [...values] })) };
    });
  },
  responses({ blob, entry }) {
    const responses = unpacked(bytes(blob), entry, "label", []);
    // JSON has no NaN: null.
    return Array.from({ length: entry.channels }, (_, channel) => responses.of(channel));
  },
  found({ maps }) {
    // maps[picture][channel] is a list of values.
    const channels = maps[0].length;
    const responses = found({
      positions: maps.map((_, i) => i),
      range: (picture, channel) => [Math.min(...maps[picture][channel]), Math.max(...maps[picture][channel])],
      values: (picture, channel) => Float32Array.from(maps[picture][channel]),
    });
    return Array.from({ length: channels }, (_, channel) => responses.of(channel));
  },
  binned({ response, values }) {
    return values.map((value) => {
      const { bins, zeros, at, from } = binned(response, value);
      return { bins, zeros, at, from: bins.map((_, i) => from(i)) };
    });
  },
};
console.log(JSON.stringify(tasks[task](given)));
