/** What the draw page does without a page: the board, pictures from outside, tiles; and what a graph tells of signs. */
import assert from "node:assert/strict";
import test from "node:test";
import { predictionBars } from "../../../gallery/page/js/draw/class-bars.js";
import { board, posed } from "../../../gallery/page/js/draw/drawing.js";
import { fitted } from "../../../gallery/page/js/draw/fit-image.js";
import { resampled } from "../../../gallery/page/js/draw/resample.js";
import { likeliest, whereabouts } from "../../../gallery/page/js/heat/heatmap.js";
import { arranged } from "../../../gallery/page/js/draw/layer-sheet.js";
import { neverNegative } from "../../../gallery/page/js/engine/non-negative.js";
import { prepare, unitPixels } from "../../../gallery/page/js/values/model-input.js";
import { computable, liveMaps } from "../../../gallery/page/js/values/live-maps.js";

const near = (found, wanted, bound = 1e-6) => {
  assert.equal(found.length, wanted.length);
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) <= bound, `${i}: ${value}, not ${wanted[i]}`));
};

test("a dab in the middle of a pixel covers it, and only it", () => {
  const b = board(3, 3, 1, 0);
  b.begin();
  b.line(1.5, 1.5, 1.5, 1.5, 1, [1]);
  b.end();
  near([...b.pixels], [0, 0, 0, 0, 1, 0, 0, 0, 0]);
});

test("going to and fro in one stroke does not harden its edge", () => {
  const once = board(5, 9, 1, 0);
  const often = board(5, 9, 1, 0);
  for (const [b, times] of [[once, 1], [often, 6]]) {
    b.begin();
    for (let i = 0; i < times; i += 1) b.line(2.5, 1.5, 2.5, 7.5, 2, [0.8]);
    b.end();
  }
  near([...often.pixels], [...once.pixels]);
  assert.ok(Math.max(...once.pixels) <= 0.8 + 1e-6);
});

test("every step can be taken back and done again; a new one forgets the undone", () => {
  const b = board(4, 4, 3, 1);
  assert.ok(!b.canUndo && !b.canRedo && !b.undo());
  const states = [[...b.pixels]];
  b.put(Float32Array.from({ length: 48 }, (_, i) => i / 48));
  states.push([...b.pixels]);
  b.move(1, 0);
  states.push([...b.pixels]);
  b.turn(30);
  states.push([...b.pixels]);
  b.zoom(1.1);
  for (let i = 3; i >= 0; i -= 1) {
    assert.ok(b.undo());
    near([...b.pixels], states[i]);
  }
  assert.ok(!b.canUndo);
  b.redo();
  near([...b.pixels], states[1]);
  b.clear();
  assert.ok(!b.canRedo);
  near([...b.pixels], states[0]);
});

test("the way back has an end, and its newest steps", () => {
  const b = board(2, 2, 1, 0);
  for (let i = 0; i < 300; i += 1) b.put([i, i, i, i]);
  let steps = 0;
  while (b.undo()) steps += 1;
  assert.ok(steps >= 90 && steps < 110);
  assert.equal(b.pixels[0], 299 - steps);
});

test("turns by right angles and whole shifts move pixels as they are", () => {
  const source = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const out = new Float32Array(9);
  posed(source, 3, 3, 1, { dy: 0, dx: 0, turn: 90, zoom: 1 }, 0, out);
  near([...out], [7, 4, 1, 8, 5, 2, 9, 6, 3], 1e-5);
  posed(source, 3, 3, 1, { dy: 1, dx: -1, turn: 0, zoom: 1 }, 0, out);
  near([...out], [0, 0, 0, 2, 3, 0, 5, 6, 0]);
});

test("resampling is bilinear with half-pixel centers, as in tests/data/test_resample.py", () => {
  near([...resampled([0, 40, 80, 120], 1, 4, 1, 1, 2, false)], [20, 100]);
  near([...resampled([0, 40, 80, 120], 4, 1, 1, 8, 1, false)], [0, 10, 30, 50, 70, 90, 110, 120]);
  const ramp = Array.from({ length: 9 }, (_, i) => i ** 2);
  near([...resampled(ramp, 1, 9, 1, 1, 3, false)], [1, 16, 49]);
  near([resampled(ramp, 1, 9, 1, 1, 3, true)[1]], [(4 + 2 * 9 + 3 * 16 + 2 * 25 + 36) / 9], 1e-5);
  near([...resampled([1, 2, 3, 4], 2, 2, 1, 2, 2, true)], [1, 2, 3, 4]);
});

/** A picture from a function that gives [r, g, b, a]. */
const rgba = (width, height, at) => ({
  width, height, data: Uint8ClampedArray.from(Array.from({ length: width * height }, (_, i) => at(i)).flat()),
});

