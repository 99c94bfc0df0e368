"""Measure how long a function takes to start in a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.deployment_size import build_asset_with_bytecode
from benchmarks.report import Table
from benchmarks.scenarios import load_scenario
from local.emulator.parameter_store_events import change_event
from local.simulation.function_sandbox import aws_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.report import Row
    from benchmarks.systems import Systems
    from local.simulation.system import VirtualSystem

#: Scenarios that together invoke every function of the state machine.
SCENARIOS = ("storm-grouped-call", "reminder-pages-again", "hold-quiet-hours")
PLACE_CALL, CHECK_CALL, OPEN_INCIDENT = "place_call", "check_call", "open_incident"
#: Make check_call poll once instead of sleeping between polls while the phone rings.
POLL_ONCE = "from oncall.calls import call_evaluation; call_evaluation.MAX_POLL_LOOP_SECONDS = 0"
CONNECT, DYNAMODB = "boto3 client of Connect", "boto3 client of DynamoDB"
#: The code of the references.
REFERENCES = {
    "bare Python": "pass",
    "import boto3": "import boto3",
    CONNECT: "import boto3; boto3.client('connect')",
    DYNAMODB: "import boto3; boto3.client('dynamodb')",
}
REPETITIONS = 11

#: For each function, its reference and how many times the reference's CPU time it may take.
TARGETS = {PLACE_CALL: (CONNECT, 1.3), CHECK_CALL: (CONNECT, 1.3), OPEN_INCIDENT: (DYNAMODB, 2.0)}

#: Print the imported modules and the peak memory at the end of a process. Not `ru_maxrss`: on Linux
#: it includes the memory of the parent process at the time of the fork.
PRINT_PROFILE = """
import sys
imported = list(sys.modules)
import json
from pathlib import Path
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
print("\\n" + json.dumps([imported, peak]))
"""


class ProcessResult(NamedTuple):
    """The seconds from before a process started until its end, and its CPU time."""

    seconds: float
    cpu_seconds: float


Results = dict[str, list[ProcessResult]]


@dataclass(frozen=True)
class Case:
    """One process."""

    name: str  # of the function or the reference
    import_code: str  # imports the function, which creates its clients, without an invocation
    invoke_code: str  # the same with one invocation; "" for a reference
    environment: Mapping[str, str]


def cold_starts(systems: Systems) -> list[Table]:
    """Start every function in a new process, several times."""
    repetitions = systems.repetitions(REPETITIONS)
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
    imported: Results = {case.name: [] for case in cases}
    invoked: Results = {case.name: [] for case in cases if case.invoke_code}
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
    modules, _ = profile_imports(case.import_code, case.environment)
    _, peak = profile_imports(case.invoke_code or case.import_code, case.environment)
    with_invocation = invoked.get(case.name)
    return {
        "process": case.name,
        "seconds": median(result.seconds for result in imported[case.name]),
        "with an invocation": median(result.seconds for result in with_invocation)
        if with_invocation
        else None,
        "CPU s": _cpu_seconds(imported, case.name),
        "CPU time, target": _target(imported, case.name),
        "peak MiB": peak and peak / 1024**2,
        "library modules": len(modules),
    }


def _target(imported: Results, name: str) -> str | None:
    if name not in TARGETS:
        return None
    reference, limit = TARGETS[name]
    ratio = _cpu_seconds(imported, name) / _cpu_seconds(imported, reference)
    return f"{ratio:.2f} of at most {limit} times {reference}"


def _cpu_seconds(imported: Results, name: str) -> float:
    return median(result.cpu_seconds for result in imported[name])


def cold_start_cases(system: VirtualSystem, asset: Path) -> list[Case]:
    """Return the references and the functions that SCENARIOS invoke.

    Args:
        system: its services answer the first invocation of each function.
        asset: the folder with the functions.
    """
    inputs = first_inputs(system)
    shared = aws_variables(system) | {"PYTHONPATH": str(asset)}
    cases = [Case(name, code, "", shared) for name, code in REFERENCES.items()]
    for function in system.deployed.functions.values():
        name = function.name
        if name not in inputs:
            continue
        given = json.dumps(inputs[name])
        prepare = POLL_ONCE if name == CHECK_CALL else "pass"
        invoke = f"{name}.handler(json.loads({given!r}), None)"
        cases.append(
            Case(
                name,
                f"import {name}",
                f"{prepare}\nimport json, {name}\n{invoke}",
                shared | dict(function.environment) | {"AWS_LAMBDA_FUNCTION_NAME": name},
            )
        )
    return cases


def aws_variables(system: VirtualSystem) -> dict[str, str]:
    """Return the environment that all functions share."""
    return aws_environment(system.services.url, system.connect.url) | {
        "NO_PROXY": "127.0.0.1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def first_inputs(system: VirtualSystem) -> dict[str, Any]:
    """Return the input of each function's first invocation in SCENARIOS, by function."""
    inputs: dict[str, Any] = {"validate_roster": change_event("Update", system.roster_name())}

    def record(name: str, given: object, run: Any) -> Any:  # noqa: ANN401 - JSON
        inputs.setdefault(name, given)
        return run()

    for name in SCENARIOS:
        system.run_scenario(load_scenario(name), middleware=record)
    return inputs


def run_process(code: str, environment: Mapping[str, str]) -> ProcessResult:
    """Run Python code in a new process.

    Raises:
        RuntimeError: the process failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    # os.wait4 reaped the process, so set the exit code that Popen would otherwise wait for.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"this failed: python -c {code!r}")
    return ProcessResult(seconds, used.ru_utime + used.ru_stime)


def profile_imports(code: str, environment: Mapping[str, str]) -> tuple[list[str], int | None]:
    """Run Python code in a new process.

    Returns:
        the imported library modules, and the peak memory in bytes; None if the system does not
        report it.

    Raises:
        subprocess.CalledProcessError: the process failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{PRINT_PROFILE}"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    modules, peak = json.loads(done.stdout.splitlines()[-1])
    return library_modules(modules), peak and peak * 1024


def library_modules(modules: Iterable[str]) -> list[str]:
    """Select the modules outside the standard library, which differs between Python versions.

    Some distributions also load a sitecustomize or setuptools' import hook at startup.
    """
    return [
        name
        for name in modules
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "__main__"}
        and not name.startswith(("_sysconfigdata", "_distutils_hack", "sitecustomize"))
    ]
