/** The page's modules on their own, in Node: node --test tests/gallery/js */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { channelNamed } from "../../../gallery/page/js/channel/context.js";
import { apartFrom, ticks } from "../../../gallery/page/js/parts/chart.js";
import { step } from "../../../gallery/page/js/parts/arrow-keys.js";
import { network } from "../../../gallery/page/js/engine/network.js";
import { byName, parseBare } from "../../../gallery/page/js/values/bare.js";
import { storedMaps, withOverall } from "../../../gallery/page/js/values/map-provider.js";
import { activeShare, fieldOf, histogram, mean, order } from "../../../gallery/page/js/values/map-statistics.js";
import { isFlat } from "../../../gallery/page/js/values/signal.js";
import { cellSize, colors, pictureColors } from "../../../gallery/page/js/parts/paint.js";
import { levels } from "../../../gallery/page/js/values/quantize.js";
import { format, parse } from "../../../gallery/page/js/route.js";
import { ends, endsOfPicture, scaleNamed } from "../../../gallery/page/js/values/color-scale.js";
import { fromBase64, gunzip } from "../../../gallery/page/js/values/unpack.js";
import { counted, cut, number, percent, short, whole } from "../../../gallery/page/js/words.js";

/** Maps from nested lists: [picture][channel] = values of one row. */
function mapsOf(lists) {
  const cells = lists[0][0].length;
  return {
    path: "x", pictures: lists.length, positions: lists.map((_, i) => i), channels: lists[0].length, height: 1, width: cells, spatial: true,
    signed: lists.flat(2).some((v) => v < 0),
    values: (p, c) => Float32Array.from(lists[p][c]),
    range: (p, c) => [Math.min(...lists[p][c]), Math.max(...lists[p][c])],
  };
}

test("an address says what is selected and is read back", () => {
  const hash = format("layer", "backbone/conv2@2", { image: 7, channel: 0, cell: "3,4", scale: null, sort: "" });
  assert.equal(hash, "#/layer/backbone%2Fconv2%402?image=7&channel=0&cell=3,4");
  assert.deepEqual(parse(hash), { page: "layer", subject: "backbone/conv2@2", selection: { image: "7", channel: "0", cell: "3,4" } });
  const odd = 'a?b&c=<d>#e%"/';
  assert.equal(parse(format("layer", odd, { k: odd })).subject, odd);
  assert.equal(parse(format("layer", odd, { k: odd })).selection.k, odd);
});

test("data by name has nothing but what is in it", async () => {
  const text = '{"constructor":[{"toString":1}],"in":{"__proto__":{"valueOf":2},"list":[1,null,[{}]]}}';
  const data = parseBare(text);
  assert.equal(JSON.stringify(data), text);
  assert.equal(data.in.toString, undefined);
  assert.equal(data.constructor[0].valueOf, undefined);
  assert.equal(data.in.list[2][0].constructor, undefined);
  assert.deepEqual(Object.keys(data.in.__proto__), ["valueOf"]);
  for (const plain of ["1", "null", '"x"', "[]"]) assert.equal(JSON.stringify(parseBare(plain)), plain);
  // As deep as JSON.parse itself reads.
  let deepest = parseBare("[".repeat(50_000) + "]".repeat(50_000)), depth = 1;
  for (; deepest.length; depth += 1) [deepest] = deepest;
  assert.equal(depth, 50_000);
  const held = byName();
  held.__proto__ = 1;
  assert.deepEqual(Object.entries(held), [["__proto__", 1]]);
  // A layer that the overall ranges lack has none, whatever it is called.
  const stored = storedMaps([{ path: "constructor", blob: 0, pictures: 1, height: 1, width: 1, channels: 1, signed: false, spatial: false }], async () => new Uint8Array(9), null);
  assert.equal((await withOverall(stored, byName(), assert.fail).open("constructor")).overall, undefined);
});

test("a network that comes from another thread knows its layers by any name", () => {
  const manifest = structuredClone(parseBare('{"input":{"shape":[2]},"nodes":[{"op":"reshape","inputs":[0],"shape":[2],"weights":{}}],"logits":1,"classes":2,"squash":"none","paths":{"__proto__":1}}'));
  const net = network(manifest, new Uint8Array());
  assert.deepEqual([net.shape("__proto__"), net.shape("constructor"), net.values("toString")], [[2], undefined, undefined]);
});

