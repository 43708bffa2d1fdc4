/** Heatmaps without a page: patches, their order, upsampling, what is in the address, calm announcements. */
import assert from "node:assert/strict";
import test from "node:test";
import { calmly } from "../../../gallery/page/js/parts/screen-reader.js";
import { coarseToFine, patchGrid, patchOf, perPixel, strideFor } from "../../../gallery/page/js/engine/occlusion.js";
import { plant, scoreOf } from "../../../gallery/page/js/engine/score.js";
import { highest, likeliest, whereabouts } from "../../../gallery/page/js/heat/heatmap.js";
import { fillOf, hiddenHeat, patchSizes, usualSize } from "../../../gallery/page/js/heat/occlusion.js";
import { wishes } from "../../../gallery/page/js/heat/selection.js";
import { upsample } from "../../../gallery/page/js/heat/upsample.js";
import { occluder } from "../../../gallery/page/js/worker/occlusion-jobs.js";
import { isFlatHeatmap } from "../../../gallery/page/js/values/signal.js";

test("a patch lies evenly about its cell and is cut off at the edge", () => {
  const grid = patchGrid(7, 9, 5, 3);
  assert.deepEqual([grid.rows, grid.columns], [3, 3]);
  assert.deepEqual(patchOf(grid, 0, []), [0, 0, 4, 4]);
  assert.deepEqual(patchOf(grid, 4, []), [2, 2, 7, 7]);
  assert.deepEqual(patchOf(grid, 8, []), [5, 5, 7, 9]);
  assert.deepEqual([1, 2, 3, 4, 5, 7, 9, 14].map(strideFor), [1, 2, 1, 2, 3, 3, 5, 6]);
});

test("patches that would leave pixels out are refused", () => {
  for (const [size, stride] of [[3, 4], [0, 1], [3, 0], [2.5, 1]]) assert.throws(() => patchGrid(9, 9, size, stride));
});

test("every cell has one turn, and before it speaks the nearest one above and left", () => {
  for (const [rows, columns] of [[1, 1], [3, 3], [10, 10], [28, 5], [17, 33]]) {
    const { cells, spans } = coarseToFine(rows, columns);
    assert.deepEqual([...cells].sort((a, b) => a - b), Array.from({ length: rows * columns }, (_, i) => i));
    const speaks = new Int32Array(rows * columns).fill(-1);
    cells.forEach((cell, i) => {
      if (i) assert.ok(spans[i] <= spans[i - 1]);
      for (let row = 0; row < spans[i]; row += 1) {
        for (let column = 0; column < spans[i]; column += 1) {
          const [y, x] = [Math.floor(cell / columns) + row, (cell % columns) + column];
          if (y < rows && x < columns) speaks[y * columns + x] = cell;
        }
      }
      if (i + 1 < cells.length && spans[i + 1] < spans[i]) assert.ok(speaks.every((one) => one >= 0));
    });
    assert.deepEqual([...speaks], Array.from({ length: rows * columns }, (_, i) => i));
  }
});

test("a pixel's value is the mean over the patches that hide it", () => {
  const grid = patchGrid(1, 4, 3, 1);
  const found = perPixel(grid, Float32Array.of(1, 2, 3, 4), new Float32Array(4));
  assert.deepEqual([...found], [1.5, 2, 3, 3.5]);
});

test("upsampling goes between the middles of cells and keeps what is even", () => {
  const found = upsample(Float32Array.of(0, 4), 1, 2, new Float32Array(4), 1, 4);
  assert.deepEqual([...found], [0, 1, 3, 4]);
  const square = upsample(Float32Array.of(0, 2, 4, 6), 2, 2, new Float32Array(16), 4, 4);
  assert.deepEqual([...square], [0, 0.5, 1.5, 2, 1, 1.5, 2.5, 3, 3, 3.5, 4.5, 5, 4, 4.5, 5.5, 6]);
  assert.ok(upsample(new Float32Array(9).fill(0.7), 3, 3, new Float32Array(784), 28, 28).every((v) => Math.abs(v - 0.7) < 1e-6));
  assert.deepEqual([...upsample(Float32Array.of(1, 2, 3), 3, 1, new Float32Array(3), 3, 1)], [1, 2, 3]);
});

test("one unit speaks for the second of two classes", () => {
  const weights = new Float32Array(1);
  plant(weights, 0, 1);
  assert.equal(weights[0], -1);
  assert.equal(scoreOf(Float32Array.of(3), 0), -3);
  assert.equal(scoreOf(Float32Array.of(3), 1), 3);
  assert.equal(scoreOf(Float32Array.of(3, 7), 1), 7);
});

test("patch sizes suit the picture, and the usual one is about a quarter", () => {
  assert.deepEqual(patchSizes(28, 28), [3, 5, 7, 9, 13]);
  assert.equal(usualSize(patchSizes(28, 28), 28, 28), 7);
  const large = patchSizes(224, 224);
  assert.ok(large.length > 1 && large.every((size) => {
    const grid = patchGrid(224, 224, size);
    return grid.rows * grid.columns <= 1100;
  }));
  for (const side of [1, 2, 3, 5]) assert.ok(patchSizes(side, side).every((size) => size >= 1 && size <= side));
});

