// Buttons that switch a setting on and off; the browser remembers it.
import { $ } from "./dom.js";

/**
 * Set up the button; the setting is on by default.
 * @param {string} id of the button, and key of the setting
 * @param {() => void} onChange called after a click
 * @returns {() => boolean} whether the setting is on
 */
export function createToggle(id, onChange) {
  const button = $(id);
  let on = load(id);
  button.setAttribute("aria-pressed", on);
  button.addEventListener("click", () => {
    on = !on;
    save(id, on);
    button.setAttribute("aria-pressed", on);
    onChange();
  });
  return () => on;
}

function load(key) {
  try {
    return localStorage.getItem(key) !== "off";
  } catch {
    return true; // storage is blocked
  }
}

function save(key, on) {
  try {
    localStorage.setItem(key, on ? "on" : "off");
  } catch {
    // Storage is blocked: the setting lasts until the page is closed.
  }
}
