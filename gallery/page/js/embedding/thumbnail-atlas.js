/** All thumbnails on one canvas, to be drawn from there at any position and size. */

/** Pixels of an image's longer side; larger ones are reduced. */
const MOST = 40;

/**
 * @param {import("../types.js").Context["painter"]} painter of the page's images @param {number[]} positions
 */
export function atlas(painter, positions) {
  const shrink = Math.min(1, MOST / Math.max(painter.width, painter.height));
  const width = Math.max(1, Math.round(painter.width * shrink)), height = Math.max(1, Math.round(painter.height * shrink));
  const across = Math.ceil(Math.sqrt(positions.length));
  const canvas = document.createElement("canvas");
  canvas.width = across * width;
  canvas.height = Math.ceil(positions.length / across) * height;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const one = document.createElement("canvas");
  one.width = painter.width;
  one.height = painter.height;
  const own = /** @type {CanvasRenderingContext2D} */ (one.getContext("2d"));
  positions.forEach((position, i) => {
    const { rgba } = painter.raster(position);
    own.putImageData(new ImageData(rgba, painter.width, painter.height), 0, 0);
    pen.drawImage(one, (i % across) * width, Math.floor(i / across) * height, width, height);
  });
  return {
    width, height,
    /** Draw the image of this number. @param {CanvasRenderingContext2D} to @param {number} i @param {number} x @param {number} y @param {number} w @param {number} h */
    draw(to, i, x, y, w, h) {
      to.drawImage(canvas, (i % across) * width, Math.floor(i / across) * height, width, height, x, y, w, h);
    },
  };
}
