/** The light or dark theme: the system's, until the user selects one. */
import { html } from "../dom.js";

const KEY = "cnnviz-theme";

/** @param {(kind: string) => void} told */
export function themeButton(told) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const button = html("button", { type: "button", class: "quiet theme", click: () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep(root.dataset.theme);
    label();
    told(`${root.dataset.theme} colors`);
  } });
  const kept = recall();
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  /** Label the button with its action. */
  function label() {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Light colors" : "Dark colors");
  }
  system.addEventListener("change", label);
  label();
  return button;
}

// A page opened from disk may have no storage; then the choice lasts as long as the page.
/** @param {string} value */
function keep(value) {
  try { localStorage.setItem(KEY, value); } catch { /* no storage */ }
}

function recall() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}
