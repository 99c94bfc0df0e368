"""The expected result of a scenario."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from local.did_you_mean import did_you_mean
from oncall.calls import call

#: The outcomes of a call.
CALL_OUTCOMES = (*call.FINAL_OUTCOMES, call.DRILLED)
#: The outcomes of a page.
OUTCOMES = ("acknowledged", "drilled", "duplicate", "failed", "resolved", "unanswered")


def _outcome(written: str) -> str:
    if written and written not in OUTCOMES:
        raise ValueError(f"unknown outcome {written!r}{did_you_mean(written, OUTCOMES)}")
    return written


def _call(written: str) -> str:
    outcome = written.rpartition(" ")[2]
    if outcome not in CALL_OUTCOMES:
        hint = did_you_mean(outcome, CALL_OUTCOMES)
        raise ValueError(f"write `<contact> <outcome>`; unknown outcome {outcome!r}{hint}")
    return written


class Expectation(BaseModel):
    """The expected result; `local.scenarios.result.differences` compares it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: list[Annotated[str, AfterValidator(_call)]] = Field(default_factory=list)
    """Every call in order, each as `<contact> <outcome>`."""
    outcome: Annotated[str, AfterValidator(_outcome)] = ""
    acknowledged_by: str | None = None
    spoken: list[str] = Field(default_factory=list)
    """Each must be in the message of one of the calls, or in what a caller heard."""
    notified: list[str] = Field(default_factory=list)
    """Each must be in the subject or the text of the first notification."""
    status: Literal["SUCCEEDED", "FAILED"] = "SUCCEEDED"
    """Status of the execution. A FAILED execution has no output: no calls and no outcome."""
    error: str = ""
    """Name of the error of a FAILED execution."""
    notifications: int = Field(default=1, ge=0)
    """Number of notifications that SNS sends."""
    rings: int | None = Field(default=None, ge=0)
    """Number of calls that Connect places; None is not checked."""
    texts: list[str] | None = None
    """The contact of each text message, in any order; None is not checked."""
    further: list[str] = Field(default_factory=list)
    """The outcome of the execution that each further delivery of the event starts, each event
    of `also`, and then each reminder."""
