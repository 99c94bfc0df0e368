// What the page asks of its server. Every answer is JSON; a refusal says why, in one line.

/** Get something. */
export async function get(path) {
  return answerOf(await fetch(path));
}

/** Have something done; throws an Error whose message is for whoever sits before the page. */
export async function post(path, given) {
  const asked = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  };
  let answer;
  try {
    answer = await fetch(path, asked);
  } catch {
    throw new Error("no answer: is `make phones` still running?");
  }
  return answerOf(answer);
}

async function answerOf(answer) {
  const given = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(given.error ?? `${answer.status} ${answer.statusText}`);
  return given;
}

/** Follow the feed: `hear(message)` for each, `online(true or false)` when it begins or is lost. */
export function follow(hear, online) {
  const feed = new EventSource("/api/feed");
  feed.onopen = () => online(true);
  feed.onerror = () => online(false);
  feed.onmessage = (event) => JSON.parse(event.data).forEach(hear);
}
