/** The page's own script, as text: a worker is started from it, so that no code is in the file twice. */

/** Null where this is no script of a page: in the worker itself, and in tests. */
export const ownScript = globalThis.document?.currentScript?.textContent ?? null;
