/** Filters, windows and confusion on their own, in Node. */
import assert from "node:assert/strict";
import test from "node:test";
import { confusion } from "../../../gallery/page/js/values/confusion-counts.js";
import { columnsOf, lossOf } from "../../../gallery/page/js/images/columns.js";
import { countRight, matching } from "../../../gallery/page/js/images/filter.js";
import { sorter } from "../../../gallery/page/js/images/sorts.js";
import { placeAfter } from "../../../gallery/page/js/images/virtual-list.js";
import { EVERYTHING, readWish, wantsAll, writeWish } from "../../../gallery/page/js/images/filter-query.js";
import { near } from "../../../gallery/page/js/parts/virtual-row.js";

/** Pictures from [number, label, probabilities, name]. */
function picturesOf(rows) {
  return rows.map(([id, label, probabilities, name = ""], position) => {
    const said = probabilities.indexOf(Math.max(...probabilities));
    return { position, id, name, labelIndex: label, saidIndex: said, sure: probabilities[said], probabilities };
  });
}
const FIVE = picturesOf([
  [30, 0, [0.5, 0.5, 0], "B.png"], [7, 1, [0.75, 0.25, 0], "a/b.PNG"], [300, 2, [1, 0, 0]], [1, 1, [0, 1, 0]], [2, 1, [0.625, 0.375, 0]],
]);
const KNOWN = { classes: 3, labelled: true };

test("an address is read and written back, and what it says wrongly is left out", () => {
  const asked = { true: "2", pred: "0", but: "1-2", right: "0", conf: "0.25-0.5", find: " a b", sort: "loss" };
  const wish = readWish(asked, KNOWN);
  assert.deepEqual(wish, { label: 2, said: 0, but: [1, 2], right: false, low: 0.25, high: 0.5, find: " a b", sort: "loss" });
  assert.deepEqual(Object.fromEntries(Object.entries(writeWish(wish)).map(([key, value]) => [key, String(value)])), asked);
  assert.deepEqual(readWish({ true: "3", pred: "-1", but: "x-3-", right: "2", conf: "1", sort: "constructor" }, KNOWN), EVERYTHING);
  assert.deepEqual(readWish({ conf: "0.9-0.1" }, KNOWN), { ...EVERYTHING, low: 0.1, high: 0.9 });
  assert.deepEqual(readWish({ conf: "0.5-7" }, KNOWN), { ...EVERYTHING, low: 0.5 });
  assert.deepEqual(readWish({ true: "1", right: "1", sort: "loss" }, { classes: 3, labelled: false }), { ...EVERYTHING, sort: "unsure" });
  assert.deepEqual(readWish(asked, { ...KNOWN, scored: false }), { ...EVERYTHING, label: 2, find: " a b" });
  assert.deepEqual(readWish({ sort: "class" }, { ...KNOWN, scored: false }), { ...EVERYTHING, sort: "class" });
  assert.deepEqual(readWish({ sort: "class" }, { classes: 0, labelled: false, scored: false }), EVERYTHING);
  assert.ok(wantsAll({ ...EVERYTHING, sort: "loss", find: "  " }));
  assert.ok(!wantsAll({ ...EVERYTHING, label: 0 }));
});

test("filters and orders, by hand", () => {
  const columns = columnsOf(FIVE);
  const sorted = sorter(columns);
  const ids = (change) => [...matching(columns, { ...EVERYTHING, ...change }, sorted)].map((at) => FIVE[at].id);
  assert.deepEqual(ids({}), [1, 2, 7, 30, 300]);
  assert.deepEqual(ids({ sort: "sure" }), [300, 1, 7, 2, 30]);
  assert.deepEqual(ids({ sort: "unsure" }), [30, 2, 7, 300, 1]);
  // −ln 0 before −ln ¼, −ln ⅜, −ln ½, −ln 1.
  assert.deepEqual(ids({ sort: "loss" }), [300, 7, 2, 30, 1]);
  assert.deepEqual(ids({ sort: "class" }), [30, 7, 2, 1, 300]);
  assert.deepEqual(ids({ label: 1 }), [1, 2, 7]);
  assert.deepEqual(ids({ said: 0, label: 1 }), [2, 7]);
  assert.deepEqual(ids({ but: [0] }), [1]);
  assert.deepEqual(ids({ label: 1, but: [1, 2] }), [2, 7]);
  assert.deepEqual(ids({ right: false }), [2, 7, 300]);
  assert.deepEqual(ids({ low: 0.625, high: 0.75 }), [2, 7]);
  assert.deepEqual(ids({ find: "b.p" }), [7, 30]);
  assert.deepEqual(ids({ find: " 30 " }), [30, 300]);
  assert.equal(countRight(columns, matching(columns, EVERYTHING, sorted)), 2);
});

test("a loss is −log p of the true class", () => {
  assert.deepEqual(FIVE.map(lossOf), [-Math.log(0.5), -Math.log(0.25), Infinity, 0, -Math.log(0.375)]);
  assert.ok(Object.is(lossOf(FIVE[3]), 0));
  assert.equal(lossOf({ ...FIVE[0], labelIndex: null }), null);
  assert.equal(countRight(columnsOf(picturesOf([[0, null, [1, 0]]])), Uint32Array.of(0)), null);
});

test("confusion counts who is called what, the most frequent pair first", () => {
  const found = confusion(FIVE, 3);
  assert.equal(found.right, 2);
  assert.deepEqual([...found.totals], [1, 3, 1]);
  assert.equal(found.count(1, 0), 2);
  assert.equal(found.count(0, 1), 0);
  assert.deepEqual(found.confused, [{ label: 1, said: 0, count: 2, share: 2 / 3 }, { label: 2, said: 0, count: 1, share: 1 }]);
});

test("a window holds what is in sight, and a margin", () => {
  assert.deepEqual(near(0, 100, 10, 1000, 2), [0, 12]);
  assert.deepEqual(near(505, 600, 10, 1000, 2), [48, 62]);
  assert.deepEqual(near(9_990, 10_090, 10, 1000, 2), [997, 1000]);
  assert.deepEqual(near(-500, -400, 10, 1000, 2), [0, 0]);
  assert.deepEqual(near(99_000, 99_100, 10, 1000, 2), [1000, 1000]);
  assert.deepEqual(near(0, 100, 10, 0, 2), [0, 0]);
});

test("keys lead through a grid of four columns and ten pictures", () => {
  const from = (at) => (key) => placeAfter(key, at, 4, 10, 2);
  assert.deepEqual(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "x"].map(from(5)),
    [4, 6, 1, 9, 1, 9, 0, 9, null]);
  assert.equal(from(7)("ArrowDown"), 9);
  assert.equal(from(9)("ArrowRight"), 9);
  assert.equal(from(1)("ArrowUp"), 1);
});
