/** Prints which maps are flat and which channels dead, of the layers that are given: see tests/gallery/test_signal.py. */
import { readFileSync } from "node:fs";
import { deadChannels, isFlatChannel, isFlatHeatmap } from "../../../gallery/page/js/values/signal.js";

const layers = JSON.parse(readFileSync(process.argv[2], "utf8"));
const found = layers.map(({ pictures, cells, channels, values }) => {
  const low = new Float32Array(pictures * channels), high = new Float32Array(pictures * channels), heat = [];
  for (let map = 0; map < low.length; map += 1) {
    const own = Float32Array.from(values.slice(map * cells, (map + 1) * cells));
    low[map] = own.reduce((a, b) => Math.min(a, b));
    high[map] = own.reduce((a, b) => Math.max(a, b));
    heat.push(isFlatHeatmap(own));
  }
  return { heat, flat: heat.map((_, map) => isFlatChannel(low[map], high[map], cells)), dead: deadChannels({ cells, channels, low, high }) };
});
console.log(JSON.stringify(found));
