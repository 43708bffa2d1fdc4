/** The page's own script as text: workers are started from it, so no code is in the file twice. */

/** Null outside of a page: in the worker itself, and in tests. */
export const ownScript = globalThis.document?.currentScript?.textContent ?? null;
