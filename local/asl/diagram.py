"""Draws the state machine: `make picture` writes docs/images/state-machine.svg."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING

from local.asl.choice_labels import condition
from local.asl.graph_layout import LINE_HEIGHT, laid_out
from local.asl.transitions import Kind, load, ways
from local.environment import ROOT

if TYPE_CHECKING:
    from local.asl.coverage import Walked
    from local.asl.transitions import Json, Way

PATH = ROOT / "docs" / "images" / "state-machine.svg"

#: The background is drawn, so that a page in dark mode does not swallow the lines.
_STYLE = """
    text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
           fill: #3d4a5c; text-anchor: middle }
    .name { font-size: 15px; font-weight: 600; fill: #14202e }
    .state { stroke: #5b6b80; stroke-width: 1.5; fill: #fff }
    .lambda { fill: #fff1dd; stroke: #c9761a } .sns { fill: #fde7f0; stroke: #c2387a }
    .wait { fill: #e8eefc; stroke: #4868c9 } .choice { fill: #eef1f5 }
    .end { fill: #fff; stroke: #14202e; stroke-width: 3 }
    .fail { fill: #fbe0de; stroke: #b3261e; stroke-width: 3 }
    .way { fill: none; stroke: #5b6b80; stroke-width: 1.6; marker-end: url(#usual) }
    .caught { stroke: #c8372d; stroke-dasharray: 6 4; marker-end: url(#fault) }
    .unwalked { stroke: #d400d4; stroke-width: 5; stroke-dasharray: none }
    .label { paint-order: stroke; stroke: #fbfcfe; stroke-width: 4px; stroke-linejoin: round }
    .legend { text-anchor: start }
"""
_AGAIN = "\N{CLOCKWISE OPEN CIRCLE ARROW}"
_TIMES = "\N{MULTIPLICATION SIGN}"
_LEGEND = (
    f"Red, dashed: a Catch, when a task has failed for good. {_AGAIN} n: tried again up to n times."
)


def svg(machine: Json, walk: Walked | None = None) -> str:
    """Draw a definition.

    Args:
        machine: the definition.
        walk: what was walked, to be written beside it; what was not stands out.
    """
    below = {name: _below(name, machine, walk) for name in machine["States"]}
    labels = {way: _label(way, machine, walk) for way in ways(machine)}
    graph = laid_out(machine, below, labels)
    width, height = round(graph["width"]), round(graph["height"]) + LINE_HEIGHT
    size = f'width="{width}" height="{height}"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">',
        "  <title>The state machine that pages</title>",
        f"  <style>{_STYLE}  </style>",
        "  <defs>",
        _arrow("usual", "#5b6b80"),
        _arrow("fault", "#c8372d"),
        "  </defs>",
        f'  <rect {size} rx="10" fill="#fbfcfe"/>',
        f'  <text class="legend" x="24" y="{height - 18}">{_LEGEND}</text>',
    ]
    for way, edge in zip(labels, graph["edges"], strict=True):
        drawn += _way(way, edge, unwalked=walk is not None and not walk.ways[way])
    for node in graph["children"]:
        name = node["id"]
        if name == machine["StartAt"]:
            drawn += _start(node)
        drawn += _state(node, below[name], _look(machine["States"][name], name, walk))
    return "\n".join([*drawn, "</svg>", ""])


def _below(name: str, machine: Json, walk: Walked | None) -> str:
    state = machine["States"][name]
    said = [_what(state)]
    if state.get("Retry"):
        tries = sum(one["MaxAttempts"] for one in state["Retry"])
        said.append(f"{_AGAIN} {tries}")
    if walk:
        again = sum(times for one, times in walk.retriers.items() if one.state == name)
        said.append(f"{_TIMES}{walk.states[name]}" + (f", {again} retries" if again else ""))
    return " \N{MIDDLE DOT} ".join(one for one in said if one)


def _what(state: Json) -> str:
    resource = state.get("Resource", "")
    if ":lambda:" in resource:
        return "Lambda"
    if ":sns:" in resource:
        return "SNS"
    if state.get("End"):
        return "the end"
    return {"Wait": "Wait", "Choice": "Choice", "Fail": "fails"}.get(state["Type"], "")


def _label(way: Way, machine: Json, walk: Walked | None) -> str:
    said = []
    if way.kind is Kind.RULE:
        said.append(condition(machine["States"][way.origin]["Choices"][way.number]))
    elif way.kind is Kind.DEFAULT:
        said.append("otherwise")
    if walk:
        said.append(f"{_TIMES}{walk.ways[way]}")
    return "\n".join(said)


def _look(state: Json, name: str, walk: Walked | None) -> str:
    kind = "end" if state.get("End") else state["Type"].lower()
    if kind == "task":
        kind = _what(state).lower()
    return f"state {kind}" + (" unwalked" if walk and not walk.states[name] else "")


def _state(node: Json, below: str, look: str) -> list[str]:
    x, y, width, height = (round(node[key]) for key in ("x", "y", "width", "height"))
    middle = x + width / 2
    radius = height // 2 if "choice" in look or "end" in look or "fail" in look else 6
    baseline = y + (22 if below else 30)
    drawn = [
        f'  <rect class="{look}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>',
        f'  <text class="name" x="{middle:g}" y="{baseline}">{escape(node["id"])}</text>',
    ]
    if below:
        drawn.append(f'  <text x="{middle:g}" y="{y + 39}">{escape(below)}</text>')
    return drawn


def _start(node: Json) -> list[str]:
    x, y = round(node["x"] + node["width"] / 2), round(node["y"])
    return [
        f'  <circle cx="{x}" cy="{y - 26}" r="6" fill="#14202e"/>',
        f'  <polyline class="way" points="{x},{y - 20} {x},{y}"/>',
    ]


def _way(way: Way, edge: Json, *, unwalked: bool) -> list[str]:
    [section] = edge["sections"]
    points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
    line = " ".join(f"{round(one['x'])},{round(one['y'])}" for one in points)
    look = "way" + (" caught" if way.kind is Kind.CATCH else "") + (" unwalked" * unwalked)
    drawn = [f'  <polyline class="{look}" points="{line}"/>']
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
    PATH.write_text(svg(load()), encoding="utf-8")
    sys.stdout.write(f"{PATH.relative_to(ROOT)} is drawn\n")
