"""From an event to the first dial, in real time, in the local emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.dialling import Dialling
from bench.sheet import Sheet
from bench.spread import median, p95

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.sheet import Row
    from bench.systems import Systems

    Parts = Sequence[dict[str, float]]

WARM, COLD = 30, 10


def dial(systems: Systems) -> list[Sheet]:
    """Measure the functions, warm and cold, and then the same with functions that do nothing."""
    times = systems.options.times
    dialling = Dialling(systems.local)
    measured: dict[str, Parts] = {}
    _, history = dialling.page()
    for name in ("", ", functions do nothing"):
        if name:
            dialling.do_nothing(history)
            dialling.page()
        measured[f"warm{name}"] = [dialling.page()[0] for _ in range(times(WARM))]
        measured[f"cold{name}"] = [_cold(dialling) for _ in range(times(COLD))]
    return [
        Sheet(
            "From an event to the first dial",
            [_row(name, parts) for name, parts in measured.items()],
            "Seconds from PutEvents to StartOutboundVoiceContact at the simulated Connect. Cold:"
            " the emulator's processes of all functions were ended before each. The limit is the"
            " same state machine, whose functions give a recorded answer at once and dial by one"
            " bare request.",
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


def _cold(dialling: Dialling) -> dict[str, float]:
    dialling.end_processes()
    return dialling.page()[0]


def _row(name: str, parts: Parts) -> Row:
    totals = [sum(one.values()) for one in parts]
    return {
        "functions": name,
        "measured": len(totals),
        "median": median(totals),
        "p95": p95(totals),
        "shortest": min(totals),
    }
