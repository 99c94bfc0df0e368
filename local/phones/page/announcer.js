// Says to screen readers what is worth an interruption. What comes at once is said at once.
import { $ } from "./dom.js";
import { isPast } from "./scenario.js";

const PAUSE = 250; // milliseconds: shorter, and readers miss the second of two
let waiting = [];

export function announce(text) {
  if (isPast()) return;
  if (!waiting.length) setTimeout(speak, PAUSE);
  waiting.push(text);
}

function speak() {
  const most = 3;
  const more = waiting.length - most;
  $("live").textContent = waiting.slice(-most).join(" ") + (more > 0 ? ` And ${more} more.` : "");
  waiting = [];
}
