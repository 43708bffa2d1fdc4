/** The files that the comparison of two classes can save. */
import { byDifference } from "../compare/difference.js";
import { classNamer } from "../values/images.js";
import { cardsSheet, MOST } from "./cards-sheet.js";
import { csv } from "./csv.js";
import { download } from "./download.js";
import { origin, pictureFacts, plain, titled } from "./shared-facts.js";
import { animation, png } from "./png-gif.js";
import { jsonText } from "./json.js";
import { credit } from "./layer-sheet.js";
import { apart } from "./paper.js";
import { counted, percent } from "../words.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @typedef {object} ClassPair
 * @property {{ counts: number[], other: number, all: number }[] | null} calls for each of the two: predicted as A, as
 * B, as another class; null without labels
 * @property {number[]} counts images of each
 * @property {import("../values/images.js").Picture[]} between the images between them, the closest decision first
 * @property {string[]} paths of the layers that are shown
 * @property {(number: number) => Promise<import("../compare/class-profile.js").Profile | null>} profile of a class
 */

/**
 * @param {Context} context @param {[number, number]} chosen @param {ClassPair} seen
 * @returns {import("./save-button.js").Offer[]}
 */
export function classPairOffers(context, chosen, seen) {
  const nameOf = classNamer(context.data);
  const names = chosen.map(nameOf);
  /** @param {string} suffix @param {...string} parts */
  const named = (suffix, ...parts) => titled(context, [`classes-${chosen.join("-")}`, ...parts], suffix);

  /** The channels of each layer, the largest difference first; null without means. */
  async function layers() {
    const [own, other] = [await seen.profile(chosen[0]), await seen.profile(chosen[1])];
    if (!own || !other) return null;
    return seen.paths.map((path) => {
      const a = own.rows.get(path) ?? [], b = other.rows.get(path) ?? [];
      return { path, channels: byDifference(a, b).map((channel) => ({ channel, a: plain(a[channel]), b: plain(b[channel]), difference: plain(a[channel] - b[channel]) })) };
    });
  }

  async function channels() {
    const found = await layers();
    if (!found) throw new Error("the means of these two classes are not known");
    const rows = found.flatMap(({ path, channels }) => channels.map((row) => [path, row.channel, row.a, row.b, row.difference]));
    download(named("csv", "channels"), csv(["layer", "channel", "A", "B", "A - B"], rows), "text/csv;charset=utf-8");
  }

  function calls() {
    const rows = (seen.calls ?? []).map(({ counts, other, all }, i) => [names[i], ...counts, other, all]);
    download(named("csv", "calls"), csv(["images of", "called A", "called B", "something else", "in all"], rows), "text/csv;charset=utf-8");
  }

  // The closest decisions, ordered from A to B.
  const cards = seen.between.slice(0, MOST)
    .sort((p, q) => lean(p) - lean(q) || p.position - q.position)
    .map((picture) => ({
      raster: context.painter.raster(picture.position),
      lines: [
        ...chosen.map((number, i) => ({ words: `${"AB"[i]} ${percent(picture.probabilities[number])}` })),
        ...(picture.label ? [{ words: `true class: ${apart(picture.label)}`, ink: /** @type {const} */ ("muted") }] : []),
      ],
    }));
  /** @param {import("../values/images.js").Picture} picture */
  function lean(picture) { return picture.probabilities[chosen[1]] - picture.probabilities[chosen[0]]; }
  const about = {
    title: `From ${apart(names[0])} to ${apart(names[1])}`,
    subtitle: `${counted(seen.between.length, "image")} where A and B together have a probability of at least 50 %${cards.length < seen.between.length ? `; the ${cards.length} closest decisions` : ""}`,
    notes: [`A ${apart(names[0])} · B ${apart(names[1])}`, credit(context.data, [])],
  };

  /** @param {(words: string) => void} told */
  async function moving(told) {
    const content = await animation(cards.length, (i) => cardsSheet({ ...about, cards: [cards[i]], large: true }, 1),
      { hundredths: () => 100, ramps: [], pictures: cards.map((card) => card.raster.rgba), told: (done) => told(`Frame ${done} of ${cards.length} …`) });
    download(named("gif"), content, "image/gif");
  }
  const still = async () => download(named("png"), await png(cardsSheet({ ...about, cards }, 2)), "image/png");

  async function everything() {
    const [a, b] = chosen.map((number, i) => ({ class: number, name: names[i], pictures: seen.counts[i] }));
    const document = {
      ...origin(context, "class comparison"), a, b,
      calls: seen.calls && seen.calls.map(({ counts, other, all }) => ({ called_a: counts[0], called_b: counts[1], something_else: other, in_all: all })),
      in_between: seen.between.map((picture) => ({ ...pictureFacts(picture), a: plain(picture.probabilities[chosen[0]]), b: plain(picture.probabilities[chosen[1]]) })),
      layers: await layers(),
    };
    download(named("json"), jsonText(document), "application/json");
  }

  return [
    ...(cards.length ? [{ kind: "PNG", what: "sheet with the closest decisions", save: still }] : []),
    ...(cards.length > 1 ? [{ kind: "GIF", what: `the same as an animation: ${counted(cards.length, "frame")}`, save: moving }] : []),
    ...(seen.calls ? [{ kind: "CSV", what: "predictions for the images of A and B", save: calls }] : []),
    ...(seen.paths.length ? [{ kind: "CSV", what: "channels by difference of their means", save: channels }] : []),
    { kind: "JSON", what: "everything: predictions, closest decisions, channels", save: everything },
  ];
}
