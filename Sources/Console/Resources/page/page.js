// The page's own script: what is pressed becomes a call of the API, and what changes is shown without a reload.

const RELOAD_MS = 30_000;
const SOON_MS = 300;
/** The service reads its history anew after two seconds. */
const SETTLED_MS = 2_500;

// MARK: Words

/** Says something above the page; errors at once, also to screen readers. */
function say(text, isError = false) {
  const box = document.getElementById("message");
  if (!box) return;
  box.hidden = !text;
  box.textContent = text;
  box.className = isError ? "message bad" : "message good";
  box.setAttribute("role", isError ? "alert" : "status");
  if (text) box.scrollIntoView({ block: "nearest" });
}

/** Asks by a dialog; true = go on. */
function ask(text, yes) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-text").textContent = text;
  document.getElementById("ask-yes").textContent = yes;
  return new Promise((resolve) => {
    const close = (answer) => () => dialog.close(answer);
    document.getElementById("ask-yes").onclick = close("yes");
    document.getElementById("ask-no").onclick = close("");
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}

const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const counted = new Intl.NumberFormat("en-US");

/** Times in the reader's zone; the title keeps UTC. */
function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (!Number.isNaN(date.getTime())) time.textContent = zoned.format(date);
  }
}

/** Sizes as the server writes them. */
function sized(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let [value, unit] = [bytes, 0];
  while (Math.abs(value) >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return unit === 0 ? `${bytes} B` : `${(Math.round(value * 10) / 10).toFixed(1)} ${units[unit]}`;
}

// MARK: Calls

/** Calls the API; throws an Error with the service's own sentence. */
async function call(method, path, body) {
  const headers = { "X-Cleanupd-Request": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body });
  } catch {
    throw new Error("The service could not be reached; whether it did this is not known.");
  }
  if (response.status === 401) location.reload();
  const isDocument = (response.headers.get("Content-Type") ?? "").includes("json");
  const answer = isDocument ? await response.json() : null;
  if (!response.ok) throw new Error(answer?.detail ?? `The service answered ${response.status}.`);
  return answer;
}

/** Carries out what a button says of itself. */
async function press(button) {
  const { call: what, body, ask: question, then, said } = button.dataset;
  if (question && !(await ask(question, button.textContent.trim()))) return;
  const [method, path] = what.split(" ");
  // Not "disabled": that would take the focus away.
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  say("");
  try {
    const answer = await call(method, path, body);
    if (then) {
      location.assign(then.endsWith("/") ? then + encodeURIComponent(answer.id) : then);
      return;
    }
    const fieldset = button.closest("fieldset");
    if (fieldset) for (const field of fieldset.elements) forget(field);
    await look();
    say(said ?? "Done.");
  } catch (error) {
    say(error.message, true);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

// MARK: Settings

/** What a field holds, as the API takes it; an emptied one goes back to the file. */
function value(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.value.trim() === "") return null;
  return field.type === "number" ? Number(field.value) : field.value.trim();
}

/** What a field held when it was served. */
function forget(field) {
  field.value = field.type === "checkbox" ? field.value : field.defaultValue ?? field.value;
  field.checked = field.defaultChecked;
}

function isChanged(field) {
  return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/** The fields that somebody has changed. */
const changed = (form) =>
  [...form.elements].filter((field) => field.name && !field.matches(":disabled") && isChanged(field));

/** Fields as a document: `tasks.logs.dry_run` is a member of a member. */
function asDocument(fields) {
  const change = {};
  for (const field of fields) {
    const path = field.name.split(".");
    const last = path.pop();
    let place = change;
    for (const name of path) place = place[name] ??= {};
    place[last] = value(field);
  }
  return change;
}

/** What the change switches on, as a question; empty = nothing that deletes more. */
function risk(fields) {
  const lines = fields.map((field) => {
    const label = `${field.closest("fieldset").querySelector("legend").textContent}, ${field.labels[0].textContent}`;
    if (field.type === "checkbox") return field.name.endsWith("dry_run") && !field.checked ? `${label}: off` : "";
    return /older_than|retention_days/.test(field.name) ? `${label}: ${field.value || "as the file says"} instead of ${field.defaultValue || "what the file says"}` : "";
  });
  return lines.filter(Boolean).join("; ");
}

async function save(form) {
  const fields = changed(form);
  if (fields.length === 0) return say("Nothing is changed.");
  if (!fields.every((field) => field.reportValidity())) return;
  const what = risk(fields);
  if (what && !(await ask(`This decides what is deleted. ${what}. Save it?`, "Save"))) return;
  const sent = fields.map((field) => [field, field.value, field.checked]);
  try {
    await call("PUT", "/api/cleanup/settings", JSON.stringify(asDocument(fields)));
    for (const [field, text, isOn] of sent) [field.defaultValue, field.defaultChecked] = [text, isOn];
    await look();
    say("Saved, and in force.");
  } catch (error) {
    say(error.message, true);
  }
}

// MARK: Showing what changes

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
  if (response.status === 401) return location.reload();
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
async function look() {
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
  if (areOthers || isOver) setTimeout(look, SETTLED_MS);
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

// MARK: Start

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

function loadParts() {
  for (const region of document.querySelectorAll("[data-load]")) load(region);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-call]");
  if (button) press(button);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-settings]")) return;
  event.preventDefault();
  save(event.target);
});
localise(document);
loadParts();
if (document.body.hasAttribute("data-live-page")) {
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
