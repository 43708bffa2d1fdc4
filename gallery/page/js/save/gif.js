/** Encodes an animation as GIF89a (CompuServe, 1990): one palette, LZW, a delay per frame. */

const MOST_CODES = 4096;
/** Slots of the dictionary's hash table: a power of two, well above the number of codes. */
const PLACES = 16384;

/**
 * Begin a GIF. Of each frame only the packed bytes are kept and, for the next one, its colors.
 * @param {number} width @param {number} height
 * @param {Uint8Array} palette three bytes per color, 1 to 256 colors @param {number} [plays] how often it plays, at
 * least once; Infinity only on request
 */
export function gif(width, height, palette, plays = 1) {
  const colors = palette.length / 3;
  if (!(colors >= 1 && colors <= 256)) throw new Error(`a GIF holds 1 to 256 colors, not ${colors}`);
  const bits = Math.max(1, Math.ceil(Math.log2(colors)));
  const out = bytes();
  const before = new Uint8Array(width * height);
  let frames = 0;
  out.text("GIF89a");
  out.word(width);
  out.word(height);
  // A global palette of 2^bits colors, eight bits per channel; background 0; square pixels.
  out.byte(0xf0 | (bits - 1));
  out.byte(0);
  out.byte(0);
  for (let i = 0; i < 3 * 2 ** bits; i += 1) out.byte(i < palette.length ? palette[i] : 0);
  if (plays > 1) {
    out.text("\x21\xff\x0bNETSCAPE2.0\x03\x01");
    // The field counts repeats; zero means endless.
    out.word(Number.isFinite(plays) ? Math.min(0xffff, plays - 1) : 0);
    out.byte(0);
  }
  const pack = packer(out, Math.max(2, bits));

  return {
    /**
     * Add a frame shown for `hundredths` of a second. Only the box that changed is written.
     * @param {Uint8Array} indices into the palette, row by row @param {number} hundredths
     */
    add(indices, hundredths) {
      const [left, top, right, bottom] = frames ? changed(before, indices, width, height) : [0, 0, width, height];
      out.text("\x21\xf9\x04\x04");
      out.word(Math.min(0xffff, Math.round(hundredths)));
      out.byte(0);
      out.byte(0);
      out.byte(0x2c);
      for (const number of [left, top, right - left, bottom - top]) out.word(number);
      out.byte(0);
      pack(indices, width, left, top, right, bottom);
      before.set(indices);
      frames += 1;
    },
    /** The whole file. @returns {Uint8Array<ArrayBuffer>} */
    finish() {
      out.byte(0x3b);
      return out.all();
    },
  };
}

/** The box in which two frames differ: [left, top, right, bottom]; one pixel if they do not differ. @param {Uint8Array} a @param {Uint8Array} b @param {number} width @param {number} height */
function changed(a, b, width, height) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      if (a[i] === b[i]) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return right ? [left, top, right, bottom] : [0, 0, 1, 1];
}

/**
 * LZW with codes of growing size, in blocks of at most 255 bytes. The dictionary is one hash table, allocated once.
 * @param {ReturnType<typeof bytes>} out @param {number} least bits per color
 */
function packer(out, least) {
  const keys = new Int32Array(PLACES);
  const codes = new Uint16Array(PLACES);
  const block = new Uint8Array(255);
  const clear = 1 << least;
  let [filled, held, holding, size, next] = [0, 0, 0, 0, 0];

  /** @param {number} byte */
  function put(byte) {
    block[filled++] = byte;
    if (filled === 255) flush();
  }
  function flush() {
    if (!filled) return;
    out.byte(filled);
    out.bytes(block, filled);
    filled = 0;
  }
  /** @param {number} code */
  function emit(code) {
    held |= code << holding;
    for (holding += size; holding >= 8; holding -= 8) {
      put(held & 255);
      held >>>= 8;
    }
  }
  function forget() {
    keys.fill(-1);
    size = least + 1;
    next = clear + 2;
  }

  /** @param {Uint8Array} indices @param {number} width @param {number} left @param {number} top @param {number} right @param {number} bottom */
  return (indices, width, left, top, right, bottom) => {
    out.byte(least);
    [filled, held, holding] = [0, 0, 0];
    forget();
    emit(clear);
    let prefix = indices[top * width + left];
    for (let y = top; y < bottom; y += 1) {
      for (let i = y * width + left + (y === top ? 1 : 0), end = y * width + right; i < end; i += 1) {
        const key = (prefix << 8) | indices[i];
        let place = Math.imul(key, 0x9e3779b1) >>> 18;
        while (keys[place] !== key && keys[place] >= 0) place = (place + 1) & (PLACES - 1);
        if (keys[place] === key) {
          prefix = codes[place];
          continue;
        }
        emit(prefix);
        prefix = indices[i];
        if (next === MOST_CODES) {
          emit(clear);
          forget();
          continue;
        }
        // The decoder is one code behind: the size grows after a code that needs it.
        if (next === 1 << size) size += 1;
        keys[place] = key;
        codes[place] = next;
        next += 1;
      }
    }
    emit(prefix);
    // After the last code the decoder has added one more.
    if (next === 1 << size && size < 12) size += 1;
    emit(clear + 1);
    if (holding) put(held & 255);
    flush();
    out.byte(0);
  };
}

/** A growing byte array. */
function bytes() {
  let held = new Uint8Array(1 << 16);
  let used = 0;
  /** @param {number} more */
  function room(more) {
    if (used + more <= held.length) return;
    const larger = new Uint8Array(Math.max(2 * held.length, used + more));
    larger.set(held);
    held = larger;
  }
  /** @param {number} value */
  function byte(value) {
    if (used === held.length) room(1);
    held[used++] = value;
  }
  return {
    byte,
    /** @param {number} value low byte first */
    word(value) { byte(value & 255); byte(value >> 8); },
    /** @param {string} text */
    text(text) { for (let i = 0; i < text.length; i += 1) byte(text.charCodeAt(i)); },
    /** @param {Uint8Array} from @param {number} count */
    bytes(from, count) {
      room(count);
      for (let i = 0; i < count; i += 1) held[used++] = from[i];
    },
    all: () => held.slice(0, used),
  };
}
