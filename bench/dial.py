"""From an event to the first dial, in real time, in the local emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.chain import deployed, doing_nothing
from bench.dialling import Dialling
from bench.sheet import Sheet
from bench.spread import median, p95

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.sheet import Row
    from bench.systems import Systems

    Parts = Sequence[dict[str, float]]

WARM, COLD = 30, 30


def dial(systems: Systems) -> list[Sheet]:
    """Measure what is deployed and the same with functions that do nothing, by turns."""
    times, dialling = systems.options.times, Dialling(systems.local)
    ours = deployed(systems.local)
    _, history = dialling.page(ours)
    nothing = doing_nothing(systems.local, history)
    dialling.page(nothing)  # the first of all is not counted
    measured: dict[str, list[dict[str, float]]] = {}
    chains = (("", ours), (", do nothing", nothing))
    for _ in range(times(WARM)):
        for which, chain in chains:
            measured.setdefault(f"warm{which}", []).append(dialling.page(chain)[0])
    for _ in range(times(COLD)):
        for which, chain in chains:
            dialling.end_processes(chain)
            measured.setdefault(f"cold{which}", []).append(dialling.page(chain)[0])
    return [
        Sheet(
            "From an event to the first dial",
            [_row(name, parts) for name, parts in measured.items()],
            "Seconds from PutEvents to StartOutboundVoiceContact at the simulated Connect. Cold:"
            " the emulator's processes of all functions were ended before each. The limit is the"
            " same state machine, whose functions give a recorded answer at once and dial by one"
            " bare request; by turns.",
        ),
        Sheet(
            "Where that goes",
            [
                {"part": part}
                | {name: median([one[part] for one in parts]) for name, parts in measured.items()}
                for part in measured["warm"][0]
            ],
            "Medians, in seconds, in order. Between the start of an execution and its first state"
            " the emulator sleeps for 0.15 s of its own accord.",
        ),
    ]


def _row(name: str, parts: Parts) -> Row:
    totals = [sum(one.values()) for one in parts]
    return {
        "functions": name,
        "measured": len(totals),
        "median": median(totals),
        "p95": p95(totals),
        "shortest": min(totals),
    }
