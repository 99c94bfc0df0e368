// Ringtone and key tones, generated with WebAudio: there are no audio files.
import { createToggle } from "./toggle.js";

const VOLUME = 0.07;
const RINGTONE = [440, 480]; // hertz
const BURSTS = [[0, 0.4], [0.6, 0.4]]; // seconds: delay, duration
const RING_INTERVAL = 2.6; // seconds
const ROWS = [697, 770, 852, 941], COLUMNS = [1209, 1336, 1477]; // hertz: ITU-T Q.23
const KEYPAD = "123456789*0#";

let context = null, isOn = () => true, ringing = false, timer = 0;

/** Set up the sound button; browsers play no sound before the first click or key press. */
export function startSound() {
  isOn = createToggle("sound", () => setRinging(ringing));
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, enableAudio, { capture: true });
  }
}

export function setRinging(value) {
  ringing = value;
  clearInterval(timer);
  timer = 0;
  if (!ringing || !isOn()) return;
  const ring = () => BURSTS.forEach(([delay, duration]) => playTone(RINGTONE, delay, duration));
  ring();
  timer = setInterval(ring, RING_INTERVAL * 1000);
}

export function playKeyTone(key) {
  const index = KEYPAD.indexOf(key);
  if (isOn()) playTone([ROWS[Math.floor(index / 3)], COLUMNS[index % 3]], 0, 0.12);
}

function enableAudio() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

function playTone(frequencies, delay, duration) {
  if (!context || context.state !== "running") return;
  const start = context.currentTime + delay, end = start + duration, fade = 0.02;
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(VOLUME, start + fade); // fading avoids clicks
  gain.gain.setValueAtTime(VOLUME, end - fade);
  gain.gain.linearRampToValueAtTime(0, end);
  gain.connect(context.destination);
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(gain);
    oscillator.start(start);
    oscillator.stop(end);
  }
}
