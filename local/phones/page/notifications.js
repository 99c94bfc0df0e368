// The notifications that SNS has sent, newest first.
import { announce } from "./announcer.js";
import { $, el, withLinks } from "./dom.js";

const MAX_NOTIFICATIONS = 50;

export function addNotification({ subject, message }) {
  const list = $("notification-list");
  list.querySelector(".empty")?.remove();
  for (const other of list.children) other.open = false;
  list.prepend(el("details", { open: true }, el("summary", {}, subject || "(no subject)"), el("pre", {}, ...withLinks(message))));
  while (list.childElementCount > MAX_NOTIFICATIONS) list.lastElementChild.remove();
  announce(`Notification: ${subject}`);
}
