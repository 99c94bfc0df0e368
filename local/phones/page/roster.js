// The roster editor: saves to SSM and shows the result of the roster validation.
import { announce } from "./announcer.js";
import { post } from "./api.js";
import { $, el, showFeedback } from "./dom.js";

const LINE_HEIGHT = 19.5; // pixels

export class RosterPanel {
  constructor() {
    this.text = $("roster-text");
    this.savedText = "";
    this.version = 0;
    this.text.addEventListener("input", () => this.#numberLines());
    this.text.addEventListener("scroll", () => { $("line-numbers").scrollTop = this.text.scrollTop; });
    $("roster-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#numberLines();
  }

  /** Show a version after it was saved or labeled. */
  showVersion({ version, last_good: lastGood, text }) {
    // Keep unsaved changes of the user.
    if (this.text.value === this.savedText) this.text.value = text;
    this.savedText = text;
    this.version = version;
    if (lastGood === version) {
      this.#showProblems([]);
      showFeedback($("roster-feedback"), `Version ${version} is valid and labeled last-good.`, "success");
    } else if (this.rejectedVersion !== version) {
      showFeedback($("roster-feedback"), `Version ${version} saved; validating …`);
    }
    this.#numberLines();
  }

  showProblems({ version, problems }) {
    if (version < this.version) return;
    this.rejectedVersion = version;
    this.#showProblems(problems);
    showFeedback($("roster-feedback"), `Version ${version} is invalid; the last valid version stays in use.`, "error");
    if (problems.length) announce(`The roster is invalid. Line ${problems[0].line}: ${problems[0].message}`);
  }

  async #save() {
    showFeedback($("roster-feedback"), "Saving …");
    try {
      this.savedText = this.text.value;
      await post("/api/roster", { text: this.text.value });
    } catch (error) {
      showFeedback($("roster-feedback"), error.message, "error");
    }
  }

  #showProblems(problems) {
    this.invalidLines = new Set(problems.map(({ line }) => line));
    this.#numberLines();
    const buttons = problems.map(({ line, column, message }) =>
      el("li", {}, el("button", { type: "button", on: { click: () => this.#select(line, column) } },
        el("b", {}, `Line ${line}`), ` ${message}`)));
    $("problems").replaceChildren(...buttons);
  }

  /** Select the text from a column to the end of the line. */
  #select(line, column) {
    const lines = this.text.value.split("\n");
    const lineStart = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.text.focus();
    this.text.setSelectionRange(lineStart + column - 1, lineStart + (lines[line - 1] ?? "").length);
    this.text.scrollTop = (line - 4) * LINE_HEIGHT;
  }

  #numberLines() {
    const count = this.text.value.split("\n").length;
    const numbers = Array.from({ length: count }, (_, index) =>
      el(this.invalidLines?.has(index + 1) ? "span.invalid" : "span", {}, String(index + 1)));
    $("line-numbers").replaceChildren(...numbers);
  }
}
