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
 * @param {import("./responses.js").Responses} responses @param {number} channel @param {string} sort
 */
export function profileRows(responses, channel, sort) {
  const { profile } = responses.of(channel);
  if (responses.classes > MOST) return profile.slice(0, MOST);
  return sort === "mean" ? profile : [...profile].sort((a, b) => a.index - b.index);
}

/** @param {About} about @returns {import("./context.js").Block | null} */
export function profileBlock(about) {
  const { responses, nameOf } = about;
  if (!responses || !responses.by || !responses.classes) return null;
  const many = responses.classes > MOST;
  const order = choice("Order", ORDERS, (sort) => about.select({ sort }));
  const body = html("div");
  const what = about.mapped ? "mean of its map" : "mean value";
  const whose = responses.by === "label" ? "over the images of each class" : "over the images predicted as each class";
  return {
    root: html("section", { class: "profile" },
      html("div", { class: "all-head" }, html("h2", {}, "By class"), many ? null : order.root),
      html("p", { class: "note" }, many ? `${capital(what)} ${whose}: the ${MOST} highest of ${responses.classes} classes.` : `${capital(what)} ${whose}.`),
      body),
    show({ channel, sort }) {
      order.set(sort);
      const best = responses.of(channel).profile[0].index;
      const rows = profileRows(responses, channel, sort);
      replace(body, signedBars(`${capital(what)} ${whose}`, ["Class", "Mean", "Images"],
        rows.map(({ index, mean }) => ({ name: named(cut(nameOf(index), 40)), value: mean, count: responses.counts[index], top: index === best && mean === mean }))));
    },
  };
}
