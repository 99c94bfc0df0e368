"""The definition as a graph for ELK, and its layout."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from local.asl.transitions import Kind, ways
from local.emulator.process import LocalError
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.asl.transitions import Json, Way

#: Where `make setup` puts what npm installs.
MODULES = ROOT / "requirements" / "node_modules"

#: Height of a state and of a line of a label, in pixels.
STATE_HEIGHT = 52
LINE_HEIGHT = 16
#: Width of a character, about: what shows a picture has fonts of its own. In pixels.
_NAME_WIDTH, _LABEL_WIDTH = 9.2, 7.2

#: Top to bottom in the order of the definition; whatever leads upwards is a loop. Source: ELK's
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


def laid_out(machine: Json, below: Mapping[str, str], labels: Mapping[Way, str]) -> Json:
    """Give ELK's graph of a definition, with coordinates in pixels.

    Args:
        machine: the definition.
        below: what is written below the name of each state.
        labels: what is written beside each way; empty for nothing.

    Raises:
        LocalError: node or elkjs is missing, or ELK refuses the graph.
    """
    graph = {
        "id": "definition",
        "layoutOptions": _OPTIONS,
        "children": [_state(name, below[name]) for name in machine["States"]],
        "edges": [_edge(number, way, labels[way]) for number, way in enumerate(ways(machine))],
    }
    try:
        done = subprocess.run(
            ["node", Path(__file__).with_name("elk_layout.cjs")],  # noqa: S607 - the environment's own
            env=os.environ | {"NODE_PATH": str(MODULES)},
            input=json.dumps(graph),
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise LocalError(f"no layout, for which make setup installs elkjs: {said}") from None
    found: Json = json.loads(done.stdout)
    return found


def _state(name: str, below: str) -> Json:
    width = max(len(name) * _NAME_WIDTH, len(below) * _LABEL_WIDTH) + 36
    return {"id": name, "width": round(width), "height": STATE_HEIGHT}


def _edge(number: int, way: Way, label: str) -> Json:
    """Give the edge of a way; what no fault is needed for is to be straight and short."""
    usual = "0" if way.kind is Kind.CATCH else "10"
    lines = label.splitlines()
    return {
        "id": str(number),
        "sources": [way.origin],
        "targets": [way.target],
        "layoutOptions": {
            "elk.layered.priority.straightness": usual,
            "elk.layered.priority.shortness": usual,
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
