// The page's own script: what is pressed becomes a call of the API, and what changes is shown without a reload.

import { call } from "./page/calls.js";
import { forget, restore } from "./page/fields.js";
import { follow, loadParts, look } from "./page/live.js";
import { save } from "./page/settings.js";
import { ask, localise, say } from "./page/words.js";

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
restore();
if (document.body.hasAttribute("data-live-page")) follow();
