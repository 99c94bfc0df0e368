// The state machine diagram (`make picture`), with the states and transitions of an execution highlighted.
import { $, el, oncePerFrame, setText } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SCALE = 0.8; // of the diagram around the active state: text stays readable
const SCROLL_DURATION = 350; // milliseconds
const MAX_LISTED = 30; // executions in the menu
const MAX_DESCRIPTION_LENGTH = 180;
const WAITING = new Set(["WaitForTeamLock", "WaitForHold"]);
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export class StateMachine {
  /** @param {{transitions: string[][], states: Object<string, string>}} config */
  constructor(config) {
    this.config = config;
    this.executions = new Map();
    this.selectedId = "";
    this.render = oncePerFrame(() => this.#render());
    $("execution").addEventListener("change", () => {
      this.selectedId = $("execution").value;
      this.render();
    });
    $("show-all").addEventListener("click", () => {
      this.showAll = !this.showAll;
      $("show-all").setAttribute("aria-pressed", this.showAll);
      this.render();
    });
    new ResizeObserver(this.render).observe($("diagram"));
    this.#loadDiagram();
  }

  updateExecution({ execution: id, status, outcome, acknowledged_by: acknowledgedBy }) {
    const execution = this.executions.get(id) ??
      { id, title: "", states: new Set(), transitions: new Set(), state: "" };
    this.executions.set(id, Object.assign(execution, { status, outcome, acknowledgedBy }));
    this.render();
  }

  enterState({ execution: id, state, transition, title }) {
    const execution = this.executions.get(id);
    Object.assign(execution, { state, title: title || execution.title });
    execution.states.add(state);
    if (transition !== null) execution.transitions.add(transition);
    this.render();
  }

  /** Return the selected execution; else a running one, preferably not waiting; else the last one shown. */
  #findShown() {
    if (this.executions.has(this.selectedId)) return this.executions.get(this.selectedId);
    const all = [...this.executions.values()];
    const running = all.filter(({ status }) => status === "RUNNING");
    return running.find(({ state }) => state && !WAITING.has(state)) ?? running[0] ?? this.shown ?? all.at(-1);
  }

  #loadDiagram() {
    // Load it as an XML document: the Content-Security-Policy forbids parsing text as markup.
    const request = new XMLHttpRequest();
    request.open("GET", "/state-machine.svg");
    request.responseType = "document";
    request.overrideMimeType("image/svg+xml");
    request.onload = () => this.#addDiagram(request.responseXML.documentElement);
    request.send();
  }

  #addDiagram(diagram) {
    const svg = document.importNode(diagram, true);
    svg.querySelector("title").textContent = "State machine; the text above names the active state";
    svg.setAttribute("role", "img");
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    const { width, height } = svg.viewBox.baseVal;
    this.fullView = { x: 0, y: 0, width, height };
    svg.querySelector("rect").classList.add("background");
    const marker = svg.querySelector("#next-arrow").cloneNode(true);
    marker.id = "visited-arrow";
    svg.querySelector("defs").append(marker);
    for (const path of svg.querySelectorAll("marker path")) path.removeAttribute("fill");
    // The diagram draws the transitions before everything else, in the order of the definition.
    this.transitions = [...svg.querySelectorAll("polyline.transition")].slice(0, this.config.transitions.length);
    this.states = new Map();
    for (const name of svg.querySelectorAll("text.name")) {
      const rect = name.previousElementSibling, next = name.nextElementSibling;
      if (next && !next.classList.length) next.classList.add("subtitle");
      this.states.set(name.textContent, { rect, name, next, badge: createBadge(svg, rect) });
    }
    this.svg = svg;
    $("diagram").replaceChildren(svg);
    this.#setView(this.#targetView());
    this.render();
  }

  #render() {
    this.shown = this.#findShown();
    this.#updateMenu();
    if (!this.svg) return;
    const { shown } = this;
    const counts = new Map();
    for (const { status, state } of this.executions.values()) {
      if (status === "RUNNING") counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    for (const [state, { rect, name, next, badge: [circle, text] }] of this.states) {
      const active = shown?.state === state;
      rect.classList.toggle("visited", Boolean(shown?.states.has(state)));
      for (const part of [rect, name, next]) part?.classList.toggle("active", active);
      const count = counts.get(state) ?? 0;
      circle.style.display = text.style.display = count < 2 ? "none" : "";
      setText(text, String(count));
    }
    this.transitions.forEach((line, index) =>
      line.classList.toggle("visited", Boolean(shown?.transitions.has(index))));
    this.#scrollTo(this.#targetView());
    this.#describe(shown?.state);
  }

  #describe(state) {
    const comment = state ? this.config.states[state] : "";
    const description = comment.length > MAX_DESCRIPTION_LENGTH ? `${comment.slice(0, MAX_DESCRIPTION_LENGTH)}…` : comment;
    $("current-state").replaceChildren(el("b", {}, state ?? "No executions yet"), description ? `: ${description}` : "");
  }

  #updateMenu() {
    const recent = [...this.executions.values()].slice(-MAX_LISTED).reverse();
    const wanted = [["", "Calling now"], ...recent.map((execution) => [execution.id, labelOf(execution)])];
    const options = $("execution").options;
    wanted.forEach(([value, text], index) => {
      if (!options[index]) $("execution").append(el("option"));
      if (options[index].value !== value) options[index].value = value;
      setText(options[index], text);
    });
    while (options.length > wanted.length) options[options.length - 1].remove();
    if ($("execution").value !== this.selectedId) $("execution").value = this.selectedId;
  }

  #targetView() {
    const { rect } = this.states?.get(this.shown?.state) ?? this.states?.get("OpenIncident") ?? {};
    if (this.showAll || !rect) return this.fullView;
    const box = rect.getBBox();
    const width = $("diagram").clientWidth / SCALE, height = $("diagram").clientHeight / SCALE;
    const clamp = (center, size, max) => Math.min(Math.max(0, center - size / 2), max - size);
    return {
      x: clamp(box.x + box.width / 2, width, this.fullView.width),
      y: clamp(box.y + box.height / 2, height, this.fullView.height),
      width,
      height,
    };
  }

  #setView({ x, y, width, height }) {
    this.view = { x, y, width, height };
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  }

  #scrollTo(target) {
    const from = this.view, started = performance.now();
    if (this.target && JSON.stringify(this.target) === JSON.stringify(target)) return;
    this.target = target;
    const step = (now) => {
      if (this.target !== target) return;
      const progress = reducedMotion.matches || document.hidden
        ? 1 : Math.min(1, Math.max(0, (now - started) / SCROLL_DURATION));
      const eased = 1 - (1 - progress) ** 3;
      const interpolate = (key) => from[key] + (target[key] - from[key]) * eased;
      this.#setView({
        x: interpolate("x"), y: interpolate("y"), width: interpolate("width"), height: interpolate("height"),
      });
      if (progress < 1) requestAnimationFrame(step);
    };
    step(started);
  }
}

function labelOf({ title, status, outcome, acknowledgedBy, state }) {
  const result = outcome ? `${outcome}${acknowledgedBy ? ` by ${acknowledgedBy}` : ""}` : status.toLowerCase();
  return `${title || "Event"} · ${status === "RUNNING" ? state || "starting" : result}`;
}

/** Create the badge at the corner of a state that shows how many executions are in it. */
function createBadge(svg, rect) {
  const circle = document.createElementNS(SVG, "circle"), text = document.createElementNS(SVG, "text");
  const x = Number(rect.getAttribute("x")) + Number(rect.getAttribute("width")), y = Number(rect.getAttribute("y"));
  circle.setAttribute("class", "badge");
  for (const [key, value] of [["cx", x], ["cy", y], ["r", 14]]) circle.setAttribute(key, value);
  text.setAttribute("class", "badge-text");
  text.setAttribute("x", x);
  text.setAttribute("y", y + 5);
  circle.style.display = text.style.display = "none";
  svg.append(circle, text);
  return [circle, text];
}
