/** What saving is made of, on its own, in Node. */
import assert from "node:assert/strict";
import test from "node:test";
import { arrange } from "../../../gallery/page/js/save/tile-layout.js";
import { csv } from "../../../gallery/page/js/save/csv.js";
import { fileName } from "../../../gallery/page/js/save/download.js";
import { mapRows, plain } from "../../../gallery/page/js/save/shared-facts.js";
import { jsonText } from "../../../gallery/page/js/save/json.js";
import { palette, shortRamp } from "../../../gallery/page/js/save/gif-palette.js";

test("a table is CSV, and no text of it is a formula", () => {
  assert.equal(csv(["a", "b,c"], [[1, null], [-1.5, 'say "so"'], [NaN, "two\nlines"]]),
    'a,"b,c"\r\n1,\r\n-1.5,"say ""so"""\r\n,"two\nlines"\r\n');
  for (const text of ["=1", "+1", "-1", "@a", "\t=1", "\r=1"]) assert.match(csv(["x"], [[text]]), /^x\r\n"?'/);
  const further = ["\n=1", "\nx", " =1", "\u00a0=1", "\ufeff=1", "\u200b@sum", "\0=1", "\u3000-1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20sum", "\u2028=1", "\x7f=1", "\u202e=1"];
  for (const text of further) {
    // Names of columns are names of classes and layers.
    assert.equal(csv([text], [[text]]).match(/(^|\r\n)"?'/g)?.length, 2, JSON.stringify(text));
  }
  assert.equal(csv(["靴", "a b", "1=1", " a"], []), '靴,a b,1=1," a"\r\n');
  assert.equal(csv(["x"], [["a=1"], [-1], [1e-9]]), "x\r\na=1\r\n-1\r\n1e-9\r\n");
});

test("JSON is stable, on two spaces, with null for what is no number", () => {
  const value = { b: [1, -0.5, NaN], a: { deep: [[1], []] }, none: null, gone: undefined, text: 'a"\u2028' };
  assert.deepEqual(JSON.parse(jsonText(value)), { b: [1, -0.5, null], a: { deep: [[1], []] }, none: null, text: 'a"\u2028' });
  assert.equal(jsonText({ a: [1, 2], b: {} }), '{\n  "a": [1, 2],\n  "b": {}\n}\n');
  assert.equal(jsonText(Float32Array.of(0.5, Infinity)), "[0.5, null]\n");
});

test("a file's name is one that every system takes", () => {
  assert.equal(fileName("fmnist-cnn_conv2_picture-17.png"), "fmnist-cnn_conv2_picture-17.png");
  assert.equal(fileName("../../etc/passwd.csv"), "etc-passwd.csv");
  assert.equal(fileName("<img src=x onerror=alert(1)>.json"), "img-src-x-onerror-alert(1).json");
  assert.equal(fileName("a\u202egnp.exe"), "agnp.exe");
  assert.equal(fileName("nul.txt"), "_nul.txt");
  assert.equal(fileName("\ud800/\n.gif"), "cnnviz.gif");
  assert.equal(fileName("日本 語.png"), "日本-語.png");
  assert.ok([...fileName(`${"x".repeat(500)}.gif`)].length <= 104);
  for (let i = 0; i < 2000; i += 1) {
    const odd = Array.from({ length: 12 }, () => String.fromCharCode(Math.floor(Math.random() * 0x300))).join("");
    assert.doesNotMatch(fileName(odd), /[/\\:*?"<>|\u0000-\u001f\u007f]|^[.-]|\.$/, JSON.stringify(odd));
  }
});

test("a number is as short as 32 bits allow", () => {
  for (const value of [0.1, 1 / 3, 1e-8, 123456.78, -2.5, 3.4e38, 0]) {
    assert.equal(Math.fround(plain(Math.fround(value))), Math.fround(value));
  }
  assert.equal(plain(Math.fround(0.1)), 0.1);
  assert.ok(Object.is(plain(-0), 0));
  const maps = { height: 2, width: 3, values: () => Float32Array.of(1, 2, 3, 4, 5, 6) };
  assert.deepEqual(mapRows(maps, 0, 0), [[1, 2, 3], [4, 5, 6]]);
});

test("a shortened ramp keeps its ends and its middle", () => {
  const ramp = (/** @type {number} */ count) => Uint8Array.from({ length: 3 * count }, (_, i) => Math.floor(i / 3));
  assert.deepEqual([...shortRamp(ramp(256))].filter((_, i) => i % 3 === 0).filter((_, i) => [0, 1, 127].includes(i)), [0, 2, 255]);
  for (const [ramps, steps] of [[1, 127], [2, 63]]) {
    const short = shortRamp(ramp(255), ramps);
    assert.equal(short.length, 3 * steps);
    assert.deepEqual([short[0], short[(3 * (steps - 1)) / 2], short[3 * (steps - 1)]], [0, 127, 254]);
  }
});

test("a palette keeps ramps and inks exactly, and comes near to the rest", () => {
  const ramp = Uint8Array.from({ length: 3 * 128 }, (_, i) => (i * 53) % 251);
  for (const colored of [false, true]) {
    const picture = Uint8ClampedArray.from({ length: 4 * 900 }, (_, i) => (i % 4 === 3 ? 255 : colored ? (i * 7) % 256 : Math.floor(i / 4) % 256));
    const { bytes, index } = palette([ramp], ["#ffffff", "#b8400e"], [picture]);
    assert.ok(bytes.length <= 3 * 256);
    const asked = [...Array.from({ length: 128 }, (_, i) => [...ramp.subarray(3 * i, 3 * i + 3)]), [255, 255, 255], [0xb8, 0x40, 0x0e]];
    const out = new Uint8Array(asked.length);
    index(Uint8ClampedArray.from(asked.flatMap((rgb) => [...rgb, 255])), out);
    asked.forEach((rgb, i) => assert.deepEqual([...bytes.subarray(3 * out[i], 3 * out[i] + 3)], rgb));
    const near = new Uint8Array(900);
    index(picture, near);
    let apart = 0;
    near.forEach((place, i) => { for (let c = 0; c < 3; c += 1) apart = Math.max(apart, Math.abs(bytes[3 * place + c] - picture[4 * i + c])); });
    assert.ok(apart <= (colored ? 40 : 2), String(apart));
  }
});

test("tiles fit their room at a whole zoom", () => {
  for (const room of [752, 1504, 1952]) {
    for (const count of [1, 3, 10, 64, 128, 512, 2048]) {
      for (const [across, down] of [[1, 1], [3, 3], [11, 11], [26, 26], [9, 7], [60, 60], [224, 224]]) {
        const { columns, step, zoom, width, height } = arrange(count, across, down, room, { wanted: 46, most: 104, gap: 6 });
        const what = `${room} ${count} ${across}`;
        assert.ok((columns - 1) * step + width <= room && columns >= 1 && columns <= count, what);
        assert.ok(step >= Math.max(width, 1) + 6 && height <= 104 && width <= 104, what);
        assert.ok(zoom >= 1 ? Number.isInteger(zoom) && width === across * zoom : Number.isInteger(Math.round(1 / zoom)), what);
      }
    }
  }
});
