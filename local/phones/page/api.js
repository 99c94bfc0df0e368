// Requests to the server. All responses are JSON; errors have a one-line message.

export async function get(path) {
  return parseResponse(await fetch(path));
}

/** Send a POST; throw an Error with a message for the user if it fails. */
export async function post(path, body) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Error("No response: is `make phones` still running?");
  }
  return parseResponse(response);
}

async function parseResponse(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `${response.status} ${response.statusText}`);
  return body;
}

/** Subscribe to the event stream: call `onMessage` for each message, `onConnection(connected)` on changes. */
export function subscribe(onMessage, onConnection) {
  const stream = new EventSource("/api/stream");
  stream.onopen = () => onConnection(true);
  stream.onerror = () => onConnection(false);
  stream.onmessage = (event) => JSON.parse(event.data).forEach(onMessage);
}
