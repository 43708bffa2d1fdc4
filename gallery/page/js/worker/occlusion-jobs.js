/** Runs occlusion in a worker, or in time slices without one. A newer job replaces the older one. */
import { network } from "../engine/network.js";
import { ownScript } from "./page-script.js";
import { inSlices } from "./time-slices.js";

/** @typedef {import("../contract.js").Manifest} Manifest */
/** @typedef {import("./time-slices.js").Job} Job */
/** @typedef {import("./time-slices.js").Progress} Progress */

/** Milliseconds: the time limit for a worker's start, and the duration of a time slice. */
const PATIENCE = 4000;
const SLICE = 8;

/**
 * @param {Manifest} manifest
 * @param {() => Promise<Uint8Array>} weights
 */
export function occluder(manifest, weights) {
  let turn = 0;
  /** @type {{ job: Job, heard: (progress: Progress) => void } | null} */
  let wanted = null;
  /** @type {Worker | null} */
  let worker = null;
  let works = Boolean(ownScript) && typeof Worker === "function";
  /** @type {Promise<import("../engine/network.js").Network> | null} */
  let own = null;

  /** @param {number} mine @param {Progress} progress */
  function hear(mine, progress) {
    if (mine !== turn || !wanted) return;
    const { heard } = wanted;
    if (progress.done === progress.total) wanted = null;
    heard(progress);
  }

  /** @returns {Worker} */
  function hire() {
    const address = URL.createObjectURL(new Blob([ownScript ?? ""], { type: "text/javascript" }));
    const hired = new Worker(address);
    const late = setTimeout(giveUp, PATIENCE);
    hired.onmessage = ({ data }) => {
      clearTimeout(late);
      if (data.ready) URL.revokeObjectURL(address);
      else if (data.fault) giveUp();
      else hear(data.turn, data.progress);
    };
    hired.onerror = (event) => {
      clearTimeout(late);
      event.preventDefault();
      giveUp();
    };
    // The worker gets a copy, since the page uses the weights too.
    weights().then((block) => {
      const copy = block.slice();
      hired.postMessage({ manifest, weights: copy }, [copy.buffer]);
    }).then(() => { if (wanted) hired.postMessage({ turn, job: wanted.job }); });
    return hired;
  }

  /** No worker is available: run jobs in the page. */
  function giveUp() {
    if (!works) return;
    works = false;
    worker?.terminate();
    worker = null;
    if (wanted) doHere();
  }

  async function doHere() {
    const mine = turn;
    own ??= weights().then((block) => network(manifest, block));
    const net = await own;
    if (mine !== turn || !wanted) return;
    await inSlices(net, manifest.picture, wanted.job, {
      slice: SLICE, pause: idle, stale: () => mine !== turn, heard: (progress) => hear(mine, progress),
    });
  }

  return {
    /** Whether jobs run in a worker. */
    get beside() { return works; },
    /** Whether a job is running. */
    get busy() { return wanted !== null; },
    /**
     * @param {Job} job
     * @param {(progress: Progress) => void} heard called repeatedly, until done = total; arrays must be copied to be
     * kept
     */
    ask(job, heard) {
      turn += 1;
      wanted = { job, heard };
      if (!works) return void doHere();
      if (worker) return worker.postMessage({ turn, job });
      try {
        worker = hire();
      } catch {
        giveUp();
      }
    },
    /** Cancel the current job. */
    stop() {
      if (!wanted) return;
      turn += 1;
      wanted = null;
      worker?.postMessage({ turn });
    },
  };
}

/** @returns {Promise<unknown>} */
function idle() {
  return new Promise((go) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(go, { timeout: 200 });
    else setTimeout(go, 4);
  });
}
