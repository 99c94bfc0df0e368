// What happens, a line each; the same said by many executions at once is one line with a number.
import { $, clock, el, once, write } from "./dom.js";
import { announce } from "./announcer.js";

const KEPT = 400; // lines
const PHONES = {
  ringing: ["rings", "rings"],
  diverted: ["goes to voicemail", ""],
  connected: ["is answered", "takes"],
  spoke: ["hears: ", ""],
  pressed: ["presses ", "takes"],
  hung_up: ["call over: ", ""],
  stopped: ["call ended by Callout", ""],
};
const WAITS = "WaitForTeamLock"; // said by each execution again and again
const RECENT = 8; // lines among which the same is said by a number
const LATE = 20; // lines that one may have come too late for
const SPOKEN = 160; // characters of a message; the phone shows all of it

export class Timeline {
  /** @param {(number: string) => string} name whose a number is */
  constructor(name) {
    this.name = name;
    this.waiting = [];
    this.recent = [];
    this.stale = new Set();
    this.write = once(() => this.#write());
  }

  phone({ at, number, what, text }) {
    if (!(what in PHONES)) return;
    const [said, look] = PHONES[what];
    const more = text.length > SPOKEN ? `${text.slice(0, SPOKEN)}…` : text;
    this.#add(at, this.name(number), said + (said.endsWith(" ") ? more : ""), look);
  }

  step({ execution, at, state, said }) {
    if (said) this.#add(at, state, said, "machine", { what: state, execution });
  }

  execution({ execution, at, status, outcome, by }) {
    if (status === "RUNNING") return;
    const ended = outcome ? `${outcome}${by ? ` by ${by}` : ""}` : status.toLowerCase();
    const good = ["acknowledged", "recovered", "handled"].includes(outcome);
    const bad = ["unanswered", "failed"].includes(outcome) || status !== "SUCCEEDED";
    this.#add(at, "The page ends", ended, bad ? "bad" : good ? "good" : "machine", { what: ended, execution });
    if (good || bad) announce(`The page ends: ${ended}.`);
  }

  notification({ subject, at }) {
    this.#add(at, "SNS sends", subject, "sent");
  }

  /** @param {{what: string, execution: string}} same what another execution may say as well */
  #add(at, who, said, look, same = null) {
    const again = same && this.recent.find((one) => one.same?.what === same.what);
    if (again && (again.same.execution !== same.execution || same.what === WAITS)) {
      Object.assign(again, { said, same, times: again.times + 1 });
      if (again.line) this.stale.add(again);
    } else {
      const one = { at, who, said, look, same, times: 1 };
      this.waiting.push(one);
      this.recent = [one, ...this.recent.slice(0, RECENT - 1)];
    }
    this.write();
  }

  #write() {
    const log = $("log");
    const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    this.stale.forEach(fill);
    this.stale.clear();
    const lines = this.waiting.slice(-KEPT);
    for (const one of lines) place(log, fill(Object.assign(one, { line: line(one) })), one.at);
    this.waiting = [];
    while (log.childElementCount > KEPT) log.firstElementChild.remove();
    if (follows) log.scrollTop = log.scrollHeight;
  }
}

/** Put a line where it belongs: states are heard of a moment later than phones. */
function place(log, made, at) {
  let before = log.lastElementChild;
  for (let back = 0; before?.at > at && back < LATE; back += 1) before = before.previousElementSibling;
  made.at = at;
  if (before) before.after(made);
  else log.prepend(made);
}

function line({ look }) {
  const parts = { time: el("time"), who: el("b"), said: el("span"), times: el("span.times") };
  const made = el("li", { className: look }, parts.time, el("p", {}, parts.who, " ", parts.said, " ", parts.times));
  return Object.assign(made, { parts });
}

function fill({ line: { parts }, line: made, at, who, said, times }) {
  write(parts.time, clock(at));
  write(parts.who, who);
  write(parts.said, said);
  write(parts.times, times > 1 ? `× ${times}` : "");
  return made;
}
