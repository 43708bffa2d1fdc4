/** Announcements for screen readers, throttled so that only the latest is spoken. */

/**
 * @param {(words: string) => void} tell
 * @param {number} pause milliseconds of quiet before an announcement
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
