/** Image files that are opened, dropped or pasted. */
import { fitted } from "./fit-image.js";

/** The most pixels of a canvas in any browser. */
const MOST = 4096;

/**
 * @param {Blob} file
 * @param {import("./fit-image.js").Wanted} wanted
 */
export async function fromFile(file, wanted) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("The browser cannot read this file as an image.");
  }
  const shrink = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
  canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return fitted(pen.getImageData(0, 0, canvas.width, canvas.height), wanted);
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
