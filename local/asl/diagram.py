"""Draws the state machine: `make picture` writes docs/images/state-machine.svg."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING

from local.asl.choice_labels import condition
from local.asl.graph_layout import LINE_HEIGHT, compute_layout
from local.asl.transitions import TransitionKind, load_definition, transitions
from local.environment import ROOT

if TYPE_CHECKING:
    from local.asl.coverage import Coverage
    from local.asl.transitions import Json, Transition

PATH = ROOT / "docs" / "images" / "state-machine.svg"

#: The background is drawn, so that the lines stay visible in dark mode.
_STYLE = """
    text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
           fill: #3d4a5c; text-anchor: middle }
    .name { font-size: 15px; font-weight: 600; fill: #14202e }
    .state { stroke: #5b6b80; stroke-width: 1.5; fill: #fff }
    .lambda { fill: #fff1dd; stroke: #c9761a } .sns { fill: #fde7f0; stroke: #c2387a }
    .wait { fill: #e8eefc; stroke: #4868c9 } .choice { fill: #eef1f5 }
    .end { fill: #fff; stroke: #14202e; stroke-width: 3 }
    .fail { fill: #fbe0de; stroke: #b3261e; stroke-width: 3 }
    .transition { fill: none; stroke: #5b6b80; stroke-width: 1.6; marker-end: url(#next-arrow) }
    .catch { stroke: #c8372d; stroke-dasharray: 6 4; marker-end: url(#catch-arrow) }
    .uncovered { stroke: #d400d4; stroke-width: 5; stroke-dasharray: none }
    .label { paint-order: stroke; stroke: #fbfcfe; stroke-width: 4px; stroke-linejoin: round }
    .legend { text-anchor: start }
"""
_RETRIES = "\N{CLOCKWISE OPEN CIRCLE ARROW}"
_TIMES = "\N{MULTIPLICATION SIGN}"
_LEGEND = (
    f"Red, dashed: a Catch, after a task's last retry failed. {_RETRIES} n: retried up to n times."
)


def svg(machine: Json, coverage: Coverage | None = None) -> str:
    """Draw a definition; with coverage, how often each part was used, and unused parts in color."""
    below = {name: _below(name, machine, coverage) for name in machine["States"]}
    labels = {
        transition: _label(transition, machine, coverage) for transition in transitions(machine)
    }
    graph = compute_layout(machine, below, labels)
    width, height = round(graph["width"]), round(graph["height"]) + LINE_HEIGHT
    size = f'width="{width}" height="{height}"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">',
        "  <title>The state machine that pages</title>",
        f"  <style>{_STYLE}  </style>",
        "  <defs>",
        _arrow("next-arrow", "#5b6b80"),
        _arrow("catch-arrow", "#c8372d"),
        "  </defs>",
        f'  <rect {size} rx="10" fill="#fbfcfe"/>',
        f'  <text class="legend" x="24" y="{height - 18}">{_LEGEND}</text>',
    ]
    for transition, edge in zip(labels, graph["edges"], strict=True):
        drawn += _transition(
            transition,
            edge,
            uncovered=coverage is not None and not coverage.transitions[transition],
        )
    for node in graph["children"]:
        name = node["id"]
        if name == machine["StartAt"]:
            drawn += _start(node)
        drawn += _state(node, below[name], _css_class(machine["States"][name], name, coverage))
    return "\n".join([*drawn, "</svg>", ""])


def _below(name: str, machine: Json, coverage: Coverage | None) -> str:
    state = machine["States"][name]
    parts = [_type_label(state)]
    if state.get("Retry"):
        tries = sum(retry["MaxAttempts"] for retry in state["Retry"])
        parts.append(f"{_RETRIES} {tries}")
    if coverage:
        retries = sum(
            times for retrier, times in coverage.retriers.items() if retrier.state == name
        )
        parts.append(
            f"{_TIMES}{coverage.states[name]}" + (f", {retries} retries" if retries else "")
        )
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)


def _type_label(state: Json) -> str:
    resource = state.get("Resource", "")
    if ":lambda:" in resource:
        return "Lambda"
    if ":sns:" in resource:
        return "SNS"
    if state.get("End"):
        return "the end"
    return {"Wait": "Wait", "Choice": "Choice", "Fail": "fails"}.get(state["Type"], "")


def _label(transition: Transition, machine: Json, coverage: Coverage | None) -> str:
    parts = []
    if transition.kind is TransitionKind.RULE:
        parts.append(condition(machine["States"][transition.origin]["Choices"][transition.number]))
    elif transition.kind is TransitionKind.DEFAULT:
        parts.append("otherwise")
    if coverage:
        parts.append(f"{_TIMES}{coverage.transitions[transition]}")
    return "\n".join(parts)


def _css_class(state: Json, name: str, coverage: Coverage | None) -> str:
    kind = "end" if state.get("End") else state["Type"].lower()
    if kind == "task":
        kind = _type_label(state).lower()
    return f"state {kind}" + (" uncovered" if coverage and not coverage.states[name] else "")


def _state(node: Json, below: str, css_class: str) -> list[str]:
    x, y, width, height = (round(node[key]) for key in ("x", "y", "width", "height"))
    middle = x + width / 2
    radius = (
        height // 2 if "choice" in css_class or "end" in css_class or "fail" in css_class else 6
    )
    baseline = y + (22 if below else 30)
    box = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    drawn = [
        f'  <rect class="{css_class}" {box} rx="{radius}"/>',
        f'  <text class="name" x="{middle:g}" y="{baseline}">{escape(node["id"])}</text>',
    ]
    if below:
        drawn.append(f'  <text x="{middle:g}" y="{y + 39}">{escape(below)}</text>')
    return drawn


def _start(node: Json) -> list[str]:
    x, y = round(node["x"] + node["width"] / 2), round(node["y"])
    return [
        f'  <circle cx="{x}" cy="{y - 26}" r="6" fill="#14202e"/>',
        f'  <polyline class="transition" points="{x},{y - 20} {x},{y}"/>',
    ]


def _transition(transition: Transition, edge: Json, *, uncovered: bool) -> list[str]:
    [section] = edge["sections"]
    points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
    line = " ".join(f"{round(point['x'])},{round(point['y'])}" for point in points)
    css_class = (
        "transition"
        + (" catch" if transition.kind is TransitionKind.CATCH else "")
        + (" uncovered" * uncovered)
    )
    drawn = [f'  <polyline class="{css_class}" points="{line}"/>']
    for label in edge.get("labels", []):
        x = round(label["x"] + label["width"] / 2)
        for number, text in enumerate(label["text"].splitlines()):
            y = round(label["y"]) + 12 + number * LINE_HEIGHT
            drawn.append(f'  <text class="label" x="{x}" y="{y}">{escape(text)}</text>')
    return drawn


def _arrow(name: str, colour: str) -> str:
    return (
        f'    <marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8"'
        f' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0,0 L10,5 L0,10 z" fill="{colour}"/></marker>'
    )


if __name__ == "__main__":
    PATH.write_text(svg(load_definition()), encoding="utf-8")
    sys.stdout.write(f"{PATH.relative_to(ROOT)} written\n")
