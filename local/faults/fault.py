"""One fault: where it strikes, what it does, and how often."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from local.faults.fault_types import (
    CONNECT,
    EVENTS,
    PROXIED_SERVICES,
    WORKFLOW,
    FaultKind,
    did_you_mean,
    function_names,
    location_error,
    possible_faults,
)

#: These are about the contact, for as long as `seconds` says, and not a spell of bad weather.
CONTACT_FAULTS = frozenset({FaultKind.NOT_FOUND_YET, FaultKind.LATE_ATTRIBUTES})


class FaultError(ValueError):
    """A fault that cannot be; one line that says what to write instead."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Fault:
    """A fault, as a story file says it.

    Attributes:
        at: `<service> <operation>` as AWS names them, such as `connect DescribeContact`; the
            service alone (`connect`, `ssm`, `dynamodb`, `sns`) for every operation; a function,
            such as `check_call`; or `events`.
        kind: (in a story: `fault`) what it does; see FaultKind.
        times: how many requests it strikes; None is no limit. Of `events`: how many more
            deliveries there are, 1 unless it is said.
        seconds: story seconds for which it goes on, from the first request it strikes; None is
            no limit. What it is for `not_found_yet` and `late_attributes` is said there.
        skip: how many requests it would strike pass unharmed before.
        chance: of striking, for each request; the dice are the gate's, thrown by its seed.
        contact: strikes only where this contact is called: in `connect` and functions.
        attempt: strikes only in the page's call of this number, from 1: the same.
        by: strikes only requests of this function, or of `workflow`, the state machine itself:
            in `ssm`, `dynamodb`, `sns`. Unless it is said: of all but validate_roster, which works
            beside the page whenever a roster is saved.

    Raises:
        pydantic.ValidationError: it cannot be, as `parse_fault` says in one line.
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
        """The service of AWS, the function, or `events`."""
        return self.at.partition(" ")[0]

    @property
    def operation(self) -> str:
        """The operation of the service; "" for all."""
        return self.at.partition(" ")[2]

    @model_validator(mode="after")
    def _can_be(self) -> Fault:
        if wrong := location_error(self.service, self.operation):
            raise ValueError(f"at: {wrong}")
        possible = possible_faults(self.service, self.operation)
        if self.kind not in possible:
            raise ValueError(f"{self.at} cannot have {self.kind}{did_you_mean('', possible)}")
        self._check_who(self.service in PROXIED_SERVICES)
        if self.service == EVENTS and (self.seconds, self.skip, self.chance) != (None, 0, 1):
            raise ValueError("events take no seconds, skip or chance")
        return self

    def _check_who(self, behind_proxy: bool) -> None:  # noqa: FBT001 - said by its one caller
        of_a_call = self.service == CONNECT or self.service in function_names()
        if (self.contact or self.attempt) and not of_a_call:
            raise ValueError(f"{self.service} knows neither contact nor attempt: leave it out")
        if not self.by:
            return
        if not behind_proxy:
            raise ValueError(f"by is for {', '.join(PROXIED_SERVICES)}: leave it out")
        if self.by not in (known := (*function_names(), WORKFLOW)):
            raise ValueError(f"by: there is no {self.by!r}{did_you_mean(self.by, known)}")

    def to_scenario(self) -> dict[str, Any]:
        """Give it as a story file says it, with nothing that need not be said."""
        adapter = TypeAdapter(Fault)
        written: dict[str, Any] = adapter.dump_python(
            self, mode="json", by_alias=True, exclude_defaults=True
        )
        return written


def parse_fault(written: object) -> Fault:
    """Read a fault of a story.

    Args:
        written: what YAML gave.

    Raises:
        FaultError: it cannot be; one line.
    """
    if not isinstance(written, dict):
        raise FaultError(
            f"a fault is written {{at: ssm GetParameter, fault: throttling}}, not {written!r}"
        )
    for name in ("at", "fault"):
        if not isinstance(written.get(name), str):
            raise FaultError(f"{name}: write a word, not {written.get(name)!r}")
    kinds = [str(kind) for kind in FaultKind]
    if written["fault"] not in kinds:
        word = written["fault"]
        raise FaultError(f"fault: there is no {word!r}{did_you_mean(word, kinds)}")
    try:
        return TypeAdapter(Fault).validate_python(written)
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        where = ".".join(map(str, first["loc"]))
        raise FaultError(f"{where}: {said}" if where else said) from None
