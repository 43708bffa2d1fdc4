/** Objects without a prototype: a name such as "constructor" or "__proto__" is in them only if the data has it. */

/**
 * The value of a JSON text; its objects have no prototype, since layers, classes and metrics of any name are keys of them.
 * @param {string} text
 */
export function parseBare(text) {
  const whole = JSON.parse(text);
  // Not a reviver, which is called for every number.
  const open = [whole];
  while (open.length) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) Object.setPrototypeOf(value, null);
    for (const item of Object.values(value)) if (typeof item === "object") open.push(item);
  }
  return whole;
}

/** An empty object for values by name. @template Value @returns {Record<string, Value>} */
export function byName() {
  return Object.create(null);
}
