// The notifications that SNS has sent, and the messages for chat, newest first.
import { announce } from "./announcer.js";
import { $, el, withLinks } from "./dom.js";

const MAX_NOTIFICATIONS = 50;

export function addNotification({ subject, message }) {
  for (const other of $("notification-list").children) other.open = false;
  prepend(el("details", { open: true }, el("summary", {}, subject || "(no subject)"), el("pre", {}, ...withLinks(message))));
  announce(`Notification: ${subject}`);
}

/** Show a message for chat, closed: its text is that of a notification. */
export function addChatMessage({ title, description, threadId }) {
  const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
  prepend(el("details.chat", {}, el("summary", {}, "Chat: ", unescape(title)),
    el("p", {}, threadId ? `Thread ${threadId}` : "No thread"), el("pre", {}, ...withLinks(unescape(description)))));
}

function prepend(details) {
  const list = $("notification-list");
  list.querySelector(".empty")?.remove();
  list.prepend(details);
  while (list.childElementCount > MAX_NOTIFICATIONS) list.lastElementChild.remove();
}
