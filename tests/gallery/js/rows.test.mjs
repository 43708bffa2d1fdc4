/** Rows of pictures, the card of a model and the usual pair of classes on their own, in Node. */
import assert from "node:assert/strict";
import test from "node:test";
import { duration } from "../../../gallery/page/js/parts/card-facts.js";
import { usualPair } from "../../../gallery/page/js/compare/default-pair.js";
import { rowSizes } from "../../../gallery/page/js/images/row-sizes.js";
import { otherClass, topClasses } from "../../../gallery/page/js/images/row.js";

test("columns fill the page beside the picture, and stand below it where that would be too small", () => {
  for (const maps of [1, 2, 3, 4, 6, 8]) {
    const { stacked, room, words, gap } = rowSizes(1184, maps);
    assert.equal(stacked, false);
    assert.ok(room >= 76 && (maps + 1) * (room + gap) + words <= 1184, `${maps} maps`);
  }
  assert.deepEqual(rowSizes(328, 2), { stacked: true, room: 158, words: 0, gap: 12 });
  assert.equal(rowSizes(328, 8).room, 132, "the third is seen in part");
  assert.ok(rowSizes(852, 8).stacked && 8 * (rowSizes(852, 8).room + 12) - 12 <= 852);
});

test("three classes have bars, the likeliest first, equals in order", () => {
  assert.deepEqual(topClasses([0.1, 0.4, 0.1, 0.4]), [1, 3, 0]);
  assert.deepEqual(topClasses([1]), [0]);
});

test("a map names its class where the head of its column does not", () => {
  const nameOf = (i) => ["cat", "dog", "cow"][i];
  const map = (target, index) => ({ how: { target }, maps: { has: (p) => p === 0 }, explains: () => index });
  const picture = { position: 0, saidIndex: 1 };
  assert.equal(otherClass(map("second class", 2), picture, nameOf), "cow");
  assert.equal(otherClass(map("predicted class", 1), picture, nameOf), "");
  assert.equal(otherClass(map("cow − dog", 2), picture, nameOf), "");
  assert.equal(otherClass(map("a neuron", null), picture, nameOf), "");
  assert.equal(otherClass(map("second class", 2), { ...picture, position: 3 }, nameOf), "");
});

test("without labels the usual pair is the one most often first and second together", () => {
  const picture = (probabilities, labelIndex = null) => {
    const saidIndex = probabilities.indexOf(Math.max(...probabilities));
    return { probabilities, labelIndex, saidIndex, right: labelIndex === null ? null : labelIndex === saidIndex };
  };
  const some = [[0.1, 0.1, 0.2, 0.6], [0.1, 0.1, 0.5, 0.3], [0.6, 0.3, 0.1, 0]];
  assert.deepEqual(usualPair(some.map((p) => picture(p)), 4), [2, 3]);
  assert.deepEqual(usualPair([picture(some[0], 3), picture(some[1], 2), picture(some[2], 0)], 4), [2, 3], "all right");
  assert.deepEqual(usualPair([picture(some[0], 3), picture(some[2], 1)], 4), [1, 0], "a mistake says more");
});

test("times are said in the units that suit them", () => {
  assert.deepEqual([4.25, 59, 612, 7500].map(duration), ["4.3\u202fs", "59\u202fs", "10\u202fmin 12\u202fs", "2\u202fh 5\u202fmin"]);
});
