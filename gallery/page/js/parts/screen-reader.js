/** Say things to a screen reader, but not all of them: while much happens, only what came last. */

/**
 * @param {(words: string) => void} tell
 * @param {number} pause milliseconds of quiet before something is said
 */
export function calmly(tell, pause = 400) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let said = "";
  return {
    /** @param {string} words */
    tell(words) {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        if (words !== said) tell((said = words));
      }, pause);
    },
    close() { clearTimeout(waiting); },
  };
}
