// One phone: a card that is idle, ringing, on a call, or diverted to voicemail.
// Its elements are reused, so that it keeps the focus.
import { post } from "./api.js";
import { el, formatTime, setText, withLinks } from "./dom.js";
import { scenarioSecond } from "./scenario-clock.js";
import { playKeyTone } from "./sound.js";

const KEYS = "123456789*0#";
const KEY_LABELS = { 1: "acknowledge", 2: "decline", "*": "repeat" };
const SHORT_LABELS = { acknowledge: "ack" }; // the key is too narrow for the word
const KEY_OUTCOMES = { 1: "acknowledged", 2: "declined" };
const STATE_LABELS = { idle: "Idle", ringing: "Ringing", answered: "On a call", diverted: "Voicemail answered" };
const MAX_TEXTS = 5; // text messages that a phone keeps
const SVG = "http://www.w3.org/2000/svg";
const HANDSET =
  "M7.600 3.200 10.200 8l-1.900 2c1.100 2.500 2.700 4.100 5.200 5.200l2-1.900 4.900 2.600-.7 4.100c-.1.600-.6 1-1.200 1C10.500 20.600 3.400 13.500 3 5.500c0-.6.400-1.100 1-1.200z";

/** Texts for disconnect reasons that the callee's actions do not explain. */
const DISCONNECT_REASONS = {
  TELECOM_TIMEOUT: "no answer",
  TELECOM_BUSY: "busy",
};

export class Phone {
  /**
   * @param {{name: string, number: string, language: string}} owner
   * @param {boolean} callsBack whether it can call back
   * @param {(text: string) => void} onError called with the server's error message
   */
  constructor(owner, callsBack, onError) {
    Object.assign(this, owner, { callsBack, onError });
    this.call = null;
    this.lastCall = "";
    this.acknowledged = false;
    this.#build();
    this.render();
  }

  get state() {
    return this.call ? this.call.state : "idle";
  }

  /** Update the phone for an event of the simulated Amazon Connect. */
  handle({ at, contact_id: contactId, event, text, language }) {
    if (event === "dialled") {
      // A second call finds the phone busy; the first one continues.
      if (!this.call) {
        this.call = { contactId, state: "idle", since: at, transcript: "", language, outcome: "" };
      }
      return;
    }
    if (event === "called" && !this.call) {
      this.call = { contactId, state: "answered", since: at, transcript: "", language: this.language,
        outcome: "called back", inbound: true };
      return;
    }
    if (this.call?.contactId !== contactId) return;
    if (event === "ringing") this.#setState("ringing", at);
    else if (event === "diverted") this.call.diverted = true;
    else if (event === "connected") this.#setState(this.call.diverted ? "diverted" : "answered", at);
    else if (event === "spoke") this.call.transcript = text;
    else if (event === "pressed" && !this.call.inbound) this.call.outcome = KEY_OUTCOMES[text] ?? this.call.outcome;
    else if (event === "hung_up" && text.startsWith("the callee")) {
      this.call.outcome ||= this.call.state === "ringing" ? "rejected" : "hung up";
    } else if (event === "ended") this.#endCall(text);
  }

  /** Show a text message. */
  addText({ message }) {
    this.texts.hidden = false;
    this.texts.prepend(el("li", {}, ...withLinks(message)));
    while (this.texts.childElementCount > MAX_TEXTS) this.texts.lastElementChild.remove();
  }

  render() {
    const { state, call } = this;
    this.card.className = `phone ${state}`;
    const label = STATE_LABELS[state];
    setText(this.status, state === "idle" ? label : `${label} ${formatTime(scenarioSecond() - call.since)}`);
    setText(this.lastCallLine, this.lastCall);
    this.lastCallLine.className = this.acknowledged ? "last-call acknowledged" : "last-call";
    const connected = state === "answered" || state === "diverted";
    this.transcript.hidden = !connected;
    if (connected) {
      setText(this.transcript, call.transcript);
      this.transcript.lang = call.language;
    }
    this.#showGroup(this.idleActions, state === "idle" && this.callsBack, this.callButton);
    this.#showGroup(this.ringingActions, state === "ringing", this.answerButton);
    this.#showGroup(this.callActions, state === "answered", this.keys.get("1"));
  }

