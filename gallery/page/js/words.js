/** Formatting of numbers, shares and names. words.py formats them the same way in Python. */

const NARROW = "\u202f";
const MINUS = "−";

/** A number with four significant digits: 1.284, 12.84, 0.0123, 1.2e-6. @param {number} value */
export function number(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text;
  if (size >= 1e5 || size < 1e-4) text = value.toExponential(2).replace("e+", "e");
  else if (Number.isInteger(value)) text = String(value);
  else text = value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 4);
  return text.replace(/^-/, MINUS).replace("e-", `e${MINUS}`);
}

/** A short number for axes and legends. @param {number} value */
export function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 0.1) return number(value);
  const text = size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text.replace(/^-/, MINUS);
}

/** A whole number with thousands separators: 185,866. @param {number} value */
export function whole(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 picture", "10 pictures", "3 classes". @param {number} value @param {string} noun */
export function counted(value, noun) {
  return `${whole(value)} ${noun}${value === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** A share in percent; only exact 0 and 1 are shown as 0 % and 100 %. @param {number} share */
export function percent(share) {
  if (share === 0 || share === 1) return `${share * 100}${NARROW}%`;
  if (share > 0.9995) return `>${NARROW}99.9${NARROW}%`;
  if (share < 0.0005) return `<${NARROW}0.1${NARROW}%`;
  return `${(100 * share).toFixed(1)}${NARROW}%`;
}

/** "28×28×1". @param {number[]} shape */
export function shape(shape) {
  return shape.join("×");
}

/** A user-given name in plain text, isolated from the text direction around it. @param {string} text */
export function apart(text) {
  return `\u2068${text}\u2069`;
}

/** A text with its first letter capitalized. @param {string} text */
export function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** A text cut in the middle if it is long. @param {string} text @param {number} [most] */
export function cut(text, most = 48) {
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.6);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (most - 1 - head)).join("")}`;
}
