/** Write GIFs of the frames that a JSON document on standard input gives; test_gif.py reads them with Pillow. */
import { readFileSync, writeFileSync } from "node:fs";
import { gif } from "../../../gallery/page/js/save/gif.js";

for (const { width, height, palette, plays, frames, delays, out } of JSON.parse(readFileSync(0, "utf8"))) {
  const file = gif(width, height, Uint8Array.from(Buffer.from(palette, "base64")), plays ?? undefined);
  frames.forEach((frame, i) => file.add(Uint8Array.from(Buffer.from(frame, "base64")), delays[i]));
  writeFileSync(out, file.finish());
}
