// Begins: asks what there is, then hands each message of the feed to the parts that it is for.
import { follow, get } from "./api.js";
import { $, write } from "./dom.js";
import { hearFaults, offerFaults } from "./faults.js";
import { Machine } from "./state-machine.js";
import { hearMail } from "./notifications.js";
import { Phones } from "./phones.js";
import { hearEnd, offer } from "./send-event.js";
import { Roster } from "./roster.js";
import { startSound } from "./sound.js";
import { startSpeech } from "./speech.js";
import { begin, taken } from "./scenario.js";
import { Timeline } from "./timeline.js";

const about = await get("/api/about");
startSound();
startSpeech(about.speed);
offer(about);
offerFaults(about.faults);
const phones = new Phones();
const machine = new Machine(about);
const timeline = new Timeline((number) => phones.name(number));
const roster = new Roster();

const hear = {
  contacts: (message) => phones.contacts(message),
  phone: (message) => { phones.hear(message); timeline.phone(message); },
  execution: (message) => { machine.execution(message); timeline.execution(message); hearEnd(message); },
  step: (message) => { machine.step(message); timeline.step(message); },
  notification: (message) => { hearMail(message); timeline.notification(message); },
  roster: (message) => roster.roster(message),
  "roster-refused": (message) => roster.refuse(message),
  faults: hearFaults,
  story: (message) => phones.story(message),
};

let begun = false;
follow(
  (message) => {
    if (message.kind === "begin" && !begun) {
      begun = true;
      return begin(message, about.speed);
    }
    // Another run than the one that this page knows: nothing of what it shows is true any more.
    if (message.kind === "begin") return location.reload();
    hear[message.kind](message);
    return taken();
  },
  (online) => {
    document.body.classList.toggle("offline", !online);
    if (!online) write($("status"), "No answer: is `make phones` still running?");
    else phones.render();
  },
);
