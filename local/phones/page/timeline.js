// The timeline: one line for each event. The same state of several executions shares a line with a count.
import { announce } from "./announcer.js";
import { $, el, formatTime, oncePerFrame, setText } from "./dom.js";

const MAX_LINES = 400;
const PHONE_EVENTS = {
  called: ["calls back", ""],
  ringing: ["is ringing", "alert"],
  diverted: ["sent to voicemail", ""],
  connected: ["answered", "good"],
  spoke: ["hears: ", ""],
  pressed: ["pressed ", "good"],
  hung_up: ["hung up: ", ""],
  stopped: ["call ended by Callout", ""],
};
const WAITING = new Set(["WaitForTeamLock", "WaitForHold"]); // executions repeat these states
const MAX_RECENT = 8; // lines that can still be given a count
const MAX_REORDERED = 20; // lines that a late event may be inserted before
const MAX_TEXT_LENGTH = 160; // the phone shows the complete text

export class Timeline {
  /** @param {(number: string) => string} nameOf returns the owner of a number */
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.pending = [];
    this.recent = [];
    this.changed = new Set();
    this.render = oncePerFrame(() => this.#render());
  }

  addPhoneEvent({ at, number, event, text }) {
    if (!(event in PHONE_EVENTS)) return;
    const [words, style] = PHONE_EVENTS[event];
    const shortened = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
    this.#add(at, this.nameOf(number), words + (words.endsWith(" ") ? shortened : ""), style);
  }

  addState({ execution, at, state, text }) {
    if (text) this.#add(at, state, text, "state", { key: state, execution });
  }

  addExecutionEnd({ execution, at, status, outcome, acknowledged_by: acknowledgedBy }) {
    if (status === "RUNNING") return;
    const result = outcome ? `${outcome}${acknowledgedBy ? ` by ${acknowledgedBy}` : ""}` : status.toLowerCase();
    const good = ["acknowledged", "resolved"].includes(outcome);
    const bad = ["unanswered", "failed"].includes(outcome) || status !== "SUCCEEDED";
    this.#add(at, "Page", result, bad ? "bad" : good ? "good" : "state", { key: result, execution });
    if (good || bad) announce(`Page ${result}.`);
  }

  addNotification({ subject, at }) {
    this.#add(at, "Notification", subject, "notification");
  }

  addText({ number, at }) {
    this.#add(at, this.nameOf(number), "gets a text message", "notification");
  }

  /** @param {{key: string, execution: string}} group lines with the same key share one line */
  #add(at, who, text, style, group = null) {
    const match = group && this.recent.find((entry) => entry.group?.key === group.key);
    if (match && (match.group.execution !== group.execution || WAITING.has(group.key))) {
      Object.assign(match, { text, group, count: match.count + 1 });
      if (match.line) this.changed.add(match);
    } else {
      const entry = { at, who, text, style, group, count: 1 };
      this.pending.push(entry);
      this.recent = [entry, ...this.recent.slice(0, MAX_RECENT - 1)];
    }
    this.render();
  }

  #render() {
    const log = $("log");
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    this.changed.forEach(fillLine);
    this.changed.clear();
    for (const entry of this.pending.slice(-MAX_LINES)) {
      entry.line = createLine(entry);
      insertLine(log, fillLine(entry), entry.at);
    }
    this.pending = [];
    while (log.childElementCount > MAX_LINES) log.firstElementChild.remove();
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }
}

/** Insert a line by its time: states arrive a moment later than phone events. */
function insertLine(log, line, at) {
  let previous = log.lastElementChild;
  for (let steps = 0; previous?.at > at && steps < MAX_REORDERED; steps += 1) previous = previous.previousElementSibling;
  line.at = at;
  if (previous) previous.after(line);
  else log.prepend(line);
}

function createLine({ style }) {
  const parts = { time: el("time"), who: el("b"), text: el("span"), count: el("span.count") };
  const line = el("li", { className: style }, parts.time, el("p", {}, parts.who, " ", parts.text, " ", parts.count));
  return Object.assign(line, { parts });
}

function fillLine({ line, at, who, text, count }) {
  setText(line.parts.time, formatTime(at));
  setText(line.parts.who, who);
  setText(line.parts.text, text);
  setText(line.parts.count, count > 1 ? `× ${count}` : "");
  return line;
}
