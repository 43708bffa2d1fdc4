/** The color scales: four ways to choose the two ends of the color range, each named and explained. */
import { spansNothing } from "./signal.js";

/** @typedef {import("./map-provider.js").LayerMaps} LayerMaps */
/** @typedef {{name: string, label: string, meaning: string}} Scale */

/** @type {Scale[]} */
export const SCALES = [
  {
    name: "channel", label: "per channel",
    meaning: "Each map has its own range: structure is clearest, but brightness cannot be compared between maps.",
  },
  {
    name: "picture", label: "per image",
    meaning: "One range for this image: brighter = stronger activation.",
  },
  {
    name: "layer", label: "per layer",
    meaning: "One range for the whole layer and all images: all maps are comparable.",
  },
  {
    name: "shared", label: "shared",
    meaning: "Each has one range over all images: comparable from image to image.",
  },
];

/** The scale of this name; for units, whose maps are one cell, not "per channel". @param {string | undefined} name @param {boolean} spatial */
export function scaleNamed(name, spatial) {
  const offered = scalesFor(spatial);
  return offered.find((scale) => scale.name === name) ?? offered[0];
}

/** @param {boolean} spatial */
export function scalesFor(spatial) {
  return spatial ? SCALES : SCALES.filter((scale) => scale.name !== "channel");
}

/** The scale to draw with: the selected one, unless it needs images that have not been scanned. @param {LayerMaps} maps @param {string} wanted */
export function scaleReady(maps, wanted) {
  const scale = scaleNamed(wanted, maps.spatial);
  const waits = maps.live && !maps.live.ready && !maps.overall && (scale.name === "layer" || scale.name === "shared");
  return waits ? scalesFor(maps.spatial)[0] : scale;
}

/** The available scales, now or after scanning. @param {LayerMaps} maps */
export function scalesOf(maps) {
  const all = scalesFor(maps.spatial);
  return maps.live && !maps.live.whenReady && !maps.overall ? all.filter((scale) => scale.name === "channel" || scale.name === "picture") : all;
}

/**
 * The color range of one map. It starts at 0 if nothing is negative, so that dark means zero, and is symmetric about 0
 * otherwise.
 * @param {LayerMaps} maps @param {string} scale @param {number} picture @param {number} channel
 * @returns {[number, number]}
 */
export function ends(maps, scale, picture, channel) {
  if (scale === "channel" && maps.height * maps.width > 1) {
    // A flat map has no signal, so on its own scale it gets the lowest color.
    const [least, most] = maps.range(picture, channel);
    if (spansNothing(least, most)) return [least, most];
  }
  const ofSet = scale === "layer" || scale === "shared";
  const pictures = ofSet ? maps.positions : [picture];
  const channels = scale === "channel" || scale === "shared" ? [channel] : upTo(maps.channels);
  const { overall } = maps;
  let low = 0;
  let high = 0;
  for (const c of channels) {
    if (ofSet && overall) {
      low = Math.min(low, overall.low[c]);
      high = Math.max(high, overall.high[c]);
    }
    // Values computed in the page for the selected image may slightly exceed Python's range.
    for (const p of ofSet && overall ? [picture] : pictures) {
      const [least, most] = maps.range(p, c);
      if (least < low) low = least;
      if (most > high) high = most;
    }
  }
  if (!maps.signed) return [0, high];
  const reach = Math.max(-low, high);
  return [-reach, reach];
}

/**
 * Both ends for every channel of an image, cached.
 * @param {LayerMaps} maps @param {string} scale @param {number} picture
 * @returns {(channel: number) => [number, number]}
 */
export function endsOfPicture(maps, scale, picture) {
  if (scale === "channel" || scale === "shared") return (channel) => ends(maps, scale, picture, channel);
  const one = ends(maps, scale, picture, 0);
  return () => one;
}

/** @param {number} count */
function upTo(count) {
  return Array.from({ length: count }, (_, i) => i);
}
