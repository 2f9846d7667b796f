// What the page says, asks and writes.

/** Says something above the page; errors at once, also to screen readers. */
export function say(text, isError = false) {
  const box = document.getElementById("message");
  if (!box) return;
  box.hidden = !text;
  box.textContent = text;
  box.className = isError ? "message bad" : "message good";
  box.setAttribute("role", isError ? "alert" : "status");
  if (text) box.scrollIntoView({ block: "nearest" });
}

/** How many questions there were. */
let asked = 0;

/** Asks by a dialog; true = go on. */
export function ask(text, yes) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-text").textContent = text;
  document.getElementById("ask-yes").textContent = yes;
  const mine = ++asked;
  return new Promise((resolve) => {
    const close = (answer) => () => dialog.close(answer);
    // The event comes late: the next question may stand there already, and is not answered by it.
    const closed = () => {
      if (asked === mine && dialog.open) return;
      dialog.removeEventListener("close", closed);
      resolve(asked === mine && dialog.returnValue === "yes");
    };
    document.getElementById("ask-yes").onclick = close("yes");
    document.getElementById("ask-no").onclick = close("");
    dialog.returnValue = "";
    dialog.addEventListener("close", closed);
    dialog.showModal();
  });
}

export const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const counted = new Intl.NumberFormat("en-US");

/** Times in the reader's zone; the title keeps UTC. */
export function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (!Number.isNaN(date.getTime())) time.textContent = zoned.format(date);
  }
}

/** Sizes as the server writes them. */
export function sized(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let [value, unit] = [bytes, 0];
  while (Math.abs(value) >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return unit === 0 ? `${bytes} B` : `${(Math.round(value * 10) / 10).toFixed(1)} ${units[unit]}`;
}
