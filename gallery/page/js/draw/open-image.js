/** Image files that are opened, dropped or pasted. */
import { fitted } from "./fit-image.js";

/** The most pixels of an image, as in Python, and those that are read at once, since a canvas has its own limits. */
const MOST = Math.floor(2 ** 30 / 12);
const AT_ONCE = 2 ** 22;

/**
 * @param {Blob} file
 * @param {import("./fit-image.js").Wanted} wanted
 */
export async function fromFile(file, wanted) {
  let bitmap;
  try {
    // Pixels as they are in the file: Python applies no color profile either.
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  } catch {
    throw new Error("The browser cannot read this file as an image.");
  }
  const { width, height } = bitmap;
  if (width * height > MOST) {
    bitmap.close();
    throw new Error(`The image is too large: ${width}×${height}. Shrink it to ${Math.floor(MOST / 1e6)} megapixels at most.`);
  }
  const data = pixelsOf(bitmap);
  bitmap.close();
  return fitted({ data, width, height }, wanted);
}

/** All pixels, red, green, blue and alpha, read in strips. @param {ImageBitmap} bitmap */
function pixelsOf(bitmap) {
  const { width, height } = bitmap;
  const data = new Uint8ClampedArray(4 * width * height);
  const strip = Math.max(1, Math.min(height, Math.floor(AT_ONCE / width)));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = strip;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  for (let top = 0; top < height; top += strip) {
    const rows = Math.min(strip, height - top);
    pen.clearRect(0, 0, width, strip);
    pen.drawImage(bitmap, 0, -top);
    data.set(pen.getImageData(0, 0, width, rows).data, 4 * width * top);
  }
  return data;
}

/**
 * Listen for images that are dropped on the page or pasted.
 * @param {(file: File) => void} heard
 * @returns {() => void} stops it
 */
export function listen(heard) {
  /** @param {DataTransfer | null} held */
  const first = (held) => [...(held?.files ?? [])][0];
  /** @param {ClipboardEvent} event */
  const paste = (event) => {
    const file = first(event.clipboardData);
    if (file) heard(file);
  };
  /** @param {DragEvent} event */
  const over = (event) => event.preventDefault();
  /** @param {DragEvent} event */
  const drop = (event) => {
    event.preventDefault();
    const file = first(event.dataTransfer);
    if (file) heard(file);
  };
  document.addEventListener("paste", paste);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  return () => {
    document.removeEventListener("paste", paste);
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", drop);
  };
}
