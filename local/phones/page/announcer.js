// Announces important changes to screen readers; changes in quick succession are announced together.
import { $ } from "./dom.js";
import { isReplaying } from "./scenario-clock.js";

const DELAY = 250; // milliseconds: some screen readers skip the first of two faster updates
const MAX_TEXTS = 3;
let pending = [];

export function announce(text) {
  if (isReplaying()) return;
  if (!pending.length) setTimeout(flush, DELAY);
  pending.push(text);
}

function flush() {
  const more = pending.length - MAX_TEXTS;
  $("announcement").textContent = pending.slice(-MAX_TEXTS).join(" ") + (more > 0 ? ` And ${more} more.` : "");
  pending = [];
}
