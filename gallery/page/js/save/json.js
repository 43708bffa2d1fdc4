/** Human-readable JSON. */

/**
 * JSON with two spaces a level and a newline at its end; a list of plain numbers stays on one line. The same value
 * gives the same text. Non-finite numbers, and undefined in a list, become null; undefined entries of an object are
 * left out.
 * @param {unknown} value
 */
export function jsonText(value) {
  return `${text(value, "\n")}\n`;
}

/** @param {unknown} value @param {string} line the line break, with the indent that follows it @returns {string} */
function text(value, line) {
  const own = /** @type {{ toJSON?: () => unknown } | null | undefined} */ (value);
  if (typeof own?.toJSON === "function") return text(own.toJSON(), line);
  if (ArrayBuffer.isView(value)) return text(Array.from(/** @type {ArrayLike<number>} */ (/** @type {unknown} */ (value))), line);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const deeper = `${line}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => text(item, deeper));
    if (!items.length) return "[]";
    if (value.every((item) => item === null || typeof item === "number")) return `[${items.join(", ")}]`;
    return `[${deeper}${items.join(`,${deeper}`)}${line}]`;
  }
  const items = Object.entries(value).filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}: ${text(item, deeper)}`);
  return items.length ? `{${deeper}${items.join(`,${deeper}`)}${line}}` : "{}";
}
