/** A labeled select element. */
import { html } from "../dom.js";
import { cut } from "../words.js";

/**
 * @param {string} title
 * @param {{ name: string, label: string }[]} options
 * @param {(name: string) => void} chosen
 */
export function pick(title, options, chosen) {
  const select = html("select", { change: () => chosen(select.value) },
    options.map((option) => html("option", { value: option.name }, cut(option.label, 40))));
  return {
    root: html("label", { class: "pick" }, html("span", {}, title), select),
    /** @param {string} name */
    set(name) { select.value = name; },
    /** Rename an option. @param {string} name @param {string} label */
    rename(name, label) {
      const option = [...select.options].find((one) => one.value === name);
      if (option && option.text !== cut(label, 40)) option.text = cut(label, 40);
    },
  };
}
