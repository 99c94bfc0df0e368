"""How long a function takes to start, in a process that is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.asset import built_with_bytecode
from bench.cold_cases import BARE, BOTH, CONNECT, DIALS, DYNAMODB, LOOKS, OPENS, cases
from bench.process import look, run
from bench.sheet import Sheet
from bench.spread import median

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.cold_cases import Case
    from bench.process import Ran
    from bench.sheet import Row
    from bench.systems import Systems

REPETITIONS = 11
MIB = 1024 * 1024

#: Of what, compared with what, at most how many times as long.
AIMS = (
    (DIALS, CONNECT, 1.3),
    (LOOKS, CONNECT, 1.3),
    (LOOKS, BOTH, 1.3),
    (OPENS, DYNAMODB, 2.0),
)


def cold(systems: Systems) -> list[Sheet]:
    """Start every function anew, several times, by turns."""
    with built_with_bytecode() as asset:
        found = cases(systems.virtual, asset)
        started, called = measured(found, systems.options.times(REPETITIONS))
        rows = [_row(one, started[one.name], called.get(one.name)) for one in found]
    return [
        Sheet(
            "Cold starts",
            rows,
            f"Seconds of a whole new process, median of {len(started[BARE])}, by turns: start of"
            " Python, import and clients; with the first call, also one invocation of the handler"
            " against the simulated services on this machine. Modules of libraries are all but"
            " Python's own; peak memory is with the call.",
        ),
        Sheet(
            "Cold starts, against their aims",
            [_aim(started, *one) for one in AIMS],
            "Times as long, by medians of seconds and of processor seconds, without a call. Nothing"
            " in a start waits, so the latter decide: what else runs does not lengthen them.",
        ),
    ]


def measured(
    found: Sequence[Case], times: int
) -> tuple[dict[str, list[Ran]], dict[str, list[Ran]]]:
    """Start each case so often, and each with a call; by turns, so that all meet the same noise.

    The first turn is not counted: files are read from disk then.
    """
    started: dict[str, list[Ran]] = {one.name: [] for one in found}
    called: dict[str, list[Ran]] = {one.name: [] for one in found if one.call}
    for _ in range(1 + times):
        for one in found:
            started[one.name].append(run(one.code, one.environment))
            if one.call:
                called[one.name].append(run(one.call, one.environment))
    return (
        {name: rans[1:] for name, rans in started.items()},
        {name: rans[1:] for name, rans in called.items()},
    )


def _row(one: Case, started: Sequence[Ran], called: Sequence[Ran] | None) -> Row:
    loaded = look(one.code, one.environment)
    peak = look(one.call or one.code, one.environment).peak_bytes
    return {
        "process": one.name,
        "seconds": median([ran.seconds for ran in started]),
        "shortest": min(ran.seconds for ran in started),
        "processor s": median([ran.cpu_seconds for ran in started]),
        "with the first call": median([ran.seconds for ran in called]) if called else None,
        "peak MiB": peak and peak / MIB,
        "modules": len(loaded.modules),
        "of libraries": len(loaded.of_libraries),
    }


def _aim(started: Mapping[str, Sequence[Ran]], what: str, against: str, most: float) -> Row:
    def ratio(of: str) -> float:
        ours, theirs = ([getattr(ran, of) for ran in started[name]] for name in (what, against))
        return median(ours) / median(theirs)

    by_processor = ratio("cpu_seconds")
    return {
        "function": what,
        "against": against,
        "times as long": ratio("seconds"),
        "by processor": by_processor,
        "aim": f"at most {most}",
        "met": "yes" if by_processor <= most else "no",
    }
