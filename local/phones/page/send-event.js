// What can happen: sample events, a storm, a story, an event of one's own.
import { post } from "./api.js";
import { $, el, say } from "./dom.js";
import { isPast } from "./scenario.js";

const FIRST = 4; // samples that have a button of their own
const EXAMPLE = {
  source: "callout",
  "detail-type": "Page",
  detail: { title: "The cellar is under water", details: "Pump 2 has stopped.", severity: "high" },
};

/** @param {{events: {name: string, title: string}[], stories: {name: string, title: string}[]}} about */
export function offer({ events, stories }) {
  const first = events.slice(0, FIRST), more = events.slice(FIRST);
  $("first-events").replaceChildren(...first.map(({ name, title }) =>
    el("button", { type: "button", on: { click: () => send({ name }, title) } }, title)));
  $("event").replaceChildren(...more.map(option));
  $("story").replaceChildren(...stories.map(option));
  $("own-event").value = JSON.stringify(EXAMPLE, null, 2);
  onSubmit("more-events", () => send({ name: $("event").value }, $("event").selectedOptions[0].text));
  onSubmit("storm", () => tell(`${$("count").value} alarms go off …`, "/api/storms", { count: Number($("count").value) }));
  onSubmit("stories", () => tell("A story begins; watch the phones.", "/api/stories", { name: $("story").value }));
  onSubmit("own", () => {
    let event;
    try {
      event = JSON.parse($("own-event").value);
    } catch (wrong) {
      return say($("told"), `Not JSON: ${wrong.message}`, "wrong");
    }
    return send({ event }, "Your event");
  });
}

/** An execution has ended as a duplicate: say why no phone rings, and how one will. */
export function hearEnd({ outcome }) {
  if (outcome !== "duplicate" || isPast()) return;
  say($("told"), "The same incident is open, or was just acknowledged: it rings nobody again.");
  $("told").append(el("button", {
    type: "button",
    on: { click: () => tell("Forgotten: the next one rings.", "/api/incidents/forget", {}) },
  }, "Forget it"));
}

async function send(event, title) {
  say($("told"), `Sent: ${title}`);
  try {
    const { execution } = await post("/api/events", event);
    if (!execution) say($("told"), `No rule matches it, so nobody is called: ${title}`, "wrong");
  } catch (refused) {
    say($("told"), refused.message, "wrong");
  }
}

async function tell(text, path, given) {
  say($("told"), text);
  try {
    await post(path, given);
  } catch (refused) {
    say($("told"), refused.message, "wrong");
  }
}

function onSubmit(form, act) {
  $(form).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

function option({ name, title }) {
  return el("option", { value: name }, title);
}