test("a patch is filled with the ground, or with the mean of each channel", () => {
  const unit = Float32Array.of(0, 1, 0.5, 1, 0, 0.5);
  assert.deepEqual([...fillOf(unit, 3, "mean", "dark")], [0.5, 0.5, 0.5]);
  assert.deepEqual([...fillOf(unit, 3, "ground", "dark")], [0, 0, 0]);
  assert.deepEqual([...fillOf(unit, 1, "ground", "light")], [1]);
  assert.deepEqual([...fillOf(unit, 1, "ground", null)], [0.5]);
});

test("the address holds what differs from the usual, and refuses what is not offered", () => {
  const { read, write } = wishes(10, [3, 7], 7, ["ground", "mean"]);
  const usual = { target: null, smooth: false, patch: 7, fill: "ground" };
  assert.deepEqual(read({}), usual);
  assert.deepEqual(read({ class: "10", maps: "x", patch: "5", fill: "red" }), usual);
  assert.deepEqual(read({ class: "0", maps: "smooth", patch: "3", fill: "mean" }), { target: 0, smooth: true, patch: 3, fill: "mean" });
  assert.deepEqual(write(usual), { class: null, maps: null, patch: null, fill: null });
  assert.deepEqual(write({ target: 0, smooth: true, patch: 3, fill: "mean" }), { class: 0, maps: "smooth", patch: 3, fill: "mean" });
});

test("where and how strong, without regard to the sign; flat is flat", () => {
  assert.equal(highest(Float32Array.of(1, -3, 2)), 3);
  assert.ok(isFlatHeatmap(Float32Array.of(2, 2)) && !isFlatHeatmap(Float32Array.of(2, 1)) && isFlatHeatmap(Float32Array.of(5)));
  // Rounding is no signal, and 0 is no share of anything.
  assert.ok(isFlatHeatmap(Float32Array.of(0.28, 0.280001)) && !isFlatHeatmap(Float32Array.of(0.28, 0.2803)) && !isFlatHeatmap(Float32Array.of(0, 1e-9)) && isFlatHeatmap(Float32Array.of(0, 0)));
  assert.equal(whereabouts(Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, -2), 3, 3), "at the lower right");
  assert.equal(likeliest([0.1, 0.7, 0.2]), 1);
  assert.equal(likeliest([0.1, 0.7, 0.2], 1), 2);
});

/** A linear network of four pixels: its score is their sum. */
const LINEAR = {
  picture: [2, 2, 1], classes: 2, logits: 1, squash: "softmax", input: { shape: [2, 2, 1], factor: [1], shift: [0], reversed: false }, paths: {},
  nodes: [{ op: "dense", inputs: [0], shape: [2], weights: { kernel: { at: 0, bits: 32, shape: [4, 2] }, bias: { at: 32, bits: 32, shape: [2] } } }],
};
const sums = () => new Uint8Array(Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0, 0, 0).buffer);

test("without a worker patches are hidden here; a newer wish takes the older one's place", async () => {
  const hands = occluder(LINEAR, async () => sums());
  assert.equal(hands.beside, false);
  const heard = [];
  const job = (target, picture) => ({ picture: Float32Array.from(picture), fill: [0], size: 1, stride: 1, target });
  hands.ask(job(0, [9, 9, 9, 9]), () => heard.push("old"));
  const drops = await new Promise((go) => {
    hands.ask(job(0, [1, 2, 3, 4]), (progress) => {
      heard.push("new");
      if (progress.done === progress.total) go([...progress.drops]);
    });
  });
  assert.deepEqual(drops, [1, 2, 3, 4]);
  assert.ok(!heard.includes("old") && !hands.busy);
});

test("a heatmap is computed once, and anew for another picture, class or patch", () => {
  const asked = [];
  const heat = hiddenHeat({ ask: (job, heard) => asked.push({ job, heard }), stop: () => asked.push("stop") }, LINEAR, "dark", (i) => `class ${i}`);
  const unit = Float32Array.of(1, 2, 3, 4);
  heat.ask(unit, 0, 1, "ground", () => {});
  heat.ask(unit, 0, 1, "ground", () => {});
  assert.equal(asked.length, 1);
  assert.equal(heat.progress, 0);
  asked[0].heard({ done: 4, total: 4, score: 10, chance: 1, drops: [1, 2, 3, 4], chances: [0, 0, 0, 0.5] });
  assert.equal(heat.progress, null);
  assert.ok(heat.known);
  assert.deepEqual([...heat.values], [1, 2, 3, 4]);
  heat.ask(unit, 1, 1, "ground", () => {});
  heat.ask(unit, 1, 1, "mean", () => {});
  assert.deepEqual(asked[2].job.fill, [2.5]);
  unit[0] = 0;
  assert.ok(!heat.holds(unit) && !heat.known);
  heat.forget();
  heat.forget();
  assert.equal(asked.filter((one) => one === "stop").length, 1);
});

test("of many things in a row only the last is said, and never twice", async () => {
  const said = [];
  const voice = calmly((words) => said.push(words), 10);
  const pause = () => new Promise((go) => { setTimeout(go, 40); });
  for (let i = 0; i < 20; i += 1) voice.tell(`row ${i}`);
  await pause();
  voice.tell("row 19");
  await pause();
  voice.tell("row 3");
  voice.close();
  await pause();
  assert.deepEqual(said, ["row 19"]);
});
