// What changes is shown without a reload: the page is asked for again, at events and every few seconds.

import { isChanged, leave } from "./fields.js";
import { counted, localise, say, sized, zoned } from "./words.js";

const RELOAD_MS = 30_000;
const SOON_MS = 300;
/** The service reads its history anew after two seconds. */
const SETTLED_MS = 2_500;

const regions = (root) => [...root.querySelectorAll("[data-live]")];
/** Regions as they were served, before times were turned. */
const served = new Map(regions(document).map((region) => [region.id, region.outerHTML]));

/** Puts a region as it is now in the place of what is shown, and the focus back to where it was. */
function exchange(shown, next) {
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const fresh = document.importNode(next, true);
  localise(fresh);
  shown.replaceWith(fresh);
  // Where what had the focus is gone, the page itself has it: the next Tab begins there.
  if (focused) (counterpart(focused, fresh) ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

/** What an element has become: by its id, or by where it leads. */
function counterpart(element, fresh) {
  if (!element) return null;
  if (element.id) return document.getElementById(element.id);
  const address = element.getAttribute("href");
  return [...fresh.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === address) ?? null;
}

/** Whether somebody is at work in fields there. */
const isEdited = (region) =>
  [...region.querySelectorAll("input[name]")].some((field) => !field.matches(":disabled") && isChanged(field));

/** Asks for this page again, and exchanges the regions that differ. */
async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (response.status === 401) return leave();
  if (!response.ok) throw new Error(`The service answered ${response.status}.`);
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const wanted = regions(next);
  const known = wanted.every((region) => document.getElementById(region.id));
  if (!known || wanted.length !== regions(document).length) {
    for (const region of wanted) served.set(region.id, region.outerHTML);
    return exchange(document.getElementById("content"), next.getElementById("content"));
  }
  for (const region of wanted) {
    const shown = document.getElementById(region.id);
    if (served.get(region.id) === region.outerHTML || isEdited(shown)) continue;
    served.set(region.id, region.outerHTML);
    exchange(shown, region);
  }
}

/** When the page was right last. */
let right = new Date();

/** Looks again, unless nobody looks; a service that does not answer is looked for at the next time. */
export async function look() {
  if (document.hidden) return;
  try {
    await refresh();
    right = new Date();
    stale(false);
  } catch {
    stale(true);
  }
}

/** Says when what is shown may not be so any more. */
function stale(isStale) {
  const sign = document.getElementById("live");
  if (!sign || sign.classList.contains("stale") === isStale) return;
  sign.classList.toggle("stale", isStale);
  sign.textContent = isStale ? `No answer: this is how it was ${zoned.format(right)}` : "";
  if (!isStale) live(source?.readyState === EventSource.OPEN);
}

let soon = 0;
/** Looks again in a moment; several wishes at once are one. */
function lookSoon() {
  soon ||= setTimeout(() => {
    soon = 0;
    look();
  }, SOON_MS);
}

/** The runs that the service told of last; `null` = it has not yet. */
let going = null;

/** How far the runs are that the service tells of; when one has come or gone, the page is looked at again. */
function progressed(runs) {
  const shown = [...document.querySelectorAll("[data-progress]")];
  for (const run of runs) {
    const place = shown.find((element) => element.dataset.progress === run.id);
    if (place) figure(place, run);
  }
  const before = going;
  going = new Set(runs.map((run) => run.id));
  const areOthers = before !== null && (before.size !== going.size || [...before].some((id) => !going.has(id)));
  const isNew = runs.some((run) => isHere(run) && !shown.some((element) => element.dataset.progress === run.id));
  const isOver = shown.some((element) => !going.has(element.dataset.progress));
  const waits = document.querySelector("[data-goes-on]") && shown.length === 0;
  if (areOthers || isNew || isOver || waits) lookSoon();
  // Twice: the first of these looks may still be answered with what was read before.
  if (areOthers || isOver) for (const times of [1, 2]) setTimeout(look, times * SETTLED_MS);
  if (isOver) setTimeout(loadParts, SETTLED_MS);
}

/** Whether this page would show the run. */
function isHere(run) {
  const places = ["", `/tasks/${run.task}`, `/runs/${run.id}`, `/runs/${run.request}`];
  return places.some((place) => location.pathname === `/cleanup${place}`);
}

function figure(place, run) {
  const texts = {
    // Nothing is counted yet; of rows by a condition nothing ever is.
    examined: run.examined ? counted.format(run.examined) : "–",
    planned: run.planned ? counted.format(run.planned) : "–",
    planned_bytes: run.planned_bytes ? sized(run.planned_bytes) : "–",
    done: counted.format(run.done),
    failed: counted.format(run.failed),
    bytes: sized(run.bytes),
  };
  for (const element of place.querySelectorAll("[data-figure]")) element.textContent = texts[element.dataset.figure];
  const bar = place.querySelector("progress");
  if (run.dry_run || run.planned === 0) return bar.removeAttribute("value");
  bar.max = Math.max(run.planned, 1);
  bar.value = Math.min(run.done, run.planned);
}

// MARK: Events

let source = null;

function live(isLive) {
  const sign = document.getElementById("live");
  const text = isLive ? "live" : `every ${RELOAD_MS / 1000} s`;
  if (!sign || sign.textContent === text || sign.classList.contains("stale")) return;
  sign.textContent = text;
  sign.classList.toggle("on", isLive);
}

/** Opens the stream, which browsers mend by themselves unless the service has refused it. */
function listen() {
  if (document.hidden || (source && source.readyState !== EventSource.CLOSED)) return;
  source = new EventSource("/api/cleanup/events");
  source.addEventListener("open", () => live(true));
  source.addEventListener("error", () => live(false));
  source.addEventListener("progress", (event) => progressed(JSON.parse(event.data)));
}

/** A page that nobody sees takes none of the streams. */
function watch() {
  if (document.hidden) {
    source?.close();
  } else {
    listen();
    lookSoon();
  }
}

// MARK: Parts

/** A part of the page that takes its time, and therefore comes by itself. */
async function load(region) {
  try {
    const response = await fetch(region.dataset.load);
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    const part = next.getElementById(region.id);
    if (part) {
      part.dataset.load = region.dataset.load;
      return exchange(region, part);
    }
    say(next.querySelector("main .message.bad, main p")?.textContent ?? `The service answered ${response.status}.`, true);
  } catch {
    say("The service could not be reached.", true);
  }
  region.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}

export function loadParts() {
  for (const region of document.querySelectorAll("[data-load]")) load(region);
}

/** Begins to look after the page, as long as somebody sees it. */
export function follow() {
  live(false);
  listen();
  document.addEventListener("visibilitychange", watch);
  setInterval(() => {
    listen();
    look();
  }, RELOAD_MS);
  // What is short comes and goes between two events.
  setInterval(() => {
    if (document.querySelector("[data-goes-on]")) look();
  }, SETTLED_MS);
}
