// All phones of the roster, the ring, the voice, and the line that says who is called.
import { post } from "./api.js";
import { $, once, say, write } from "./dom.js";
import { announce } from "./announcer.js";
import { Phone } from "./phone.js";
import { ring } from "./sound.js";
import { hush, speak } from "./speech.js";

const MANY = 8; // from so many on, quiet phones are small
const NAMED = 3; // phones that ring at once and are named
const TICK = 500; // milliseconds

export class Phones {
  constructor() {
    this.list = new Map();
    this.render = once(() => this.#render());
    setInterval(() => this.#live().length && this.render(), TICK);
    $("go").addEventListener("click", () => this.#live("ringing")[0]?.answer.focus());
    $("scripted").querySelector("button").addEventListener("click", () =>
      post("/api/stories", {}).catch((refused) => say($("told"), refused.message, "wrong")));
  }

  name(number) {
    return this.list.get(number)?.name ?? number;
  }

  /** The roster has changed: keep the phones that are still in it, and those that talk. */
  contacts({ contacts }) {
    const wanted = contacts.flatMap(({ name, language, numbers }) =>
      numbers.map((number) => ({ name, language, number })));
    const kept = new Map();
    for (const whose of wanted) {
      const known = this.list.get(whose.number);
      const same = known && known.name === whose.name && known.language === whose.language;
      kept.set(whose.number, same || known?.call ? known : this.#make(whose));
    }
    for (const [number, phone] of this.list) if (phone.call && !kept.has(number)) kept.set(number, phone);
    this.list = kept;
    $("phone-list").classList.toggle("many", kept.size > MANY);
    $("phone-list").replaceChildren(...[...kept.values()].map((phone) => phone.card));
    this.render();
  }

  hear(message) {
    const { number, call, what, text, language } = message;
    if (!this.list.has(number)) this.contacts({ contacts: [...this.#known(), stranger(number)] });
    const phone = this.list.get(number);
    phone.hear(message);
    if (what === "ringing") announce(`${phone.name}'s phone rings.`);
    if (what === "spoke" && phone.state === "answered") speak(call, text, language);
    if (what === "stopped" || (what === "hung_up" && text.startsWith("the callee"))) hush(call);
    if (what === "pressed") announce(`${phone.name} presses ${text}.`);
    if (what === "ended") announce(`${phone.name}: ${phone.last}.`);
    this.render();
  }

  story({ title }) {
    $("scripted").hidden = !title;
    write($("scripted").querySelector("span"), `The phones follow a script: ${title}`);
  }

  #make(whose) {
    return new Phone(whose, (text) => say($("told"), text, "wrong"));
  }

  #known() {
    return [...this.list.values()].map(({ name, language, number }) => ({ name, language, numbers: [number] }));
  }

  #live(state) {
    return [...this.list.values()].filter((phone) => (state ? phone.state === state : phone.call));
  }

  #render() {
    for (const phone of this.list.values()) phone.render();
    const ringing = this.#live("ringing"), talking = this.#live("answered"), other = this.#live("diverted");
    const names = (phones) => phones.slice(0, NAMED).map(({ name }) => name).join(", ")
      + (phones.length > NAMED ? ` and ${phones.length - NAMED} more` : "");
    const said = [
      ringing.length ? `${names(ringing)}: the phone rings` : "",
      talking.length ? `${names(talking)}: on the phone` : "",
      other.length ? `${names(other)}: voicemail listens` : "",
    ].filter(Boolean);
    write($("status"), said.join(" · ") || "No phone rings.");
    $("status").className = `status${ringing.length ? " rings" : talking.length ? " talks" : ""}`;
    document.title = ringing.length ? `☎ ${names(ringing)} – Callout` : "Callout: phones";
    $("go").hidden = !ringing.length;
    if (Boolean(ringing.length) !== this.rings) ring((this.rings = Boolean(ringing.length)));
  }
}

/** Somebody whose number is called and is not in the roster (any more). */
function stranger(number) {
  return { name: number, language: "", numbers: [number] };
}
