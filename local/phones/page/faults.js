// The switches that inject faults.
import { post } from "./api.js";
import { $, el, showFeedback } from "./dom.js";

const switches = new Map();

/** @param {{name: string, label: string, effect: string}[]} faults */
export function createFaultSwitches(faults) {
  $("fault-list").replaceChildren(...faults.map(({ name, label, effect }) => {
    const box = el("input", { type: "checkbox", attr: { role: "switch" }, on: { change: () => toggle(name, box.checked) } });
    switches.set(name, box);
    return el("li", {}, el("label", {}, box, label, el("small", {}, effect)));
  }));
}

export function updateFaultSwitches({ enabled }) {
  for (const [name, box] of switches) box.checked = enabled.includes(name);
}

async function toggle(name, enabled) {
  try {
    await post("/api/faults", { name, enabled });
  } catch (error) {
    showFeedback($("feedback"), error.message, "error");
  }
}
