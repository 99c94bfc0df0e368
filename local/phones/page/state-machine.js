// The state machine: drawn by `make picture`, lit by what executions do.
import { $, el, once, write } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SCALE = 0.8; // of the drawing around the state that is lit: its texts stay readable
const GLIDE = 350; // milliseconds
const LISTED = 30; // executions to choose from
const WAITS = "WaitForTeamLock";
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Machine {
  /** @param {{ways: string[][], states: Object<string, string>}} about */
  constructor(about) {
    this.about = about;
    this.executions = new Map();
    this.chosen = "";
    this.render = once(() => this.#render());
    $("execution").addEventListener("change", () => {
      this.chosen = $("execution").value;
      this.render();
    });
    $("whole").addEventListener("click", () => {
      this.whole = !this.whole;
      $("whole").setAttribute("aria-pressed", this.whole);
      this.render();
    });
    new ResizeObserver(this.render).observe($("picture"));
    this.#draw();
  }

  execution({ execution, status, outcome, by }) {
    const known = this.executions.get(execution) ??
      { id: execution, title: "", states: new Set(), ways: new Set(), state: "" };
    this.executions.set(execution, Object.assign(known, { status, outcome, by }));
    this.render();
  }

  step({ execution, state, way, title }) {
    const known = this.executions.get(execution);
    Object.assign(known, { state, title: title || known.title });
    known.states.add(state);
    if (way !== null) known.ways.add(way);
    this.render();
  }

  /** The execution that is shown: the chosen one, or who calls, or the one that ran last. */
  get shown() {
    if (this.executions.has(this.chosen)) return this.executions.get(this.chosen);
    const all = [...this.executions.values()];
    const running = all.filter(({ status }) => status === "RUNNING");
    return running.find(({ state }) => state && state !== WAITS) ?? running[0] ?? this.current ?? all.at(-1);
  }

  #draw() {
    // As a document, not as a text that would be made one: no script here makes markup of text.
    const asked = new XMLHttpRequest();
    asked.open("GET", "/machine.svg");
    asked.responseType = "document";
    asked.overrideMimeType("image/svg+xml");
    asked.onload = () => this.#place(asked.responseXML.documentElement);
    asked.send();
  }

  #place(drawn) {
    const svg = document.importNode(drawn, true);
    svg.querySelector("title").textContent = "The state machine; the state that is lit is said above";
    svg.setAttribute("role", "img");
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    this.full = svg.viewBox.baseVal;
    this.full = { x: 0, y: 0, width: this.full.width, height: this.full.height };
    svg.querySelector("rect").classList.add("back");
    const marker = svg.querySelector("#usual").cloneNode(true);
    marker.id = "walked";
    svg.querySelector("defs").append(marker);
    for (const path of svg.querySelectorAll("marker path")) path.removeAttribute("fill");
    // The ways are drawn in the order of the definition, before the states.
    this.ways = [...svg.querySelectorAll("polyline.way")].slice(0, this.about.ways.length);
    this.places = new Map();
    for (const name of svg.querySelectorAll("text.name")) {
      const rect = name.previousElementSibling, below = name.nextElementSibling;
      if (below && !below.classList.length) below.classList.add("below");
      this.places.set(name.textContent, { rect, name, below, badge: badge(svg, rect) });
    }
    this.svg = svg;
    $("picture").replaceChildren(svg);
    this.#look(this.#window());
    this.render();
  }

  #render() {
    this.current = this.shown;
    this.#list();
    if (!this.svg) return;
    const one = this.current;
    const here = new Map();
    for (const { status, state } of this.executions.values()) {
      if (status === "RUNNING") here.set(state, (here.get(state) ?? 0) + 1);
    }
    for (const [name, { rect, name: title, below, badge: [circle, text] }] of this.places) {
      const lit = one?.state === name;
      rect.classList.toggle("walked", Boolean(one?.states.has(name)));
      for (const part of [rect, title, below]) part?.classList.toggle("lit", lit);
      const count = here.get(name) ?? 0;
      for (const part of [circle, text]) part.toggleAttribute("hidden", count < 2);
      circle.style.display = text.style.display = count < 2 ? "none" : "";
      write(text, String(count));
    }
    this.ways.forEach((way, number) => way.classList.toggle("walked", Boolean(one?.ways.has(number))));
    this.#glide(this.#window());
    this.#say(one);
  }

  #say(one) {
    const said = one?.state ? this.about.states[one.state].replace(/^(.{180}).+$/s, "$1…") : "";
    $("state").replaceChildren(el("b", {}, one?.state ?? "Nothing has happened yet"), said ? `: ${said}` : "");
  }

  #list() {
    const auto = [["", "Whoever calls"]];
    const listed = [...this.executions.values()].slice(-LISTED).reverse().map((one) => [one.id, told(one)]);
    const wanted = [...auto, ...listed];
    const options = $("execution").options;
    wanted.forEach(([value, text], place) => {
      if (!options[place]) $("execution").append(el("option"));
      if (options[place].value !== value) options[place].value = value;
      write(options[place], text);
    });
    while (options.length > wanted.length) options[options.length - 1].remove();
    if ($("execution").value !== this.chosen) $("execution").value = this.chosen;
  }

  #window() {
    const { rect } = this.places?.get(this.current?.state) ?? this.places?.get("OpenIncident") ?? {};
    if (this.whole || !rect) return this.full;
    const box = rect.getBBox();
    const width = $("picture").clientWidth / SCALE, height = $("picture").clientHeight / SCALE;
    const within = (middle, size, most) => Math.min(Math.max(0, middle - size / 2), most - size);
    return {
      x: within(box.x + box.width / 2, width, this.full.width),
      y: within(box.y + box.height / 2, height, this.full.height),
      width,
      height,
    };
  }

  #look({ x, y, width, height }) {
    this.view = { x, y, width, height };
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  }

  #glide(to) {
    const from = this.view, began = performance.now();
    if (this.goal && JSON.stringify(this.goal) === JSON.stringify(to)) return;
    this.goal = to;
    const move = (now) => {
      if (this.goal !== to) return;
      const part = still.matches || document.hidden ? 1 : Math.min(1, Math.max(0, (now - began) / GLIDE));
      const eased = 1 - (1 - part) ** 3;
      const between = (key) => from[key] + (to[key] - from[key]) * eased;
      this.#look({ x: between("x"), y: between("y"), width: between("width"), height: between("height") });
      if (part < 1) requestAnimationFrame(move);
    };
    move(began);
  }
}

function told({ title, status, outcome, by, state }) {
  const ended = outcome ? `${outcome}${by ? ` by ${by}` : ""}` : status.toLowerCase();
  return `${title || "An event"} · ${status === "RUNNING" ? state || "begins" : ended}`;
}

/** A number at the corner of a state: how many executions are in it. */
function badge(svg, rect) {
  const circle = document.createElementNS(SVG, "circle"), text = document.createElementNS(SVG, "text");
  const x = Number(rect.getAttribute("x")) + Number(rect.getAttribute("width")), y = Number(rect.getAttribute("y"));
  circle.setAttribute("class", "count");
  for (const [key, value] of [["cx", x], ["cy", y], ["r", 14]]) circle.setAttribute(key, value);
  text.setAttribute("class", "badge");
  text.setAttribute("x", x);
  text.setAttribute("y", y + 5);
  circle.style.display = text.style.display = "none";
  svg.append(circle, text);
  return [circle, text];
}
