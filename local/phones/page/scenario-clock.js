// The scenario clock, and whether the page is still replaying what happened before it was opened.

let offset = 0, speed = 1, backlog = 0;

/** @param {{now: number, backlog: number}} message the first one; `backlog` old messages follow it */
export function startClock(message, scenarioSpeed) {
  backlog = message.backlog;
  speed = scenarioSpeed;
  offset = message.now - (performance.now() / 1000) * speed;
}

export function messageHandled() {
  if (backlog) backlog -= 1;
}

/** Old messages are shown, but neither spoken nor announced. */
export const isReplaying = () => backlog > 0;

export const scenarioSecond = () => offset + (performance.now() / 1000) * speed;