test("a picture from outside says all that was done to it, and nothing where nothing was", () => {
  const gray = { height: 2, width: 2, channels: 1, background: "dark", fit: "pad", invert: "auto" };
  const dark = fitted(rgba(2, 2, (i) => [i, i, i, 255]), gray);
  assert.deepEqual(dark.notes, []);
  near([...dark.unit], [0, 1 / 255, 2 / 255, 3 / 255]);
  const light = fitted(rgba(2, 2, () => [255, 250, 250, 255]), gray);
  assert.deepEqual(light.notes, ["converted to grayscale", "inverted (light background)"]);
  const clear = fitted(rgba(4, 2, () => [0, 0, 0, 0]), { ...gray, channels: 3, background: null });
  assert.deepEqual(clear.notes, ["transparency filled with white", "resized from 4×2 to 2×2 (padded with black, bilinear)"]);
  near([...clear.unit], [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
});

test("tiles fill the room with whole cells", () => {
  for (const room of [200, 328, 832, 1184, 2368]) {
    for (const cells of [2, 3, 7, 13, 26, 48, 112]) {
      for (const count of [1, 6, 64, 128]) {
        const { columns, cell, gap } = arranged(room, count, cells, 1);
        assert.ok(Number.isInteger(cell) && cell >= 1 && gap >= 2 && columns >= 1 && columns <= count);
        assert.ok(columns * cells * cell + (columns - 1) * gap <= room, `${room} ${cells} ${count}`);
      }
    }
  }
  assert.deepEqual([arranged(1184, 64, 11, 1).columns, arranged(1184, 64, 11, 1).cell], [32, 3]);
});

test("where a map is strongest", () => {
  assert.equal(whereabouts(Float32Array.from([0, 0, 0, 0, 0, 0, 2, 1, 0]), 3, 3), "at the lower left");
  assert.equal(whereabouts(Float32Array.from([0, 0, 0, 0, -2, 0, 0, 1, 0]), 3, 3), "in the middle");
  assert.equal(whereabouts(new Float32Array(9).fill(3), 3, 3), "");
});

test("the likeliest class, and the one after it", () => {
  assert.equal(likeliest(Float32Array.from([0.2, 0.5, 0.3])), 1);
  assert.equal(likeliest(Float32Array.from([0.2, 0.5, 0.3]), 1), 2);
  assert.equal(likeliest(Float32Array.from([0.5, 0.3]), 0), 1);
  assert.equal(typeof predictionBars, "function");
});

test("pixels of the page become what the model takes", () => {
  const unit = unitPixels({ height: 1, width: 2, channels: 1, range: [-1, 3], peak: 2 }, Uint8Array.from([9, 9, 0, 255]));
  const held = unit(1, new Float32Array(2));
  near([...held], [-0.5, 1.5]);
  const out = new Float32Array(2);
  prepare({ factor: [2], shift: [-1], reversed: false }, held, out);
  near([...out], [-2, 2]);
});

const node = (op, inputs, more = {}) => ({ op, inputs, shape: [1, 2, 1], weights: {}, ...more });

test("what a graph alone tells of signs", () => {
  const manifest = {
    input: { shape: [1, 2, 1], factor: [1], shift: [0], reversed: false },
    nodes: [
      node("conv2d", [0]), node("activation", [1], { kind: "relu" }), node("maxpool", [2]), node("activation", [1], { kind: "relu", slope: 0.1 }),
      node("merge", [2, 3], { kind: "add" }), node("merge", [2, 3], { kind: "subtract" }), node("merge", [1, 2], { kind: "maximum" }),
      node("activation", [1], { kind: "tanh" }), node("softmax", [1]), node("activation", [0], { kind: "log_sigmoid" }),
    ],
  };
  assert.deepEqual(neverNegative(manifest), [true, false, true, true, false, true, false, true, false, true, false]);
  assert.equal(neverNegative({ ...manifest, input: { factor: [2], shift: [-1], reversed: false } })[0], false);
});

/** A network of one ReLU on two pixels. */
const tiny = {
  input: { shape: [1, 2, 1], factor: [2], shift: [-1], reversed: false }, logits: 1, squash: "softmax", classes: 2,
  nodes: [node("activation", [0], { kind: "relu", slope: 0, threshold: 0, top: null }), node("reshape", [1], { shape: [2] })],
  paths: { relu: 1, drop: 1, flat: 2 },
};

test("stored maps keep priority, the rest is computed, and all pictures are seen when there is time", async () => {
  const stored = { layers: ["old"], open: async () => /** @type {any} */ ({ path: "old" }) };
  assert.deepEqual(computable(tiny, ["relu", "drop", "flat", "other"]), ["relu"]);
  const source = {
    manifest: tiny, pictures: 3, paths: ["old", "relu", "drop", "flat"], weights: async () => new Uint8Array(),
    unit: (p, out) => { out.set([[0, 1], [0.25, 0.5], [0, 0.75]][p]); return out; },
  };
  const provider = liveMaps(stored, source);
  assert.deepEqual(provider.layers, ["old", "relu"]);
  assert.equal((await provider.open("old")).path, "old");
  const maps = await provider.open("relu");
  assert.deepEqual([maps.signed, maps.spatial, maps.pictures, maps.width, maps.live.ready], [false, true, 3, 2, false]);
  near([...maps.values(2, 0)], [0, 0.5]);
  assert.deepEqual(maps.range(0, 0), [0, 1]);
  assert.deepEqual(maps.live.dead(), []);
  await maps.live.whenReady;
  assert.ok(maps.live.ready);
  assert.deepEqual(maps.range(2, 0), [0, 0.5]);
  const many = await liveMaps(stored, { ...source, pictures: 201 }).open("relu");
  assert.equal(many.live.whenReady, null);
  const dark = await liveMaps(stored, { ...source, unit: (p, out) => out.fill(0) }).open("relu");
  await dark.live.whenReady;
  assert.deepEqual(dark.live.dead(), [0]);
});

test("channels are scaled each by its own figures, and turned round where the model wants blue first", () => {
  const out = new Float32Array(6);
  prepare({ factor: [255, 255, 255], shift: [-100, -110, -120], reversed: true }, Float32Array.of(1, 0.5, 0, 0, 0, 1), out);
  assert.deepEqual([...out], [-100, 17.5, 135, 155, -110, -120]);
  prepare({ factor: [2, 4, 8], shift: [0], reversed: false }, Float32Array.of(1, 1, 1, 0.5, 0.5, 0.5), out);
  assert.deepEqual([...out], [2, 4, 8, 1, 2, 4]);
});
