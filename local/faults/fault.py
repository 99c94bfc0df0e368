"""One fault: where it occurs, what it does, and how often."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from local.did_you_mean import did_you_mean
from local.faults.fault_types import (
    CONNECT,
    EVENTS,
    PROXIED_SERVICES,
    WORKFLOW,
    FaultKind,
    function_names,
    location_error,
    possible_faults,
)

#: Faults of a contact of a given age: `seconds` is about the contact, not how long they last.
CONTACT_FAULTS = frozenset({FaultKind.NOT_FOUND_YET, FaultKind.LATE_ATTRIBUTES})


class FaultError(ValueError):
    """An invalid fault; the message is one line, with the fix."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Fault:
    """A fault, as a scenario file describes it.

    Attributes:
        at: `<service> <operation>` as AWS names them, such as `connect DescribeContact`; the
            service alone (`connect`, `ssm`, `dynamodb`, `sns`) for every operation; a function,
            such as `check_call`; or `events`.
        kind: what it does (in a scenario file: `fault`); see FaultKind.
        times: the number of requests that fail; None for no limit. For `events`: the number of
            additional deliveries, by default 1.
        seconds: how long it lasts, in scenario seconds from the first request that fails; None
            for no limit. `not_found_yet` and `late_attributes` use it differently: see FaultKind.
        skip: the number of matching requests that succeed first.
        chance: the probability that a matching request fails, drawn from the injector's seed.
        contact: only requests about calls to this contact: for `connect` and functions.
        attempt: only the page's call with this number, from 1: for `connect` and functions.
        by: only requests of this function, or of `workflow`, the state machine itself: for `ssm`,
            `dynamodb` and `sns`. By default the requests of all but validate_roster, which runs
            in parallel with the page whenever a roster is saved.

    Raises:
        pydantic.ValidationError: the fault is invalid; `parse_fault` returns this in one line.
    """

    at: str
    kind: FaultKind = Field(alias="fault")
    times: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    skip: int = Field(default=0, ge=0)
    chance: float = Field(default=1.0, gt=0, le=1)
    contact: str = ""
    attempt: int | None = Field(default=None, ge=1)
    by: str = ""

    @property
    def service(self) -> str:
        """The AWS service, the function, or `events`."""
        return self.at.partition(" ")[0]

    @property
    def operation(self) -> str:
        """The operation of the service; "" for all of them."""
        return self.at.partition(" ")[2]

    @model_validator(mode="after")
    def _validate(self) -> Fault:
        if error := location_error(self.service, self.operation):
            raise ValueError(f"at: {error}")
        possible = possible_faults(self.service, self.operation)
        if self.kind not in possible:
            raise ValueError(f"{self.at} cannot have {self.kind}{did_you_mean('', possible)}")
        self._validate_caller_and_contact()
        if self.service == EVENTS and (self.seconds, self.skip, self.chance) != (None, 0, 1):
            raise ValueError("a fault at events accepts no seconds, skip or chance: remove them")
        return self

    def _validate_caller_and_contact(self) -> None:
        about_a_call = self.service == CONNECT or self.service in function_names()
        if (self.contact or self.attempt) and not about_a_call:
            raise ValueError(
                f"a fault at {self.service} accepts neither contact nor attempt: remove it"
            )
        if not self.by:
            return
        if self.service not in PROXIED_SERVICES:
            raise ValueError(f"only {', '.join(PROXIED_SERVICES)} accept by: remove it")
        if self.by not in (known := (*function_names(), WORKFLOW)):
            raise ValueError(f"by: there is no {self.by!r}{did_you_mean(self.by, known)}")

    def to_scenario(self) -> dict[str, Any]:
        """Return it as a scenario file describes it, without default values."""
        adapter = TypeAdapter(Fault)
        written: dict[str, Any] = adapter.dump_python(
            self, mode="json", by_alias=True, exclude_defaults=True
        )
        return written


def parse_fault(written: object) -> Fault:
    """Return the fault that a scenario file describes.

    Raises:
        FaultError: the fault is invalid; one line.
    """
    if not isinstance(written, dict):
        raise FaultError(
            f"write a fault as {{at: ssm GetParameter, fault: throttling}}, not {written!r}"
        )
    for name in ("at", "fault"):
        if not isinstance(written.get(name), str):
            raise FaultError(f"{name}: must be text, not {written.get(name)!r}")
    kinds = [str(kind) for kind in FaultKind]
    if written["fault"] not in kinds:
        word = written["fault"]
        raise FaultError(f"fault: there is no {word!r}{did_you_mean(word, kinds)}")
    try:
        return TypeAdapter(Fault).validate_python(written)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        key = ".".join(map(str, first["loc"]))
        raise FaultError(f"{key}: {message}" if key else message) from None
