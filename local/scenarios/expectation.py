"""What must come of a story, and whether it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from local.faults.kinds import did_you_mean
from oncall.calls import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.scenarios.emulator_runner import Ending
    from local.scenarios.scenario import Scenario

#: What a call can come to.
CALL_OUTCOMES = (
    call.ACKNOWLEDGED,
    call.BUSY,
    call.DECLINED,
    call.DRILLED,
    call.FAILED,
    call.HANDLED,
    call.NO_ANSWER,
    call.NOT_ALLOWED,
    call.UNANSWERED,
)


#: What a page can come to.
OUTCOMES = ("acknowledged", "drilled", "duplicate", "failed", "resolved", "unanswered")


def _outcome(written: str) -> str:
    if written and written not in OUTCOMES:
        raise ValueError(f"no page ends as {written!r}{did_you_mean(written, OUTCOMES)}")
    return written


def _call(written: str) -> str:
    outcome = written.rpartition(" ")[2]
    if outcome not in CALL_OUTCOMES:
        hint = did_you_mean(outcome, CALL_OUTCOMES)
        raise ValueError(f"write `<contact> <outcome>`; no call ends as {outcome!r}{hint}")
    return written


class Expectation(BaseModel):
    """What must come of it; see `local.scenarios.expectation` for what is looked at where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: list[Annotated[str, AfterValidator(_call)]] = Field(default_factory=list)
    """Every call in order, each as `<contact> <outcome>`."""
    outcome: Annotated[str, AfterValidator(_outcome)] = ""
    acknowledged_by: str | None = None
    spoken: list[str] = Field(default_factory=list)
    """Each must be in the message of one of the calls."""
    notified: list[str] = Field(default_factory=list)
    """Each must be in the subject or the text of the first notification."""
    status: Literal["SUCCEEDED", "FAILED"] = "SUCCEEDED"
    """Of the execution. Where it is FAILED, there is no output: no calls, and no outcome."""
    error: str = ""
    """Of a FAILED execution: the name of the error, which says what it was that failed."""
    notifications: int = Field(default=1, ge=0)
    """How many SNS sends."""
    rings: int | None = Field(default=None, ge=0)
    """How many calls Connect places; None is not looked at."""
    further: list[str] = Field(default_factory=list)
    """The outcome of the execution that each further delivery of the event starts, each event
    of `also`, and then each reminder."""


def differences(ending: Ending, story: Scenario) -> list[str]:
    """Say where an ending is not the one that the story expects; a line each.

    `calls`, `outcome` and `acknowledged_by` are looked at where they are written; that nothing
    but the page's own end is told to SNS, and that the execution succeeds, always.
    """
    return [*_of_the_story(ending, story), *_of_the_end(ending, story.expect)]


def _of_the_story(ending: Ending, story: Scenario) -> Iterator[str]:
    for fault in ending.idle_faults:
        yield f"faults: number {story.faults.index(fault) + 1} ({fault.at}) struck nothing"
    said = "\n".join(ending.spoken)
    for words in story.expect.spoken:
        if words not in said:
            yield f"spoken: no call said {words!r}"
    first = ending.notifications[0] if ending.notifications else None
    told = f"{first.subject}\n{first.message}" if first else ""
    for words in story.expect.notified:
        if words not in told:
            yield f"notified: SNS was not told {words!r}"


def _of_the_end(ending: Ending, due: Expectation) -> Iterator[str]:
    always = {"status", "error", "further", "notifications"}
    found = {
        "status": ending.status,
        "error": ending.error,
        "outcome": ending.output.get("outcome", ""),
        "acknowledged_by": ending.output.get("acknowledged_by"),
        "calls": ending.calls,
        "further": ending.further,
        "notifications": len(ending.notifications),
        "rings": len(ending.spoken),
    }
    looked_at = always | due.model_fields_set - ({"rings"} if due.rings is None else set())
    for name, was in found.items():
        expected = getattr(due, name)
        if name in looked_at and was != expected:
            yield f"{name}: expected {_shown(expected)}, was {_shown(was)}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "nobody" if value is None else str(value) or "none"