test("names at the ends of lines keep apart, and above the axis", () => {
  assert.deepEqual(apartFrom([40, 36], 15, 190), [51, 36]);
  assert.deepEqual(apartFrom([190, 184], 15, 190), [190, 175]);
});

test("an address typed by hand or broken is read as well as can be", () => {
  assert.deepEqual(parse(""), { page: "", subject: null, selection: {} });
  assert.deepEqual(parse("#/"), { page: "", subject: null, selection: {} });
  assert.equal(parse("#/layer/backbone/conv2").subject, "backbone/conv2");
  assert.equal(parse("#/layer/50%").subject, "50%");
  assert.deepEqual(parse("#/image/3?x&=1&y=2").selection, { y: "2" });
  assert.equal(format("", null, { image: 3 }), "#/?image=3");
});

test("a channel stands behind its layer, and a layer of that name before it", () => {
  assert.equal(format("layer", ["backbone/conv2", 17], { image: 3 }), "#/layer/backbone%2Fconv2/17?image=3");
  const data = { model: { layers: [{ path: "a/b" }, { path: "a/b/3" }] } };
  assert.deepEqual(channelNamed(parse("#/layer/a%2Fb/17").subject, data), { path: "a/b", channel: 17 });
  assert.deepEqual(channelNamed("a/b/3/0", data), { path: "a/b/3", channel: 0 });
  for (const other of ["a/b/3", "a/b", "a/b/x", "a/b/-1", "c/1", "", null]) assert.equal(channelNamed(other, data), null);
});

test("codes stand for the values that Python gave them", () => {
  const cases = JSON.parse(readFileSync(process.env.LEVELS, "utf8"));
  for (const { low, high, values } of cases) {
    const table = levels(low, high);
    values.forEach((value, code) => {
      assert.ok(Math.abs(table[code] - value) <= 1e-12 * Math.max(1, Math.abs(value)), `${low}…${high}, code ${code}`);
      assert.equal(table[code] === 0, value === 0);
    });
  }
});

test("the box that a cell sees is the one that LayerInfo.field_of gives", () => {
  for (const { layer, row, column, picture, box } of JSON.parse(readFileSync(process.env.FIELDS, "utf8"))) {
    assert.deepEqual(fieldOf(layer, row, column, ...picture), box);
  }
});

test("blobs are unpacked, and maps read from them", async () => {
  const raw = Buffer.alloc(2 * 8 + 4);
  raw.writeFloatLE(0, 0);
  raw.writeFloatLE(-1, 4);
  raw.writeFloatLE(2, 8);
  raw.writeFloatLE(1, 12);
  raw.set([0, 255, 0, 255], 16);
  const text = gzipSync(raw).toString("base64");
  const bytes = await gunzip(fromBase64(text));
  const stored = { path: "x", blob: 0, pictures: 1, height: 1, width: 2, channels: 2, signed: true, spatial: true };
  const provider = storedMaps([stored], async () => bytes);
  const maps = await provider.open("x");
  assert.equal(await provider.open("x"), maps);
  assert.deepEqual([...maps.values(0, 0)], [0, 2]);
  assert.deepEqual(maps.range(0, 1), [-1, 1]);
  await assert.rejects(provider.open("y"), /no maps of layer y/);
});

test("the four scales differ in what they look at", () => {
  const maps = mapsOf([[[1, 3], [2, 0]], [[5, 4], [0, 1]]]);
  const high = (scale) => [0, 1].map((p) => [0, 1].map((c) => ends(maps, scale, p, c)[1]));
  assert.deepEqual(high("channel"), [[3, 2], [5, 1]]);
  assert.deepEqual(high("picture"), [[3, 3], [5, 5]]);
  assert.deepEqual(high("layer"), [[5, 5], [5, 5]]);
  assert.deepEqual(high("shared"), [[5, 2], [5, 2]]);
  assert.deepEqual(endsOfPicture(maps, "picture", 0)(1), [0, 3]);
  assert.deepEqual(ends(mapsOf([[[-4, 1]]]), "channel", 0, 0), [-4, 4]);
  assert.equal(scaleNamed("nonsense", true).name, "channel");
  assert.equal(scaleNamed("channel", false).name, "picture");
});

