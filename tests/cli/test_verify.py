"""`callout verify` on the local system: every assumption holds, or the one that is broken fails."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from callout.commands import call
from callout.verify import call_steps, contact_record, operator_questions, page_steps
from callout.verify.assumptions import Assumption
from local.connect.failing_numbers import NotAllowed
from local.connect.instance_config import SavedFlow
from local.connect.simulated_phones import NoAnswer, Press, ScriptPerCall, Voicemail
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.injector import FaultInjector
from tests.cli.conftest import ANA
from tests.cli.run_cli import CommandResult, callout_in_process
from workflow.contact_flow.flow import ASK, contact_flow, content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.connect.simulated_phones import Phone
    from local.emulator.system import LocalSystem

SILENCE = "<speak><break time='1s'/></speak>"
#: What a real second of the emulator counts.
REAL_TIME = 0.1
ROSTER = f"contacts: [{{name: Ana, phone: {ANA}}}]\nring_seconds: 15\nrounds: 1\n"
ANSWERS = {
    "unanswered": NoAnswer(),
    "declined": Press("2", answer_after=3, key_after=8),
    "acknowledged": Press("1", answer_after=3, key_after=3),
    "voicemail": Voicemail(answer_after=3, hang_up_after=10),
    "page": Press("1", answer_after=3),
    "sns": NoAnswer(),
}


@dataclass
class Operator:
    """A person with Ana's phone and email, who answers truthfully."""

    system: LocalSystem
    report: Path
    disagrees_with: str = ""  # words of a question that this person answers with n
    calls: int = 0  # before the current step

    def read_answer(self, question: str) -> str:
        """See callout.verify.operator_questions."""
        if self.disagrees_with and self.disagrees_with in question:
            return "n"
        if "first phone rings" in question:
            return "" if self.rings() else "n"
        if "someone press 1" in question:
            return "y" if self.rings() else "n"
        if "email" in question:
            return "y" if self.system.notifications(wait=3) else "n"
        self.calls = len(self.system.connect.calls)
        return "y"

    def rings(self) -> bool:
        """Wait for the first ring of this step; return False if the page ends without one."""
        while len(self.system.connect.calls) <= self.calls:
            if self.system.describe(self.system.executions()[0])["status"] != "RUNNING":
                return False
            time.sleep(0.05)
        return True

    def verify(self, *steps: str) -> CommandResult:
        """Run these steps, by default all."""
        only = [argument for step in steps for argument in ("--only", step)]
        given = ("--contact", "Ana", "--report", str(self.report), *only)
        return callout_in_process(self.system, "verify", *given)

    def results(self) -> dict[str, str]:
        """The assumptions in the report, each with its result."""
        rows = re.findall(
            r"^\| (.*) \| .* \| (.*) \| .* \|$", self.report.read_text(), re.MULTILINE
        )
        return dict(rows[1:])


@pytest.fixture
def operator(
    healthy: LocalSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Operator]:
    connect = healthy.connect

    def sleep(seconds: float) -> None:
        time.sleep(seconds * connect.time_scale)

    scaled = SimpleNamespace(sleep=sleep, monotonic=connect.now)
    for module in (call, call_steps, contact_record):
        monkeypatch.setattr(module, "time", scaled)
    # The emulator starts functions in real time, and slowly on a busy machine.
    slow = SimpleNamespace(sleep=sleep, monotonic=lambda: time.monotonic() * REAL_TIME)
    monkeypatch.setattr(page_steps, "time", slow)
    person = Operator(healthy, tmp_path / "report.md")
    for module in (operator_questions, page_steps):
        monkeypatch.setattr(module, "read_answer", person.read_answer)
    healthy.save_roster(ROSTER)
    healthy.delete_incidents()
    healthy.notifications()
    yield person
    healthy.proxy.faults = FaultInjector()


def phones(system: LocalSystem, *steps: str, **others: Phone) -> None:
    """Let Ana's phone do in each call what the step asks for, or something else."""
    answers = ANSWERS | others
    system.connect.reset({ANA: ScriptPerCall(tuple(answers[step] for step in steps))})


def broken(operator: Operator) -> set[str]:
    """Return what the report says does not hold, after checking that it identifies no one."""
    report = operator.report.read_text()
    assert not re.search(r"Ana|arn:|\+?[0-9]{6,}", report)
    rows = [line for line in report.splitlines() if "| DOES NOT HOLD |" in line]
    found = {each.text: each for each in Assumption if any(each.text in row for row in rows)}
    assert len(rows) == len(found)
    assert all(any(each.affects in row for row in rows) for each in found.values())
    return set(found)


def test_all_assumptions_hold_on_the_local_system(operator: Operator) -> None:
    phones(operator.system, *ANSWERS)
    result = operator.verify()
    assert operator.results() == {each.text: "holds" for each in Assumption}
    assert broken(operator) == set()
    assert (result.code, result.out.splitlines()[-1]) == (0, f"The report is in {operator.report}.")


def describe(kind: FaultKind, seconds: float) -> Fault:
    return Fault("connect DescribeContact", kind, seconds=seconds)


def late_attributes(seconds: float | None = None) -> list[Fault]:
    return [
        Fault(f"connect {operation}", FaultKind.LATE_ATTRIBUTES, seconds=seconds)
        for operation in ("DescribeContact", "GetContactAttributes")
    ]


