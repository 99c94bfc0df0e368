// Elements are made here, and texts go into them as texts: nothing in these files makes HTML.

/**
 * Make an element.
 * @param {string} name such as "button", or "button.primary" with a class
 * @param {object} given properties; `on` maps events to listeners, `attr` holds attributes
 * @param {...(Node|string)} children
 */
export function el(name, given = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.className = classes.join(" ");
  const { on = {}, attr = {}, ...properties } = given;
  Object.assign(made, properties);
  for (const [key, value] of Object.entries(attr)) made.setAttribute(key, value);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children);
  return made;
}

export const $ = (id) => document.getElementById(id);

/** Write a text where it is not there yet: an assignment alone would lay the page out anew. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Say in a `.told` paragraph what came of something: how is "", "good" or "wrong". */
export function say(element, text, how = "") {
  element.className = `told ${how}`;
  write(element, text);
}

/** Run a function once before the next frame, however often it is asked for meanwhile. */
export function once(render) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    const go = () => {
      asked = false;
      render();
    };
    // A page that nobody sees has no frames, and still has to be right when it is seen.
    if (document.hidden) setTimeout(go);
    else requestAnimationFrame(go);
  };
}

/** Write story seconds as m:ss. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
