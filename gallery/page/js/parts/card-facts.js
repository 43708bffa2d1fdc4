/** The training facts of a model card, with labels and units. */
import { html, named } from "../dom.js";
import { counted, cut, number, percent } from "../words.js";

/** @typedef {(value: unknown) => import("../dom.js").Child} Say */

/** @type {Say} */
const share = (value) => (typeof value === "number" ? percent(value) : plainly(value));
/** @type {Say} */
const hash = (value) => html("code", {}, cut(said(value), 64));

/** Known facts, in order. @type {[string, string, Say?][]} */
const KNOWN = [
  ["description", "description"],
  ["test_accuracy", "test accuracy", share],
  ["validation_accuracy", "validation accuracy", share],
  ["accuracy", "accuracy", share],
  ["test_loss", "test loss"],
  ["validation_loss", "validation loss"],
  ["date", "trained on"],
  ["seconds", "training time", (value) => (typeof value === "number" && value >= 0 ? duration(value) : plainly(value))],
  ["epochs", "epochs"],
  ["epoch", "saved epoch"],
  ["batch_size", "batch size", (value) => (typeof value === "number" ? counted(value, "image") : plainly(value))],
  ["optimizer", "optimizer"],
  ["learning_rate", "learning rate"],
  // This text is a line or two; cut in the middle it would lose the edits of the images.
  ["recipe", "recipe", (value) => plainly(value, 480)],
  ["recipe_again", "recipe, second stage", (value) => plainly(value, 480)],
  ["seed", "random seed", (value) => (typeof value === "number" ? String(value) : plainly(value))],
  ["train_hash", "training images (hash)", hash],
  ["test_hash", "test images (hash)", hash],
  ["versions", "trained with"],
];
/** Facts that the model card shows elsewhere. */
const ELSEWHERE = ["name", "class_names", "scale", "background", "fit"];

/** Name and value of everything in a card's `about`: known facts first, then the rest under their keys. @param {Record<string, unknown>} about @returns {[string, import("../dom.js").Child][]} */
export function cardFacts(about) {
  const names = new Set([...ELSEWHERE, ...KNOWN.map(([key]) => key)]);
  const known = KNOWN.filter(([key]) => Object.hasOwn(about, key) && about[key] !== null && about[key] !== "");
  return [
    ...known.map(([key, title, say = plainly]) => /** @type {[string, import("../dom.js").Child]} */ ([title, say(about[key])])),
    ...Object.keys(about).filter((key) => !names.has(key)).map((key) => /** @type {[string, import("../dom.js").Child]} */ ([key.replaceAll("_", " "), plainly(about[key])])),
  ];
}

/** 45 s, 10 min 12 s, 2 h 5 min. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return `${Number(seconds.toFixed(1))}\u202fs`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours ? `${hours}\u202fh ${minutes}\u202fmin` : `${minutes}\u202fmin ${rest}\u202fs`;
}

/** @param {unknown} value @param {number} [most] letters @returns {import("../dom.js").Child} */
function plainly(value, most = 120) {
  const text = cut(said(value), most);
  return text ? named(text) : null;
}

/** A value of the card in words. @param {unknown} value @returns {string} */
function said(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(said).join(", ");
  if (typeof value === "object") return Object.entries(value).map(([key, v]) => `${key.replaceAll("_", " ")} ${Array.isArray(v) && !v.length ? "none" : said(v)}`).join(", ");
  return typeof value === "number" ? number(value) : String(value);
}
