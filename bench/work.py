"""How much a page makes the functions do, in counts that are the same on every machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.asset import built_with_bytecode
from bench.cold_cases import LOOKS, cases
from bench.counts import PAGES, of_page, story
from bench.metering import metered
from bench.sheet import Sheet

if TYPE_CHECKING:
    from bench.cold_cases import Case
    from bench.sheet import Row
    from bench.systems import Systems

#: Invocations whose instructions are told apart from what comes before and after them.
FEW, MORE = 1, 6
#: What callgrind says at the end: instructions read.
COLLECTED = re.compile(r"Collected : (\d+)")


def work(systems: Systems) -> list[Sheet]:
    """Count requests and invocations of pages, and instructions where they are asked for."""
    counted = {page: of_page(metered(systems.virtual, story(page))[0]) for page in PAGES}
    kinds = dict.fromkeys(what for found in counted.values() for what in found)
    rows = [
        {"what": what} | {page: found.get(what, 0) for page, found in counted.items()}
        for what in kinds
    ]
    sheets = [
        Sheet(
            "What a page makes the functions do",
            rows,
            "What `make bench-check` holds to bench/baseline.json, with modules and sizes.",
        )
    ]
    if systems.options.instructions:
        sheets.append(instructions(systems))
    return sheets


def instructions(systems: Systems) -> Sheet:
    """Count the instructions of one invocation of check_call, under valgrind's callgrind."""
    note = f"Of {MORE} invocations less those of {FEW}, by valgrind --tool=callgrind."
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return Sheet(
            "Instructions", [{"function": LOOKS, "instructions": None}], "No valgrind here."
        )
    with built_with_bytecode() as asset:
        [case] = [one for one in cases(systems.virtual, asset) if one.name == LOOKS]
        few, more = (_collected(valgrind, case, times) for times in (FEW, MORE))
    each = (more - few) // (MORE - FEW)
    rows: list[Row] = [{"function": LOOKS, "instructions": each, "of its start": few - each * FEW}]
    return Sheet("Instructions", rows, note)


def _collected(valgrind: str, case: Case, times: int) -> int:
    start, _, call = case.call.rpartition("\n")
    code = f"{start}\nfor _ in range({times}):\n    {call}"
    done = subprocess.run(
        [
            valgrind,
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            sys.executable,
            "-c",
            code,
        ],
        env=dict(case.environment) | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = COLLECTED.search(done.stderr)
    if found is None:
        raise RuntimeError(f"callgrind did not say what it collected: {done.stderr[-200:]}")
    return int(found[1])
