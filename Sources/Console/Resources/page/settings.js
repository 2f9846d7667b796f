// The form of settings.

import { call } from "./calls.js";
import { changed } from "./fields.js";
import { look } from "./live.js";
import { ask, say } from "./words.js";

/** What a field holds, as the API takes it; an emptied one goes back to the file. */
function value(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.value.trim() === "") return null;
  return field.type === "number" ? Number(field.value) : field.value.trim();
}

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

/** Changes that decide what is deleted, and when, as a question; empty = there is none. */
function risk(fields) {
  const lines = fields.map((field) => {
    const label = `${field.closest("fieldset").querySelector("legend").textContent}, ${field.labels[0].textContent}`;
    if (field.type === "checkbox") {
      if (field.name.endsWith("dry_run")) return field.checked ? "" : `${label}: off`;
      return field.name.endsWith(".enabled") && field.checked ? `${label}: on` : "";
    }
    return /older_than|retention_days|\.schedule$/.test(field.name) ? `${label}: ${field.value || "as the file says"} instead of ${field.defaultValue || "what the file says"}` : "";
  });
  return lines.filter(Boolean).join("; ");
}

export async function save(form) {
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
