// The ring and the keys' tones, made by WebAudio: there is no file to load.
import { $ } from "./dom.js";

const VOLUME = 0.07;
const RING = [440, 480]; // hertz
const PATTERN = [[0, 0.4], [0.6, 0.4]]; // seconds: when, how long
const EVERY = 2.6; // seconds
const ROWS = [697, 770, 852, 941], COLUMNS = [1209, 1336, 1477]; // hertz: ITU-T Q.23
const KEYPAD = "123456789*0#";

let context = null, on = true, ringing = false, timer = 0;

/** Have the button switch sound; browsers want a key or a click before the first sound. */
export function startSound() {
  on = recall("sound");
  $("sound").setAttribute("aria-pressed", on);
  $("sound").addEventListener("click", () => {
    on = !on;
    remember("sound", on);
    $("sound").setAttribute("aria-pressed", on);
    ring(ringing);
  });
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, wake, { capture: true });
  }
}

/** Ring, or be quiet. */
export function ring(wanted) {
  ringing = wanted;
  clearInterval(timer);
  timer = 0;
  if (!ringing || !on) return;
  const burst = () => PATTERN.forEach(([after, length]) => tone(RING, after, length));
  burst();
  timer = setInterval(burst, EVERY * 1000);
}

/** The tone of a key. */
export function keyTone(key) {
  const place = KEYPAD.indexOf(key);
  if (on) tone([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0, 0.12);
}

/** Read a switch that the browser remembers; on unless it was switched off. */
export function recall(name) {
  try {
    return localStorage.getItem(name) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value ? "on" : "off");
  } catch {
    // it holds until the page is closed
  }
}

function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

function tone(frequencies, after, length) {
  if (!context || context.state !== "running") return;
  const begin = context.currentTime + after, end = begin + length, edge = 0.02;
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(VOLUME, begin + edge); // without edges it would click
  gain.gain.setValueAtTime(VOLUME, end - edge);
  gain.gain.linearRampToValueAtTime(0, end);
  gain.connect(context.destination);
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(gain);
    oscillator.start(begin);
    oscillator.stop(end);
  }
}
