// Fields that somebody fills in: what was served, what was changed, and how that outlives the end of a session.

import { say } from "./words.js";

const KEPT = "cleanupd:edits";

export function isChanged(field) {
  return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/** The fields that somebody has changed. */
export const changed = (form) =>
  [...form.elements].filter((field) => field.name && !field.matches(":disabled") && isChanged(field));

/** Gives a field back what it held when it was served. */
export function forget(field) {
  field.value = field.type === "checkbox" ? field.value : field.defaultValue ?? field.value;
  field.checked = field.defaultChecked;
}

const form = () => document.querySelector("form[data-settings]");

/** The session has ended: the page asks for a token, and what was changed stands there again afterwards. */
export function leave() {
  const edits = form() ? changed(form()).map((field) => [field.name, field.value, field.checked]) : [];
  if (edits.length > 0) {
    const kept = { who: document.body.dataset.who, path: location.pathname, edits };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }
  location.reload();
}

/** Puts back what was changed before a session ended; only for the same person. */
export function restore() {
  const place = form();
  const text = place && sessionStorage.getItem(KEPT);
  if (!text) return;
  sessionStorage.removeItem(KEPT);
  const kept = JSON.parse(text);
  if (kept.who !== document.body.dataset.who || kept.path !== location.pathname) return;
  const edits = new Map(kept.edits.map(([name, ...held]) => [name, held]));
  for (const field of place.elements) {
    const held = field.name && !field.matches(":disabled") ? edits.get(field.name) : null;
    if (held) [field.value, field.checked] = held;
  }
  if (changed(place).length > 0) say("What was changed before the session ended stands here again; it is not saved yet.");
}
