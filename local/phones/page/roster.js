// The roster: edited here, saved in SSM, judged by validate_roster as in AWS.
import { post } from "./api.js";
import { $, el, say } from "./dom.js";
import { announce } from "./announcer.js";

export class Roster {
  constructor() {
    this.text = $("roster-text");
    this.saved = "";
    this.version = 0;
    this.text.addEventListener("input", () => this.#number());
    this.text.addEventListener("scroll", () => { $("gutter").scrollTop = this.text.scrollTop; });
    $("roster-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#number();
  }

  /** A version is in SSM, or the guard has labelled one. */
  roster({ version, good, text }) {
    // What somebody is writing is theirs, whatever is saved elsewhere.
    if (this.text.value === this.saved) this.text.value = text;
    this.saved = text;
    this.version = version;
    if (good === version) {
      this.#mark([]);
      say($("roster-said"), `Version ${version} is good, says validate_roster: label last-good.`, "good");
    } else if (this.refused !== version) {
      say($("roster-said"), `Version ${version} is saved; validate_roster looks at it …`);
    }
    this.#number();
  }

  refuse({ version, problems }) {
    if (version < this.version) return;
    this.refused = version;
    this.#mark(problems);
    say($("roster-said"), `Version ${version} is refused by validate_roster; the last good one stays in use.`, "wrong");
    if (problems.length) announce(`The roster is refused. Line ${problems[0].line}: ${problems[0].what}`);
  }

  async #save() {
    say($("roster-said"), "Saving …");
    try {
      this.saved = this.text.value;
      await post("/api/roster", { text: this.text.value });
    } catch (refused) {
      say($("roster-said"), refused.message, "wrong");
    }
  }

  #mark(problems) {
    this.bad = new Set(problems.map(({ line }) => line));
    this.#number();
    const buttons = problems.map(({ line, column, what }) =>
      el("li", {}, el("button", { type: "button", on: { click: () => this.#go(line, column) } },
        el("b", {}, `Line ${line}`), ` ${what}`)));
    $("problems").replaceChildren(...buttons);
  }

  #go(line, column) {
    const lines = this.text.value.split("\n");
    const before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(before + column - 1, before + (lines[line - 1] ?? "").length);
    this.text.scrollTop = (line - 4) * 19.5;
  }

  #number() {
    const count = this.text.value.split("\n").length;
    const numbers = Array.from({ length: count }, (_, line) =>
      el(this.bad?.has(line + 1) ? "span.bad" : "span", {}, String(line + 1)));
    $("gutter").replaceChildren(...numbers);
  }
}
