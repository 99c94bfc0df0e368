// What SNS has sent, the newest first.
import { $, el } from "./dom.js";
import { announce } from "./announcer.js";

const KEPT = 50;

export function hearMail({ subject, message }) {
  $("mail").querySelector(".none")?.remove();
  for (const other of $("mail").children) other.open = false;
  $("mail").prepend(el("details", { open: true }, el("summary", {}, subject || "(no subject)"), el("pre", {}, message)));
  while ($("mail").childElementCount > KEPT) $("mail").lastElementChild.remove();
  announce(`SNS sends: ${subject}`);
}
