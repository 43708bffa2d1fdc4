/** Saves a file through the browser; nothing leaves the page. */

/** The most letters of a name, without its suffix. */
const MOST = 100;
/** The most milliseconds until the browser starts the download. */
const PATIENCE = 60_000;

/**
 * Save `content` under `name`, as a download.
 * @param {string} name @param {BlobPart} content @param {string} type such as "text/csv"
 */
export function download(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName(name);
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
}

/**
 * A name that is valid on every file system: no paths, no control or direction marks, no reserved names.
 * @param {string} name with its suffix
 */
export function fileName(name) {
  const dot = name.lastIndexOf(".");
  const suffix = /^\.[a-z0-9]{1,8}$/i.test(name.slice(dot)) && dot > 0 ? name.slice(dot) : "";
  const stem = [...(suffix ? name.slice(0, dot) : name)].filter((letter) => !/[\p{Cf}\p{Cs}]/u.test(letter)).join("")
    .replace(/[\p{Cc}\p{Z}\s]+/gu, "-")
    .replace(/[/\\:*?"<>|%#&{}$!'`@+=~^;]+/g, "-")
    .replace(/-{2,}/g, "-");
  const short = [...stem].slice(0, MOST).join("").replace(/^[-.]+|[-.]+$/g, "");
  const safe = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short.split(".")[0]) ? `_${short}` : short;
  return `${safe || "cnnviz"}${suffix}`;
}
