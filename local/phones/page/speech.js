// Speaks what an answered phone says, by the browser's own voices and in the call's language.
import { $ } from "./dom.js";
import { recall, remember } from "./sound.js";
import { isPast } from "./scenario.js";

const SLOWEST = 0.5, FASTEST = 2.5;
const synthesis = window.speechSynthesis;
let on = true, rate = 1, speaking = null;

/** @param {number} speed story seconds per second */
export function startSpeech(speed) {
  rate = Math.min(FASTEST, Math.max(SLOWEST, speed));
  on = recall("voice");
  $("voice").setAttribute("aria-pressed", on);
  $("voice").hidden = !synthesis;
  $("voice").addEventListener("click", () => {
    on = !on;
    remember("voice", on);
    $("voice").setAttribute("aria-pressed", on);
    if (!on) hush(speaking);
  });
}

/** Speak a text of a call, in place of what was spoken before. */
export function speak(call, text, language) {
  if (!on || !synthesis || isPast()) return;
  synthesis.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = language;
  said.rate = rate;
  speaking = call;
  synthesis.speak(said);
}

/** Stop speaking, if it is this call that speaks. */
export function hush(call) {
  if (synthesis && speaking === call) synthesis.cancel();
}
