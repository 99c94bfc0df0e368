"""Lays out the definition as a graph, with ELK."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

from local.asl.transitions import TransitionKind, transitions
from local.emulator.process import LocalError
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.asl.transitions import Json, Transition

#: Where `make setup` puts what npm installs.
MODULES = ROOT / "requirements" / "node_modules"

#: Reads a graph (ELK's JSON) from stdin and writes it with coordinates to stdout.
_ELK = """
const graph = JSON.parse(require("fs").readFileSync(0));
new (require("elkjs"))().layout(graph).then((laidOut) => console.log(JSON.stringify(laidOut)));
"""

#: Height of a state and of a label's line, in pixels.
STATE_HEIGHT = 52
LINE_HEIGHT = 16
#: Approximate width of a character in pixels: viewers choose their own font.
_NAME_WIDTH, _LABEL_WIDTH = 9.2, 7.2

#: Top to bottom in the order of the definition, so that upward edges are loops. Source: ELK
#: reference, "Layout Options".
_OPTIONS = {
    "elk.algorithm": "layered",
    "elk.direction": "DOWN",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
    "elk.layered.considerModelOrder.strategy": "PREFER_EDGES",
    "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
    "elk.layered.nodePlacement.favorStraightEdges": "true",
    "elk.layered.spacing.nodeNodeBetweenLayers": "30",
    "elk.layered.spacing.edgeNodeBetweenLayers": "18",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "14",
    "elk.spacing.nodeNode": "36",
    "elk.spacing.edgeNode": "22",
    "elk.spacing.edgeEdge": "14",
    "elk.spacing.edgeLabel": "5",
    "elk.padding": "[top=44,left=24,bottom=24,right=24]",
}


def compute_layout(
    machine: Json, below: Mapping[str, str], labels: Mapping[Transition, str]
) -> Json:
    """Return ELK's graph of a definition, with coordinates in pixels.

    `below` has the text below each state's name.

    Raises:
        LocalError: node or elkjs is missing, or ELK rejects the graph.
    """
    graph = {
        "id": "definition",
        "layoutOptions": _OPTIONS,
        "children": [_state(name, below[name]) for name in machine["States"]],
        "edges": [
            _edge(number, transition, labels[transition])
            for number, transition in enumerate(transitions(machine))
        ],
    }
    try:
        done = subprocess.run(
            ["node", "--eval", _ELK],  # noqa: S607 - the environment's own
            env=os.environ | {"NODE_PATH": str(MODULES)},
            input=json.dumps(graph),
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        raise LocalError(f"no layout (run `make setup` to install elkjs): {reason}") from None
    layout: Json = json.loads(done.stdout)
    return layout


def _state(name: str, below: str) -> Json:
    width = max(len(name) * _NAME_WIDTH, len(below) * _LABEL_WIDTH) + 36
    return {"id": name, "width": round(width), "height": STATE_HEIGHT}


def _edge(number: int, transition: Transition, label: str) -> Json:
    """Return the edge of a transition; those without an error are kept straight and short."""
    priority = "0" if transition.kind is TransitionKind.CATCH else "10"
    lines = label.splitlines()
    return {
        "id": str(number),
        "sources": [transition.origin],
        "targets": [transition.target],
        "layoutOptions": {
            "elk.layered.priority.straightness": priority,
            "elk.layered.priority.shortness": priority,
        },
        "labels": [
            {
                "text": label,
                "width": round(max(map(len, lines)) * _LABEL_WIDTH),
                "height": len(lines) * LINE_HEIGHT,
            }
        ]
        if lines
        else [],
    }
