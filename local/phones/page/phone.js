// One phone: a card that is quiet, rings, or is answered. Its elements stay, so that focus does.
import { post } from "./api.js";
import { clock, el, write } from "./dom.js";
import { keyTone } from "./sound.js";
import { storySecond } from "./scenario.js";

const KEYS = "123456789*0#";
const MEANS = { 1: "take it", 2: "pass it on", "*": "again" };
const SVG = "http://www.w3.org/2000/svg";
const HANDSET =
  "M7.600 3.200 10.200 8l-1.900 2c1.100 2.500 2.700 4.100 5.200 5.200l2-1.900 4.900 2.600-.7 4.100c-.1.600-.6 1-1.200 1C10.500 20.600 3.400 13.500 3 5.500c0-.6.400-1.100 1-1.200z";

/** How a call that is over is told, by what was seen of it last. */
const ENDS = {
  TELECOM_TIMEOUT: "rang out",
  TELECOM_BUSY: "was busy",
};

export class Phone {
  /**
   * @param {{name: string, number: string, language: string}} whose
   * @param {(text: string) => void} complain told what the server refuses
   */
  constructor(whose, complain) {
    Object.assign(this, whose, { complain });
    this.call = null;
    this.last = "";
    this.took = false;
    this.#build();
    this.render();
  }

  get state() {
    return this.call ? this.call.state : "quiet";
  }

  /** Take in what the simulated Connect tells of this number. */
  hear({ at, call, what, text, language }) {
    if (what === "dialled") {
      // A second call to a phone that is talking finds it busy; the first goes on.
      if (!this.call) {
        this.call = { id: call, state: "quiet", since: at, heard: "", language, said: "" };
      }
      return;
    }
    if (this.call?.id !== call) return;
    if (what === "ringing") this.#become("ringing", at);
    else if (what === "diverted") this.call.diverted = true;
    else if (what === "connected") this.#become(this.call.diverted ? "diverted" : "answered", at);
    else if (what === "spoke") this.call.heard = text;
    else if (what === "pressed") this.call.said = { 1: "took it", 2: "passed it on" }[text] ?? this.call.said;
    else if (what === "hung_up" && text.startsWith("the callee")) {
      this.call.said ||= this.call.state === "ringing" ? "rejected" : "hung up";
    } else if (what === "ended") this.#end(text);
  }

  render() {
    const { state, call } = this;
    this.card.className = `phone ${state}`;
    const live = state !== "quiet";
    const said = {
      ringing: "Rings",
      answered: "On the phone",
      diverted: "Voicemail listens",
      quiet: "Quiet",
    }[state];
    write(this.doing, live ? `${said} ${clock(storySecond() - call.since)}` : said);
    write(this.lastCall, this.last);
    this.lastCall.className = this.took ? "last took" : "last";
    const talks = state === "answered" || state === "diverted";
    this.hears.hidden = !talks;
    if (talks) {
      write(this.hears, call.heard);
      this.hears.lang = call.language;
    }
    this.#show(this.choice, state === "ringing", this.answer);
    this.#show(this.talk, state === "answered", this.keys.get("1"));
  }

  /** Show or hide buttons; a focus among those that go is handed on, never lost. */
  #show(group, shown, first) {
    if (group.hidden !== shown) return;
    if (!shown && group.contains(document.activeElement)) this.homeless = true;
    group.hidden = !shown;
    if (shown && this.homeless) {
      this.homeless = false;
      first.focus({ preventScroll: true });
    } else if (this.homeless && this.state === "quiet") {
      this.homeless = false;
      this.card.focus({ preventScroll: true });
    }
  }

  #become(state, at) {
    Object.assign(this.call, { state, since: at });
  }

  #end(reason) {
    const { state, diverted, said } = this.call;
    const stopped = state === "ringing" ? "was not answered" : "Callout ended the call";
    this.took = said === "took it";
    this.last = said && !diverted ? said : diverted ? "voicemail" : ENDS[reason] ?? stopped;
    this.last = `Last call: ${this.last}`;
    this.call = null;
  }

  async #do(deed, key = "") {
    if (!this.call) return;
    if (key) keyTone(key);
    try {
      await post(`/api/calls/${this.call.id}`, { do: deed, key });
    } catch (refused) {
      this.complain(`${this.name}: ${refused.message}`);
    }
  }

  #build() {
    const title = `phone-${this.number.slice(1)}`;
    const button = (look, text, deed) =>
      el(`button.${look}`, { type: "button", on: { click: () => this.#do(deed) } }, text);
    this.doing = el("p.doing");
    this.lastCall = el("p.last");
    this.hears = el("p.hears", { tabIndex: 0, hidden: true, attr: { "aria-label": "What is heard" } });
    this.answer = button("answer", "Answer", "answer");
    this.choice = el("div.deeds", { hidden: true }, this.answer,
      button("reject", "Reject", "reject"), button("voicemail", "Voicemail", "voicemail"));
    this.keys = new Map([...KEYS].map((key) => [key, this.#keyButton(key)]));
    this.talk = el("div.talk", { hidden: true },
      el("div.keys", { attr: { role: "group", "aria-label": "Keys" } }, ...this.keys.values()),
      el("div.deeds", {}, button("hang-up", "Hang up", "hang_up")));
    this.card = el("li.phone", { tabIndex: -1, attr: { "aria-labelledby": title } },
      el("div.who", {}, el("h3", { id: title }, this.name), el("span", {}, this.language)),
      el("p.number", {}, this.number),
      el("div.face", {}, handset(), this.doing, this.lastCall),
      this.hears, this.choice, this.talk);
    this.card.dataset.number = this.number;
    this.card.addEventListener("keydown", (event) => this.#type(event));
  }

  #keyButton(key) {
    const given = { type: "button", on: { click: () => this.#do("key", key) } };
    const means = MEANS[key];
    if (means) given.attr = { "aria-label": `${key}: ${means}` };
    return el("button", given, key, ...(means ? [el("small", {}, means)] : []));
  }

  /** The keyboard's own keys, while the focus is in this phone and somebody talks. */
  #type(event) {
    const meant = this.state === "answered" && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (meant && event.key.length === 1 && KEYS.includes(event.key)) {
      event.preventDefault();
      this.#do("key", event.key);
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
