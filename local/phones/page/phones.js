// All phones of the roster, the ringtone, the voice, and the status line.
import { announce } from "./announcer.js";
import { post } from "./api.js";
import { $, oncePerFrame, setText, showFeedback } from "./dom.js";
import { Phone } from "./phone.js";
import { setRinging } from "./sound.js";
import { speak, stopSpeaking } from "./speech.js";

const MAX_LARGE = 8; // with more phones, idle ones are small
const MAX_NAMED = 3; // phones named in the status line
const UPDATE_INTERVAL = 500; // milliseconds

export class Phones {
  /** @param {boolean} callback whether phones can call back */
  constructor(callback) {
    this.callback = callback;
    this.byNumber = new Map();
    this.render = oncePerFrame(() => this.#render());
    setInterval(() => this.#inCall().length && this.render(), UPDATE_INTERVAL);
    $("go-to-phone").addEventListener("click", () => this.#inState("ringing")[0]?.answerButton.focus());
    $("scripted").querySelector("button").addEventListener("click", () =>
      post("/api/scenarios", {}).catch((error) => showFeedback($("feedback"), error.message, "error")));
  }

  nameOf(number) {
    return this.byNumber.get(number)?.name ?? number;
  }

  /** Show the phones of a roster; keep those that are unchanged or in a call. */
  setContacts({ contacts }) {
    const owners = contacts.flatMap(({ name, language, numbers }) =>
      numbers.map((number) => ({ name, language, number })));
    const phones = new Map();
    for (const owner of owners) {
      const known = this.byNumber.get(owner.number);
      const unchanged = known && known.name === owner.name && known.language === owner.language;
      phones.set(owner.number, unchanged || known?.call ? known : this.#createPhone(owner));
    }
    for (const [number, phone] of this.byNumber) if (phone.call && !phones.has(number)) phones.set(number, phone);
    this.byNumber = phones;
    $("phone-list").classList.toggle("compact", phones.size > MAX_LARGE);
    $("phone-list").replaceChildren(...[...phones.values()].map((phone) => phone.card));
    this.render();
  }

  addText(message) {
    if (!this.byNumber.has(message.number)) this.#addUnknown(message.number);
    const phone = this.byNumber.get(message.number);
    phone.addText(message);
    announce(`Text message to ${phone.name}.`);
  }

  handle(message) {
    const { number, contact_id: contactId, event, text, language } = message;
    if (!this.byNumber.has(number)) this.#addUnknown(number);
    const phone = this.byNumber.get(number);
    phone.handle(message);
    if (event === "ringing") announce(`${phone.name}'s phone is ringing.`);
    if (event === "called") announce(`${phone.name} calls back.`);
    if (event === "spoke" && phone.state === "answered") speak(contactId, text, language || phone.language);
    if (event === "stopped" || (event === "hung_up" && /^the calle[er]/.test(text))) stopSpeaking(contactId);
    if (event === "pressed") announce(`${phone.name} pressed ${text}.`);
    if (event === "ended") announce(`${phone.name}: ${phone.lastCall}.`);
    this.render();
  }

  showScenario({ title }) {
    $("scripted").hidden = !title;
    setText($("scripted").querySelector("span"), `The phones follow a script: ${title}`);
  }

  #createPhone(owner) {
    return new Phone(owner, this.callback, (text) => showFeedback($("feedback"), text, "error"));
  }

  /** Add a phone for a number that is not, or no longer, in the roster. */
  #addUnknown(number) {
    const known = [...this.byNumber.values()].map((phone) =>
      ({ name: phone.name, language: phone.language, numbers: [phone.number] }));
    this.setContacts({ contacts: [...known, { name: number, language: "", numbers: [number] }] });
  }

  #inCall() {
    return [...this.byNumber.values()].filter((phone) => phone.call);
  }

  #inState(state) {
    return [...this.byNumber.values()].filter((phone) => phone.state === state);
  }

  #render() {
    for (const phone of this.byNumber.values()) phone.render();
    const ringing = this.#inState("ringing"), answered = this.#inState("answered"), diverted = this.#inState("diverted");
    const names = (phones) => phones.slice(0, MAX_NAMED).map(({ name }) => name).join(", ")
      + (phones.length > MAX_NAMED ? ` and ${phones.length - MAX_NAMED} more` : "");
    const parts = [
      ringing.length ? `Ringing: ${names(ringing)}` : "",
      answered.length ? `On a call: ${names(answered)}` : "",
      diverted.length ? `Voicemail: ${names(diverted)}` : "",
    ].filter(Boolean);
    setText($("status"), parts.join(" · ") || "No calls");
    $("status").className = `status${ringing.length ? " alert" : answered.length ? " on-call" : ""}`;
    document.title = ringing.length ? `☎ ${names(ringing)} – Callout` : "Callout phones";
    $("go-to-phone").hidden = !ringing.length;
    if (Boolean(ringing.length) !== this.ringing) setRinging((this.ringing = Boolean(ringing.length)));
  }
}
