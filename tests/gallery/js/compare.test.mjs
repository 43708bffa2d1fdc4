/** The numbers of the comparison page, by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  activationsOf, between, byDifference, cosine, counterpart, meanPicture, measured, median, sharedEnds, tally, telling,
} from "../../../gallery/page/js/compare/difference.js";

/** Maps of two channels, 1×2 cells, for three pictures. */
function mapsOf(values, signed = false) {
  return {
    path: "x", pictures: values.length, positions: values.map((_, i) => i), has: (p) => p < values.length, height: 1, width: 2, channels: 2, signed, spatial: true,
    values: (p, c) => Float32Array.from(values[p][c]),
    range: (p, c) => [Math.min(...values[p][c]), Math.max(...values[p][c])],
  };
}
const MAPS = mapsOf([[[0, 2], [4, 4]], [[0, 6], [0, 1]], [[0, 0], [0, 0]]]);

test("channels are told by mean or highest value, and ordered by how far they are apart", () => {
  assert.deepEqual([...measured(MAPS, 0, "mean")], [1, 4]);
  assert.deepEqual([...measured(MAPS, 1, "max")], [6, 1]);
  assert.deepEqual(byDifference(measured(MAPS, 0, "mean"), measured(MAPS, 1, "mean")), [1, 0]);
  assert.deepEqual(byDifference(measured(MAPS, 0, "max"), measured(MAPS, 1, "max")), [0, 1]);
  assert.deepEqual(byDifference([1, 2, 3], [2, 1, 3]), [0, 1, 2], "equals stay in order");
});

test("one scale reaches over both pictures", () => {
  assert.deepEqual(sharedEnds(MAPS, 0, 1), [0, 6]);
  assert.deepEqual(sharedEnds(MAPS, 0, 2), [0, 4]);
  assert.deepEqual(sharedEnds(mapsOf([[[0, 2], [-1, 0]], [[-3, 0], [0, 1]]], true), 0, 1), [-3, 3]);
});

test("likeness is the cosine of the angle between all values", () => {
  assert.deepEqual([...activationsOf(MAPS, 0)], [0, 2, 4, 4]);
  assert.equal(cosine([1, 0], [0, 2]), 0);
  assert.equal(cosine([1, 2], [2, 4]), 1);
  assert.equal(cosine([1, 2], [-1, -2]), -1);
  assert.ok(Math.abs(cosine([1, 1], [1, 0]) - Math.SQRT1_2) < 1e-12);
  assert.equal(cosine([0, 0], [1, 0]), null, "what says nothing has no direction");
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
});

/** @param {number} position @param {number | null} label @param {number[]} probabilities */
function picture(position, label, probabilities) {
  const said = probabilities.indexOf(Math.max(...probabilities));
  return { position, id: 100 + position, labelIndex: label, saidIndex: said, sure: probabilities[said], right: label === null ? null : label === said, probabilities: Float64Array.from(probabilities) };
}

test("a wrong picture is held against the surest right one of the class that it was taken for", () => {
  const all = [picture(0, 0, [0.9, 0.1]), picture(1, 0, [0.2, 0.8]), picture(2, 1, [0.4, 0.6]), picture(3, 1, [0.05, 0.95]), picture(4, 1, [0.7, 0.3])];
  assert.equal(counterpart(all, all[1]).position, 3);
  assert.equal(counterpart(all, all[4]).position, 0);
  assert.equal(counterpart(all, all[0]).position, 1, "a right one against the next");
  assert.equal(telling(all).position, 1);
  const bare = [picture(0, null, [1, 0]), picture(1, null, [1, 0])];
  assert.equal(counterpart(bare, bare[1]).position, 0);
  assert.equal(counterpart(bare, bare[0]).position, 1);
  assert.equal(telling(bare).position, 0);
});

test("between two classes lie the pictures that they have half of, the closest call first", () => {
  const all = [picture(0, 0, [0.5, 0.1, 0.4]), picture(1, 0, [0.26, 0.24, 0.5]), picture(2, 0, [0.2, 0.2, 0.6]), picture(3, 1, [0.4, 0.6, 0])];
  assert.deepEqual(between(all, 0, 1).map((p) => p.position), [1, 3, 0]);
});

test("pictures are counted by which model is right", () => {
  const first = [picture(0, 0, [0.9, 0.1]), picture(1, 0, [0.8, 0.2]), picture(2, 1, [0.7, 0.3]), picture(3, 1, [0.6, 0.4])];
  const second = [picture(0, 0, [0.6, 0.4]), picture(1, 0, [0.1, 0.9]), picture(2, 1, [0.05, 0.95]), picture(3, 1, [0.8, 0.2])];
  assert.deepEqual(tally(first, second), { differ: [1, 2], both: [0], a: [1], b: [2], neither: [3] });
});

test("the mean picture is the mean of every pixel", () => {
  const unit = (position, out) => { out.set(position ? [1, 0.5] : [0, 0.5]); return out; };
  assert.deepEqual([...meanPicture(unit, [picture(0, 0, [1]), picture(1, 0, [1])], 2)], [0.5, 0.5]);
  assert.equal(meanPicture(unit, [], 2), null);
});