  /** Show or hide buttons; if the focus was on a hidden one, move it to the next group or the card. */
  #showGroup(group, shown, firstButton) {
    if (group.hidden !== shown) return;
    if (!shown && group.contains(document.activeElement)) this.focusLost = true;
    group.hidden = !shown;
    if (shown && this.focusLost) {
      this.focusLost = false;
      firstButton.focus({ preventScroll: true });
    } else if (this.focusLost && this.state === "idle") {
      this.focusLost = false;
      this.card.focus({ preventScroll: true });
    }
  }

  #setState(state, at) {
    Object.assign(this.call, { state, since: at });
  }

  #endCall(reason) {
    const { state, diverted, outcome } = this.call;
    const stopped = state === "ringing" ? "no answer" : "ended by Callout";
    this.acknowledged = outcome === "acknowledged";
    const result = diverted ? "voicemail" : outcome || (DISCONNECT_REASONS[reason] ?? stopped);
    this.lastCall = `Last call: ${result}`;
    this.call = null;
  }

  #act(action, key = "") {
    if (key) playKeyTone(key);
    if (this.call) this.#post(`/api/calls/${this.call.contactId}`, { action, key });
  }

  async #post(path, body) {
    try {
      await post(path, body);
    } catch (error) {
      this.onError(`${this.name}: ${error.message}`);
    }
  }

  #build() {
    const titleId = `phone-${this.number.slice(1)}`;
    const button = (className, text, action) =>
      el(`button.${className}`, { type: "button", on: { click: () => this.#act(action) } }, text);
    this.status = el("p.call-status");
    this.lastCallLine = el("p.last-call");
    this.transcript = el("p.transcript", { tabIndex: 0, hidden: true, attr: { "aria-label": "Spoken message" } });
    this.texts = el("ul.texts", { hidden: true, tabIndex: 0, attr: { "aria-label": "Text messages" } });
    this.callButton = el("button.call-back", { type: "button",
      on: { click: () => this.#post("/api/callbacks", { number: this.number }) } }, "Call back");
    this.idleActions = el("div.actions", { hidden: true }, this.callButton);
    this.answerButton = button("answer", "Answer", "answer");
    this.ringingActions = el("div.actions", { hidden: true }, this.answerButton,
      button("reject", "Reject", "reject"), button("voicemail", "Voicemail", "voicemail"));
    this.keys = new Map([...KEYS].map((key) => [key, this.#keyButton(key)]));
    this.callActions = el("div.call-actions", { hidden: true },
      el("div.keypad", { attr: { role: "group", "aria-label": "Keypad" } }, ...this.keys.values()),
      el("div.actions", {}, button("hang-up", "Hang up", "hang_up")));
    this.card = el("li.phone", { tabIndex: -1, attr: { "aria-labelledby": titleId } },
      el("div.owner", {}, el("h3", { id: titleId }, this.name), el("span", {}, this.language)),
      el("p.number", {}, this.number),
      el("div.display", {}, handset(), this.status, this.lastCallLine),
      this.transcript, this.idleActions, this.ringingActions, this.callActions, this.texts);
    this.card.dataset.number = this.number;
    this.card.addEventListener("keydown", (event) => this.#onKeyDown(event));
  }

  #keyButton(key) {
    const options = { type: "button", on: { click: () => this.#act("key", key) } };
    const label = KEY_LABELS[key];
    if (label) options.attr = { "aria-label": `${key}: ${label}` };
    return el("button", options, key, ...(label ? [el("small", {}, SHORT_LABELS[label] ?? label)] : []));
  }

  /** Accept keyboard input while the phone is on a call and has the focus. */
  #onKeyDown(event) {
    const accepted = this.state === "answered" && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (accepted && event.key.length === 1 && KEYS.includes(event.key)) {
      event.preventDefault();
      this.#act("key", event.key);
    }
  }
}

function handset() {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  path.setAttribute("d", HANDSET);
  svg.append(path);
  return el("span.handset", { attr: { "aria-hidden": "true" } }, svg);
}
