// Entry point: loads the configuration, then passes each message of the event stream to its panels.
import { get, subscribe } from "./api.js";
import { $, setText } from "./dom.js";
import { createFaultSwitches, updateFaultSwitches } from "./faults.js";
import { addChatMessage, addNotification } from "./notifications.js";
import { Phones } from "./phones.js";
import { RosterPanel } from "./roster.js";
import { messageHandled, startClock } from "./scenario-clock.js";
import { createSendForms, explainDuplicate } from "./send-event.js";
import { startSound } from "./sound.js";
import { startSpeech } from "./speech.js";
import { StateMachine } from "./state-machine.js";
import { Timeline } from "./timeline.js";

const config = await get("/api/config");
startSound();
startSpeech(config.speed);
createSendForms(config);
if (config.team !== "default") $("roster-title").textContent = `Roster of ${config.team}`;
createFaultSwitches(config.faults);
const phones = new Phones(config.callback);
const stateMachine = new StateMachine(config);
const timeline = new Timeline((number) => phones.nameOf(number));
const roster = new RosterPanel();

const handlers = {
  contacts: (message) => phones.setContacts(message),
  phone: (message) => { phones.handle(message); timeline.addPhoneEvent(message); },
  execution: (message) => {
    stateMachine.updateExecution(message);
    timeline.addExecutionEnd(message);
    explainDuplicate(message);
  },
  state: (message) => { stateMachine.enterState(message); timeline.addState(message); },
  notification: (message) => { addNotification(message); timeline.addNotification(message); },
  chat: addChatMessage,
  text: (message) => { phones.addText(message); timeline.addText(message); },
  roster: (message) => roster.showVersion(message),
  roster_rejected: (message) => roster.showProblems(message),
  faults: updateFaultSwitches,
  scenario: (message) => phones.showScenario(message),
};

let started = false;
subscribe(
  (message) => {
    if (message.kind !== "start") {
      handlers[message.kind](message);
      messageHandled();
    } else if (started) {
      location.reload(); // the server has restarted, so everything on this page is outdated
    } else {
      started = true;
      startClock(message, config.speed);
    }
  },
  (connected) => {
    document.body.classList.toggle("offline", !connected);
    if (connected) phones.render();
    else setText($("status"), "No response: is `make phones` still running?");
  },
);