test("flat, mean, order", () => {
  const maps = mapsOf([[[2, 2], [0, 3], [1, 2]]]);
  assert.deepEqual([0, 1, 2].map((c) => isFlat(maps, 0, c)), [true, false, false]);
  assert.deepEqual(order(maps, 0, "max"), [1, 0, 2]);
  assert.deepEqual(order(maps, 0, "mean"), [0, 1, 2]);
  assert.deepEqual(order(maps, 0, "index"), [0, 1, 2]);
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(activeShare([0, 0, 1, 2]), 0.5);
});

test("a histogram counts every value once", () => {
  const bins = histogram([0, 0.5, 1, 1, -9, 9], 0, 1, 2);
  assert.deepEqual(bins.map((b) => b.count), [2, 4]);
  assert.equal(histogram([3, 3], 3, 3, 4).reduce((sum, b) => sum + b.count, 0), 2);
});

test("colors: ends, middle, beyond, flat", () => {
  const ramp = Uint8Array.from([0, 0, 0, 10, 10, 10, 20, 20, 20]);
  const red = (values, low, high) => [...colors(values, low, high, ramp)].filter((_, i) => i % 4 === 0);
  assert.deepEqual(red([-9, -1, 0, 1, 9], -1, 1), [0, 0, 10, 20, 20]);
  assert.deepEqual(red([0, 0], 0, 0), [10, 10]);
  assert.deepEqual([...colors([0], 0, 0, Uint8Array.from([1, 1, 1, 9, 9, 9]))], [1, 1, 1, 255]);
  assert.deepEqual([...pictureColors(Uint8Array.from([1, 2, 3, 4, 5, 6]), 3)], [1, 2, 3, 255, 4, 5, 6, 255]);
  assert.deepEqual([...pictureColors(Uint8Array.from([7]), 1)], [7, 7, 7, 255]);
});

test("a cell is a whole number of screen pixels", () => {
  assert.equal(cellSize(11, 64, 1), 5);
  assert.equal(cellSize(11, 64, 2), 5.5);
  assert.equal(cellSize(3, 100, 1.5), 50 / 1.5);
  assert.equal(cellSize(100, 50, 1), 0.5);
});

test("arrow keys move in a grid whose last row is short", () => {
  const boxes = [0, 1, 2, 3, 4].map((i) => ({ left: (i % 3) * 10, top: Math.floor(i / 3) * 10, width: 8 }));
  assert.equal(step("ArrowRight", 4, boxes), 4);
  assert.equal(step("ArrowLeft", 0, boxes), 0);
  assert.equal(step("ArrowDown", 1, boxes), 4);
  assert.equal(step("ArrowDown", 2, boxes), 4);
  assert.equal(step("ArrowDown", 3, boxes), 3);
  assert.equal(step("ArrowUp", 4, boxes), 1);
  assert.equal(step("ArrowUp", 1, boxes), 1);
  assert.equal(step("Home", 3, boxes), 0);
  assert.equal(step("End", 0, boxes), 4);
  assert.equal(step("x", 0, boxes), null);
});

test("numbers are said plainly", () => {
  assert.deepEqual([0, 1.2844, 12.844, 128.44, 0.01234, 1e-6, -2.5, 3, 123456.7].map(number),
    ["0", "1.284", "12.84", "128.4", "0.0123", "1.00e−6", "−2.500", "3", "1.23e5"]);
  assert.deepEqual([0, 1.284, 12.84, 128.4, -0.5].map(short), ["0", "1.28", "12.8", "128", "−0.50"]);
  assert.deepEqual([0, 1, 0.5, 0.99999, 0.00001].map((p) => percent(p).replaceAll("\u202f", "_")),
    ["0_%", "100_%", "50.0_%", ">_99.9_%", "<_0.1_%"]);
  assert.equal(whole(185866), "185,866");
  assert.equal(counted(1, "image"), "1 image");
  assert.equal(cut("a".repeat(60), 11), "aaaaaa…aaaa");
  assert.equal(cut("😀".repeat(3), 3), "😀😀😀");
});

test("ticks are round and lie within", () => {
  assert.deepEqual(ticks(0, 1, 4), [0, 0.5, 1]);
  assert.deepEqual(ticks(0.13, 0.9, 4), [0.2, 0.4, 0.6, 0.8]);
  assert.deepEqual(ticks(2, 2, 4), [2]);
});
