/** Fits any image to the model's input as image_files.py does, with the notes of edits.py. No DOM. */

/** @typedef {{ data: Uint8ClampedArray, width: number, height: number }} Rgba */
/** @typedef {{ height: number, width: number, channels: number, background: string | null }} Wanted */

/**
 * @param {Rgba} image
 * @param {Wanted} wanted
 * @returns {{ unit: Float32Array, notes: string[] }} pixels from 0 to 1, and the edits, one phrase each
 */
export function fitted(image, wanted) {
  /** @type {string[]} */
  const notes = [];
  const { width, height } = image;
  const opaque = withoutTransparency(image, notes);
  let channels = 3;
  let values = opaque;
  if (wanted.channels === 1) {
    channels = 1;
    const { gray, colored } = toGrayscale(opaque);
    values = gray;
    if (colored) notes.push("converted to grayscale");
  }
  const light = backgroundLevel(values, height, width, channels) > 0.5;
  if (wanted.background && light === (wanted.background === "dark")) {
    for (let i = 0; i < values.length; i += 1) values[i] = 1 - values[i];
    notes.push(`inverted (${light ? "light" : "dark"} background)`);
  }
  const factor = Math.min(wanted.height / height, wanted.width / width);
  const rows = Math.max(1, Math.round(height * factor));
  const columns = Math.max(1, Math.round(width * factor));
  if (rows !== height || columns !== width) {
    values = averaged(values, height, width, channels, rows, columns);
    notes.push(`resized from ${width}×${height} to ${wanted.width}×${wanted.height}`);
  }
  if (rows !== wanted.height || columns !== wanted.width) {
    values = padded(values, rows, columns, channels, wanted.height, wanted.width);
    notes.push("padded with its background");
  }
  return { unit: values, notes };
}

/** Opaque pixels from 0 to 1, on black or white, whichever differs more from what is opaque. @param {Rgba} image @param {string[]} notes */
function withoutTransparency({ data }, notes) {
  const count = data.length / 4;
  const out = new Float32Array(3 * count);
  let sum = 0;
  let solid = 0;
  let clear = false;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 255) clear = true;
    if (data[i + 3] < 128) continue;
    sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    solid += 1;
  }
  const backdrop = clear && solid && sum / solid > 127.5 ? 0 : 1;
  if (clear) notes.push(`transparency filled with ${backdrop ? "white" : "black"}`);
  for (let p = 0; p < count; p += 1) {
    const cover = data[4 * p + 3] / 255;
    for (let c = 0; c < 3; c += 1) out[3 * p + c] = backdrop + (data[4 * p + c] / 255 - backdrop) * cover;
  }
  return out;
}

/** By the luma of Rec. 601. @param {Float32Array} rgb */
function toGrayscale(rgb) {
  const gray = new Float32Array(rgb.length / 3);
  let colored = false;
  for (let p = 0, i = 0; p < gray.length; p += 1, i += 3) {
    colored ||= rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2];
    gray[p] = 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2];
  }
  return { gray, colored };
}

/** The background level, 0 to 1: the median of the four corners' means. @param {Float32Array} values @param {number} height @param {number} width @param {number} channels */
function backgroundLevel(values, height, width, channels) {
  const down = Math.max(1, Math.round(height / 14));
  const across = Math.max(1, Math.round(width / 14));
  const weights = channels === 3 ? [0.299, 0.587, 0.114] : [1];
  const levels = [[0, 0], [0, width - across], [height - down, 0], [height - down, width - across]].map(([top, left]) => {
    let sum = 0;
    for (let y = top; y < top + down; y += 1) {
      for (let x = left; x < left + across; x += 1) {
        for (let c = 0; c < channels; c += 1) sum += weights[c] * values[(y * width + x) * channels + c];
      }
    }
    return sum / (down * across);
  });
  return median(levels);
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Resized so that each new pixel is the mean of the area that it covers.
 * @param {Float32Array} values @param {number} height @param {number} width @param {number} channels
 * @param {number} rows @param {number} columns
 */
export function averaged(values, height, width, channels, rows, columns) {
  const middle = along(values, height, width * channels, 1, rows);
  return along(middle, width, channels, rows, columns);
}

/**
 * Along one axis: `count` blocks of `extent` items of `size` numbers each.
 * @param {Float32Array} values @param {number} extent @param {number} size @param {number} count @param {number} wanted
 */
function along(values, extent, size, count, wanted) {
  const out = new Float32Array(count * wanted * size);
  const step = extent / wanted;
  for (let to = 0; to < wanted; to += 1) {
    const begin = to * step;
    const end = begin + step;
    for (let from = Math.floor(begin); from < Math.min(extent, Math.ceil(end - 1e-9)); from += 1) {
      const share = (Math.min(end, from + 1) - Math.max(begin, from)) / step;
      for (let block = 0; block < count; block += 1) {
        const source = (block * extent + from) * size;
        const target = (block * wanted + to) * size;
        for (let i = 0; i < size; i += 1) out[target + i] += share * values[source + i];
      }
    }
  }
  return out;
}

/**
 * Centered in a larger image, the margin filled with the border's median.
 * @param {Float32Array} values @param {number} rows @param {number} columns @param {number} channels
 * @param {number} height @param {number} width
 */
function padded(values, rows, columns, channels, height, width) {
  const out = new Float32Array(height * width * channels);
  const top = (height - rows) >> 1;
  const left = (width - columns) >> 1;
  for (let c = 0; c < channels; c += 1) {
    const border = [];
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += y === 0 || y === rows - 1 ? 1 : Math.max(1, columns - 1)) {
        border.push(values[(y * columns + x) * channels + c]);
      }
    }
    const background = median(border);
    for (let i = c; i < out.length; i += channels) out[i] = background;
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1) out[((y + top) * width + x + left) * channels + c] = values[(y * columns + x) * channels + c];
    }
  }
  return out;
}
