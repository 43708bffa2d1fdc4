/** The page's binary blobs: base64, gunzipped on first use. */

/** @type {Map<number, Promise<Uint8Array>>} */
const unpacked = new Map();

/** The bytes of a blob, by its number. @param {number} blob @returns {Promise<Uint8Array>} */
export function bytes(blob) {
  let found = unpacked.get(blob);
  if (!found) {
    const element = document.getElementById(`blob-${blob}`);
    if (!element) throw new Error(`this page's data block ${blob} is missing`);
    const { file } = element.dataset;
    found = (file ? piece(blob, file) : Promise.resolve(element.textContent ?? "")).then((text) => gunzip(fromBase64(text)));
    unpacked.set(blob, found);
  }
  return found;
}

/** Pending requests for scripts of a page in a folder. @type {Map<number, (text: string) => void>} */
const awaited = new Map();

/** The text of a blob in a file beside the page: a script, since a page opened from disk can load nothing else. @param {number} blob @param {string} file @returns {Promise<string>} */
function piece(blob, file) {
  /** @type {{ cnnvizPiece?: (number: number, text: string) => void }} */ (globalThis).cnnvizPiece = (number, text) => awaited.get(number)?.(text);
  return new Promise((found, failed) => {
    awaited.set(blob, found);
    const script = document.createElement("script");
    script.src = file;
    script.onload = () => script.remove();
    script.onerror = () => failed(new Error(`${file} is missing; keep it in the same folder as this page`));
    document.head.append(script);
  });
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function fromBase64(text) {
  // Newer browsers have a native function, ten times as fast.
  const native = /** @type {{ fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }} */ (Uint8Array).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) out[i] = binary.charCodeAt(i);
  return out;
}

/** @param {Uint8Array<ArrayBuffer>} packed @returns {Promise<Uint8Array>} */
export async function gunzip(packed) {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("this browser cannot decompress the page's data (no DecompressionStream); use a browser from 2023 or later");
  }
  // Directly into the stream: with a Blob the bytes would pass through another process.
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  // Errors in the bytes are reported on reading.
  writer.write(packed).catch(() => {});
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(stream.readable).arrayBuffer());
}

/** Little-endian 32-bit floats, as Python packed them. @param {Uint8Array} raw */
export function floats(raw) {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const out = new Float32Array(raw.byteLength / 4);
  for (let i = 0; i < out.length; i += 1) out[i] = view.getFloat32(4 * i, true);
  return out;
}
