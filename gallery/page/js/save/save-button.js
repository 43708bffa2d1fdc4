/** The Save button of a page, which opens a list of available files. */
import { html, replace } from "../dom.js";

/**
 * A file that can be saved.
 * @typedef {object} Offer
 * @property {string} kind PNG, GIF, CSV, JSON
 * @property {string} what is in it
 * @property {(told: (words: string) => void) => void | Promise<void>} save reports its progress
 */

let made = 0;

/**
 * @param {(words: string) => void} tell announces to screen readers @param {() => Offer[]} offers called each time it
 * opens
 */
export function saveControl(tell, offers) {
  const id = `save-${(made += 1)}`;
  const list = html("div", { class: "save-list", id, role: "group", "aria-label": "Save as", hidden: true });
  const button = html("button", { type: "button", class: "save-button", "aria-expanded": "false", "aria-controls": id, click: () => (list.hidden ? open() : close(true)) }, "Save");
  const words = html("span", { class: "save-words" });
  const root = html("div", { class: "save", keydown }, words, button, list);
  let busy = false;

  /** @param {Event} event */
  const outside = (event) => {
    if (!root.contains(/** @type {Node} */ (event.target))) close(false);
  };

  function open() {
    if (busy) return;
    say("");
    replace(list, offers().map((offer) => html("button", { type: "button", class: "save-offer", click: () => take(offer) },
      html("span", { class: "save-kind" }, offer.kind), " ", html("span", {}, offer.what))));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    /** @type {HTMLElement | null} */ (list.firstElementChild)?.focus();
  }

  /** @param {boolean} back whether the button gets the focus */
  function close(back) {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("focusin", outside);
    if (back) button.focus();
  }

  /** @param {string} text */
  function say(text) {
    words.textContent = text;
  }

  /** @param {Offer} offer */
  async function take(offer) {
    close(true);
    busy = true;
    button.setAttribute("aria-disabled", "true");
    say(`Making the ${offer.kind} …`);
    tell(`Making the ${offer.kind}`);
    try {
      // Let the message appear before the work begins.
      await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
      await offer.save(say);
      say(`${offer.kind} saved`);
      tell(`${offer.kind} saved`);
    } catch (fault) {
      const why = `Saving failed: ${fault instanceof Error ? fault.message : fault}`;
      say(why);
      tell(why);
    }
    busy = false;
    button.removeAttribute("aria-disabled");
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (list.hidden || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = /** @type {HTMLElement[]} */ ([...list.children]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const last = all.length - 1;
    const to = { ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
    if (event.key === "Escape") close(true);
    else if (to !== undefined) all[to].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return root;
}
