// DOM helpers. Text is always inserted as text: no script here makes HTML of it.

/**
 * Create an element.
 * @param {string} name such as "button", or "button.primary" with a class
 * @param {object} options properties; `on` maps events to listeners, `attr` holds attributes
 * @param {...(Node|string)} children
 */
export function el(name, options = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.className = classes.join(" ");
  const { on = {}, attr = {}, ...properties } = options;
  Object.assign(element, properties);
  for (const [key, value] of Object.entries(attr)) element.setAttribute(key, value);
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children);
  return element;
}

export const $ = (id) => document.getElementById(id);

/** Set a text only if it has changed: every assignment causes a new layout. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Return a text as nodes in which addresses are links that open another tab. */
export function withLinks(text) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) => index % 2
    ? el("a", { href: part, target: "_blank", rel: "noreferrer" }, part)
    : part);
}

/** Show the result of an action in a `.feedback` paragraph; kind is "", "success" or "error". */
export function showFeedback(element, text, kind = "") {
  element.className = `feedback ${kind}`;
  setText(element, text);
}

/** Return a function that runs `render` once before the next frame, however often it is called. */
export function oncePerFrame(render) {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    const run = () => {
      scheduled = false;
      render();
    };
    // Hidden pages get no frames, but must be up to date when they are shown again.
    if (document.hidden) setTimeout(run);
    else requestAnimationFrame(run);
  };
}

/** Format seconds as m:ss. */
export function formatTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
