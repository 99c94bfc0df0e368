"""Count the requests and invocations of pages, and CPU instructions of check_call."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.cold_start_cases import CHECK_CALL, cold_start_cases
from benchmarks.lambda_asset import build_asset_with_bytecode
from benchmarks.regression_counts import PAGES, page_counts, page_scenario
from benchmarks.table import Table
from benchmarks.usage_meter import measure_usage

if TYPE_CHECKING:
    from benchmarks.cold_start_cases import Case
    from benchmarks.systems import Systems
    from benchmarks.table import Row

#: Numbers of invocations whose difference leaves only the instructions of the invocations.
FEW, MANY = 1, 6
#: The last line of callgrind: instructions executed.
COLLECTED = re.compile(r"Collected : (\d+)")


def page_requests(systems: Systems) -> list[Table]:
    """Count requests and invocations of pages, and instructions if the options ask for them."""
    counted = {
        page: page_counts(measure_usage(systems.virtual, page_scenario(page))[0]) for page in PAGES
    }
    names = dict.fromkeys(name for counts in counted.values() for name in counts)
    rows = [
        {"count": name} | {page: counts.get(name, 0) for page, counts in counted.items()}
        for name in names
    ]
    tables = [Table("Requests of a page", rows, "`make bench-check` compares these counts.")]
    if systems.options.instructions:
        tables.append(count_instructions(systems))
    return tables


def count_instructions(systems: Systems) -> Table:
    """Count the instructions of one invocation of check_call with valgrind's callgrind."""
    title = "CPU instructions"
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        rows: list[Row] = [{"function": CHECK_CALL, "instructions": None}]
        return Table(title, rows, "valgrind is not installed.")
    with build_asset_with_bytecode() as asset:
        cases = cold_start_cases(systems.virtual, asset)
        [case] = [case for case in cases if case.name == CHECK_CALL]
        few, many = (_run_callgrind(valgrind, case, times) for times in (FEW, MANY))
    each = (many - few) // (MANY - FEW)
    rows = [{"function": CHECK_CALL, "instructions": each, "of its start": few - each * FEW}]
    return Table(title, rows, f"{MANY} invocations minus {FEW}, with valgrind --tool=callgrind.")


def _run_callgrind(valgrind: str, case: Case, times: int) -> int:
    prepare, _, invoke = case.invoke_code.rpartition("\n")
    code = f"{prepare}\nfor _ in range({times}):\n    {invoke}"
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
        raise RuntimeError(f"callgrind printed no instruction count: {done.stderr[-200:]}")
    return int(found[1])
