// The panel that sends events: samples, alert storms, scenarios, custom events.
import { post } from "./api.js";
import { $, el, setText, showFeedback } from "./dom.js";
import { isReplaying } from "./scenario-clock.js";

const FEATURED = 4; // samples with their own button
const EXAMPLE = {
  source: "callout",
  "detail-type": "Page",
  detail: { title: "The basement is flooded", details: "Pump 2 has stopped.", severity: "high" },
};

/**
 * @typedef {{name: string, title: string}} Choice
 * @param {{events: Choice[], scenarios: Choice[], alerts: {name: string, address: string, command: string}[]}} config
 */
export function createSendForms({ events, scenarios, alerts }) {
  $("featured-events").replaceChildren(...events.slice(0, FEATURED).map(({ name, title }) =>
    el("button", { type: "button", on: { click: () => send({ name }, title) } }, title)));
  $("sample").replaceChildren(...events.slice(FEATURED).map(option));
  $("scenario").replaceChildren(...scenarios.map(option));
  if (alerts.length) createAlertForm(alerts);
  $("custom-event").value = JSON.stringify(EXAMPLE, null, 2);
  onSubmit("sample-form", () => send({ name: $("sample").value }, $("sample").selectedOptions[0].text));
  onSubmit("storm-form", () => {
    const count = Number($("storm-count").value);
    return postWithFeedback(`Sent: alert storm of ${count} alarms`, "/api/storms", { count });
  });
  onSubmit("scenario-form", () =>
    postWithFeedback("Scenario started: watch the phones.", "/api/scenarios", { name: $("scenario").value }));
  onSubmit("custom-form", () => {
    let event;
    try {
      event = JSON.parse($("custom-event").value);
    } catch (error) {
      return showFeedback($("feedback"), `Not JSON: ${error.message}`, "error");
    }
    return send({ event }, "custom event");
  });
}

/** Explain why no phone rings if an execution ends as a duplicate, and offer a way to page again. */
export function explainDuplicate({ outcome }) {
  if (outcome !== "duplicate" || isReplaying()) return;
  showFeedback($("feedback"), "Duplicate: this incident is open or was just acknowledged, so nobody is called.");
  $("feedback").append(el("button", {
    type: "button",
    on: { click: () => postWithFeedback("Incidents cleared: the next event calls again.", "/api/incidents/forget", {}) },
  }, "Clear incidents"));
}

function createAlertForm(alerts) {
  $("alert").replaceChildren(...alerts.map(({ name }) => option({ name, title: name })));
  const selected = () => alerts[$("alert").selectedIndex];
  const show = () => {
    setText($("alert-address"), selected().address);
    $("alert-command").value = selected().command;
    $("alert-terminal").hidden = !selected().command;
  };
  $("alert").addEventListener("change", show);
  onSubmit("alert-form", () => sendAlert(selected()));
  show();
  $("alerts").hidden = false;
}

async function sendAlert({ name }) {
  showFeedback($("feedback"), `Sent: ${name}`);
  try {
    const { status, answer } = await post("/api/alerts", { name });
    if (!status) return; // a topic, which does not answer
    const text = answer.error ?? Object.entries(answer).map(([key, count]) => `${key} ${count}`).join(", ");
    showFeedback($("feedback"), `Sent: ${name}. The webhook answered ${status}: ${text}`, answer.error ? "error" : "");
  } catch (error) {
    showFeedback($("feedback"), error.message, "error");
  }
}

async function send(body, title) {
  showFeedback($("feedback"), `Sent: ${title}`);
  try {
    const { execution } = await post("/api/events", body);
    if (!execution) showFeedback($("feedback"), `No rule matches this event, so nobody is called: ${title}`, "error");
  } catch (error) {
    showFeedback($("feedback"), error.message, "error");
  }
}

async function postWithFeedback(text, path, body) {
  showFeedback($("feedback"), text);
  try {
    await post(path, body);
  } catch (error) {
    showFeedback($("feedback"), error.message, "error");
  }
}

function onSubmit(form, action) {
  $(form).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

function option({ name, title }) {
  return el("option", { value: name }, title);
}
