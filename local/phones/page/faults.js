// Switches: what goes wrong in AWS from now on.
import { post } from "./api.js";
import { $, el, say } from "./dom.js";

const switches = new Map();

/** @param {{name: string, label: string, then: string}[]} faults */
export function offerFaults(faults) {
  $("fault-list").replaceChildren(...faults.map(({ name, label, then }) => {
    const box = el("input", { type: "checkbox", attr: { role: "switch" }, on: { change: () => turn(name, box.checked) } });
    switches.set(name, box);
    return el("li", {}, el("label", {}, box, label, el("small", {}, then)));
  }));
}

export function hearFaults({ on }) {
  for (const [name, box] of switches) box.checked = on.includes(name);
}

async function turn(name, on) {
  try {
    await post("/api/faults", { name, on });
  } catch (refused) {
    say($("told"), refused.message, "wrong");
  }
}
