// Story time, and what is past: a page that is opened late is first told what it has missed.

let offset = 0, speed = 1, past = 0;

/** The feed begins: `past` messages are of before `now`, the story second. */
export function begin(message, storySpeed) {
  past = message.past;
  speed = storySpeed;
  offset = message.now - (performance.now() / 1000) * speed;
}

/** One more message was taken in. */
export function taken() {
  if (past) past -= 1;
}

/** Whether what is taken in now is past: it is shown, and neither spoken nor announced. */
export const isPast = () => past > 0;

/** The story second. */
export const storySecond = () => offset + (performance.now() / 1000) * speed;
