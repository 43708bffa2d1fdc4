/** Mean value of a channel by class. */
import { choice } from "../parts/radio-buttons.js";
import { html, named, replace } from "../dom.js";
import { capital, cut } from "../words.js";
import { signedBars } from "./signed-bars.js";

/** @typedef {import("./context.js").About} About */

const ORDERS = [{ name: "class", label: "class" }, { name: "mean", label: "mean" }];
/** The most classes shown; of more, those with the highest mean. */
const MOST = 12;

/**
 * The classes to show, in order.
 * @param {import("./responses.js").Answers} answers @param {number} channel @param {string} sort
 */
export function profileRows(answers, channel, sort) {
  const { profile } = answers.of(channel);
  if (answers.classes > MOST) return profile.slice(0, MOST);
  return sort === "mean" ? profile : [...profile].sort((a, b) => a.index - b.index);
}

/** @param {About} about @returns {import("./context.js").Block | null} */
export function profileBlock(about) {
  const { answers, nameOf } = about;
  if (!answers || !answers.by) return null;
  const many = answers.classes > MOST;
  const order = choice("Order", ORDERS, (sort) => about.select({ sort }));
  const body = html("div");
  const what = about.mapped ? "mean of its map" : "mean value";
  const whose = answers.by === "label" ? "over the images of each class" : "over the images predicted as each class";
  return {
    root: html("section", { class: "profile" },
      html("div", { class: "all-head" }, html("h2", {}, "By class"), many ? null : order.root),
      html("p", { class: "note" }, many ? `${capital(what)} ${whose}: the ${MOST} highest of ${answers.classes} classes.` : `${capital(what)} ${whose}.`),
      body),
    show({ channel, sort }) {
      order.set(sort);
      const best = answers.of(channel).profile[0].index;
      const rows = profileRows(answers, channel, sort);
      replace(body, signedBars(`${capital(what)} ${whose}`, ["Class", "Mean", "Images"],
        rows.map(({ index, mean }) => ({ name: named(cut(nameOf(index), 40)), value: mean, count: answers.counts[index], top: index === best && mean === mean }))));
    },
  };
}