FAULTS: dict[Assumption, tuple[str, list[Fault]]] = {
    Assumption.FOUND: ("unanswered", [describe(FaultKind.NOT_FOUND_YET, 30)]),
    Assumption.STOP_RINGING: ("unanswered", [Fault("connect StopContact", FaultKind.DENIED)]),
    Assumption.ANSWER_SHOWN: ("acknowledged", [describe(FaultKind.NO_CONNECTED_TIMESTAMP, 20)]),
    Assumption.KEY_SHOWN: ("declined", late_attributes(20)),
    Assumption.END_SHOWN: ("voicemail", [describe(FaultKind.NO_DISCONNECT_TIMESTAMP, 40)]),
    Assumption.ACKNOWLEDGED_PAGE: ("page", late_attributes()),
}


@pytest.mark.parametrize("assumption", FAULTS, ids=lambda assumption: assumption.name)
def test_a_fault_of_connect_breaks_the_assumption(
    operator: Operator, assumption: Assumption
) -> None:
    step, faults = FAULTS[assumption]
    for _ in range(3):  # on a busy machine, the call may end before it can be measured
        phones(operator.system, step)
        for fault in faults:
            operator.system.connect.faults.append(fault)
        result = operator.verify(step)
        if found := broken(operator):
            break

    assert found == {assumption.text}
    assert f"; affects {assumption.affects}\n" in result.out
    assert result.code == 1


def test_a_flow_that_ignores_keys_during_speech_is_reported(operator: Operator) -> None:
    flow = contact_flow()
    [ask] = [action for action in flow["Actions"] if action["Identifier"] == ASK]
    ssml = {"SSML": "$.Attributes.message"}
    listen = ask | {"Identifier": "Listen", "Parameters": ask["Parameters"] | {"SSML": SILENCE}}
    ask |= {"Type": "MessageParticipant", "Parameters": ssml}
    ask["Transitions"] = ask["Transitions"] | {"NextAction": "Listen", "Conditions": []}
    flow["Actions"].append(listen)
    phones(operator.system, "acknowledged")
    operator.system.connect.config.flow = SavedFlow(content(flow))

    operator.verify("acknowledged")

    assert broken(operator) == {Assumption.KEY_IN_SPEECH.text}


def test_a_voicemail_that_presses_1_is_reported(operator: Operator) -> None:
    phones(operator.system, "voicemail", voicemail=Press("1", answer_after=3))
    operator.verify("voicemail")
    assert broken(operator) == {Assumption.VOICEMAIL.text}


def test_a_page_without_a_roster_is_reported(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_roster(question: str) -> str:
        operator.system.delete_roster()
        return operator.read_answer(question)

    monkeypatch.setattr(operator_questions, "read_answer", delete_roster)
    phones(operator.system, "sns")
    operator.verify("sns")
    assert broken(operator) == {Assumption.UNANSWERED_PAGE.text}


def test_a_phone_that_cannot_be_called_is_reported(operator: Operator) -> None:
    phones(operator.system, "page", page=NotAllowed())
    operator.verify("page")
    assert broken(operator) == {Assumption.RING.text}


def test_a_late_ring_is_reported(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    phones(operator.system, "page")
    clock = [Assumption.RING.limit + 1, 0]  # when the phone rings, and when the page begins
    monkeypatch.setattr("callout.verify.page_steps.time.monotonic", clock.pop)
    operator.verify("page")
    assert broken(operator) == {Assumption.RING.text}


@pytest.mark.parametrize(
    ("assumption", "step", "question"),
    [
        (Assumption.VOICE, "declined", "hear a voice"),
        (Assumption.STOP_RINGING, "unanswered", "did not answer"),
        (Assumption.EMAIL, "page", "email"),
    ],
)
def test_what_only_a_person_notices_is_reported(
    operator: Operator, assumption: Assumption, step: str, question: str
) -> None:
    phones(operator.system, step)
    operator.disagrees_with = question
    operator.verify(step)
    assert broken(operator) == {assumption.text}


def test_a_step_that_fails_leaves_the_others_usable(operator: Operator) -> None:
    phones(operator.system, "voicemail")
    operator.system.connect.faults.append(
        Fault("connect StartOutboundVoiceContact", FaultKind.DENIED, times=1)
    )
    result = operator.verify("unanswered", "voicemail")
    assert "AccessDeniedException" in result.err
    assert result.code == 1
    assert broken(operator) == set()
    assert operator.results()[Assumption.VOICEMAIL.text] == "holds"
    assert "| unanswered | failed (StartOutboundVoiceContact: AccessDenied" in (
        operator.report.read_text()
    )


def test_an_interrupt_keeps_what_was_measured(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(question: str) -> str:
        if "press 2" in question:
            raise KeyboardInterrupt
        return operator.read_answer(question)

    monkeypatch.setattr(operator_questions, "read_answer", interrupted)
    phones(operator.system, "unanswered", "declined")

    result = operator.verify("unanswered", "declined", "sns")

    assert result.code == 130
    assert operator.results()[Assumption.STOP_RINGING.text] == "holds"
    report = operator.report.read_text()
    assert "| unanswered | done |\n| declined | interrupted |\n| sns | not run |" in report


def test_without_an_answer_no_step_calls(healthy: LocalSystem, tmp_path: Path) -> None:
    report = ("--contact", "Ana", "--report", str(tmp_path / "report.md"))
    assert callout_in_process(healthy, "verify", *report).code == 0
    assert healthy.connect.calls == []
    assert "File exists" in callout_in_process(healthy, "verify", *report).error_line


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--contact", "Anna"], "did you mean Ana?"),
        (["--contact", "Ana", "--only", "fax"], "--only fax: use one of unanswered, declined"),
        (["--contact", "Ana", "--report", "/nowhere/report.md"], "No such file or directory"),
    ],
)
def test_invalid_options_are_one_line(
    healthy: LocalSystem, arguments: list[str], error: str
) -> None:
    assert error in callout_in_process(healthy, "verify", *arguments).error_line
