/** Binary pieces of the page: base64, gunzipped when they are first wanted. */

/** @type {Map<number, Promise<Uint8Array>>} */
const unpacked = new Map();

/** The bytes of a blob, by its number. @param {number} blob @returns {Promise<Uint8Array>} */
export function bytes(blob) {
  let found = unpacked.get(blob);
  if (!found) {
    const element = document.getElementById(`blob-${blob}`);
    if (!element) throw new Error(`this page lacks its binary piece ${blob}`);
    found = gunzip(fromBase64(element.textContent ?? ""));
    unpacked.set(blob, found);
  }
  return found;
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function fromBase64(text) {
  const binary = atob(text);
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) out[i] = binary.charCodeAt(i);
  return out;
}

/** @param {Uint8Array<ArrayBuffer>} packed @returns {Promise<Uint8Array>} */
export async function gunzip(packed) {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("this browser cannot unpack the page's maps (no DecompressionStream); use one from 2023 or later");
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
