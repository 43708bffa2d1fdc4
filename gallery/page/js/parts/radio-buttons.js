/** A row of radio buttons. */
import { html } from "../dom.js";

let made = 0;

/**
 * @param {string} title
 * @param {{ name: string, label: string }[]} options
 * @param {(name: string) => void} chosen
 */
export function choice(title, options, chosen) {
  const group = `choice-${(made += 1)}`;
  const inputs = options.map((option) =>
    html("input", { type: "radio", name: group, value: option.name, id: `${group}-${option.name}`, change: () => chosen(option.name) }));
  const root = html("fieldset", { class: "choice" },
    html("legend", {}, title),
    html("div", { class: "choice-row" },
      inputs.map((input, i) => [input, html("label", { for: input.id }, options[i].label)])));
  return {
    root,
    /** @param {string} name */
    set(name) { for (const input of inputs) input.checked = input.value === name; },
  };
}
