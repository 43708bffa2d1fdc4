/** The cost of removing one channel. */
import { costsOf, lossGained, MODES, pointsLost } from "../ablation/filter-costs.js";
import { html, named, replace } from "../dom.js";
import { table } from "../parts/table.js";
import { capital, cut } from "../words.js";

/** @typedef {import("./context.js").About} About */

/** @param {About} about @returns {import("./context.js").Block | null} */
export function removalBlock(about) {
  const { context, path } = about;
  const section = context.data.sections.ablation;
  const layer = section?.layers.find((one) => one.path === path || one.site === path);
  if (!section || !layer) return null;
  const costs = MODES.map(({ name }) => costsOf(layer, name));
  const words = html("p", {});
  const body = html("div");
  return {
    root: html("section", { class: "removal" },
      html("h2", {}, "Ablation cost"),
      words, body,
      html("p", { class: "note" }, `${capital(section.measured)}. `,
        html("a", { href: context.address("ablation", layer.path) }, "All filters of ", named(cut(layer.path, 24))), ".")),
    show({ channel }) {
      const [zero] = costs.map((held) => held[channel]);
      replace(words, zero.idle ? `Removing this ${layer.noun} changes no output.`
        : `Rank ${zero.rank} of ${zero.of} ${layer.noun}s by cost (1 = costliest).`);
      replace(body, table(`Cost of removing ${path}/${channel}`, [{ title: "Activation" }, { title: "Accuracy", number: true }, { title: "Cross-entropy", number: true }],
        MODES.map(({ label }, i) => [label, pointsLost(costs[i][channel].accuracy), lossGained(costs[i][channel].loss)])));
    },
  };
}
