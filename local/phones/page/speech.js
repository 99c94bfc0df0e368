// Speaks the messages of answered calls, with the browser's voices and in the language of the call.
import { $ } from "./dom.js";
import { isReplaying } from "./scenario-clock.js";
import { createToggle } from "./toggle.js";

const MIN_RATE = 0.5, MAX_RATE = 2.5;
const synthesis = window.speechSynthesis;
let isOn = () => true, rate = 1, speakingCall = null;

/** @param {number} speed scenario seconds per second */
export function startSpeech(speed) {
  rate = Math.min(MAX_RATE, Math.max(MIN_RATE, speed));
  isOn = createToggle("voice", () => isOn() || stopSpeaking(speakingCall));
  $("voice").hidden = !synthesis;
}

/** Speak a text of a call; stop speaking the one before. */
export function speak(contactId, text, language) {
  if (!isOn() || !synthesis || isReplaying()) return;
  synthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = language;
  utterance.rate = rate;
  speakingCall = contactId;
  synthesis.speak(utterance);
}

/** Stop speaking if this call is being spoken. */
export function stopSpeaking(contactId) {
  if (synthesis && speakingCall === contactId) synthesis.cancel();
}
