// Calls of the API.

import { leave } from "./fields.js";

/** Calls the API; throws an Error with the service's own sentence. */
export async function call(method, path, body) {
  const headers = { "X-Cleanupd-Request": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body });
  } catch {
    throw new Error("The service could not be reached; whether it did this is not known.");
  }
  if (response.status === 401) leave();
  const isDocument = (response.headers.get("Content-Type") ?? "").includes("json");
  const answer = isDocument ? await response.json() : null;
  if (!response.ok) throw new Error(answer?.detail ?? `The service answered ${response.status}.`);
  return answer;
}
