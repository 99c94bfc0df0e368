"""Measure how long a function takes to start in a new process."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.cold_start_cases import (
    CHECK_CALL,
    CONNECT,
    DYNAMODB,
    OPEN_INCIDENT,
    PLACE_CALL,
    cold_start_cases,
)
from benchmarks.lambda_asset import build_asset_with_bytecode
from benchmarks.subprocess_runner import profile_imports, run_process
from benchmarks.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.cold_start_cases import Case
    from benchmarks.subprocess_runner import ProcessResult
    from benchmarks.systems import Systems
    from benchmarks.table import Row

    Results = Mapping[str, Sequence[ProcessResult]]

REPETITIONS = 11
MIB = 1024 * 1024

#: For each function, its reference and how many times the reference's CPU time it may take.
TARGETS = {PLACE_CALL: (CONNECT, 1.3), CHECK_CALL: (CONNECT, 1.3), OPEN_INCIDENT: (DYNAMODB, 2.0)}


def cold_starts(systems: Systems) -> list[Table]:
    """Start every function in a new process, several times."""
    repetitions = systems.options.repetitions(REPETITIONS)
    with build_asset_with_bytecode() as asset:
        cases = cold_start_cases(systems.virtual, asset)
        imported, invoked = measure(cases, repetitions)
        rows = [_row(case, imported, invoked) for case in cases]
    return [
        Table(
            "Cold start",
            rows,
            f"Seconds of a new process, median of {repetitions}: Python starts, imports the"
            " function and creates its clients; in the third column it also handles one"
            " invocation. Peak memory includes that invocation. Library modules are those outside"
            " the standard library. The target compares CPU time, which other processes on the"
            " machine affect least.",
        )
    ]


def measure(cases: Sequence[Case], repetitions: int) -> tuple[Results, Results]:
    """Run each case, without and with an invocation, by name.

    The cases alternate, so that noise affects all of them alike. The first round is not counted,
    because it reads the files from disk.
    """
    imported: dict[str, list[ProcessResult]] = {case.name: [] for case in cases}
    invoked: dict[str, list[ProcessResult]] = {case.name: [] for case in cases if case.invoke_code}
    for _ in range(1 + repetitions):
        for case in cases:
            imported[case.name].append(run_process(case.import_code, case.environment))
            if case.invoke_code:
                invoked[case.name].append(run_process(case.invoke_code, case.environment))
    return (
        {name: results[1:] for name, results in imported.items()},
        {name: results[1:] for name, results in invoked.items()},
    )


def _row(case: Case, imported: Results, invoked: Results) -> Row:
    profile = profile_imports(case.import_code, case.environment)
    peak = profile_imports(case.invoke_code or case.import_code, case.environment).peak_bytes
    with_invocation = invoked.get(case.name)
    return {
        "process": case.name,
        "seconds": median(result.seconds for result in imported[case.name]),
        "with an invocation": median(result.seconds for result in with_invocation)
        if with_invocation
        else None,
        "CPU s": _cpu_seconds(imported, case.name),
        "CPU time, target": _target(imported, case.name),
        "peak MiB": peak and peak / MIB,
        "library modules": len(profile.library_modules),
    }


def _target(imported: Results, name: str) -> str | None:
    if name not in TARGETS:
        return None
    reference, limit = TARGETS[name]
    ratio = _cpu_seconds(imported, name) / _cpu_seconds(imported, reference)
    return f"{ratio:.2f} of at most {limit} times {reference}"


def _cpu_seconds(imported: Results, name: str) -> float:
    return median(result.cpu_seconds for result in imported[name])
