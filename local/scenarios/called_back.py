"""A person who calls back the number that called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from local.connect.inbound_call import HIDDEN, Caller
from local.connect.simulated_phones import KEYPAD
from workflow.contact_flow.callback_flow import callback_flow
from workflow.contact_flow.flow import content

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The error of a scenario with `calls_back` in a deployment without callback.
NO_CALLBACK = "calls_back: nobody can call the deployment; set telephony.callback to {}"
#: In place of a name: a caller who hides the number.
HIDDEN_CALLER = "hidden"


def _keys(written: str) -> str:
    if set(written) - set(KEYPAD):
        raise ValueError(f"write keys of a phone ({KEYPAD}), not {written!r}")
    return written


#: YAML reads unquoted keys as a number.
Keys = Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_keys)]


class CalledBack(BaseModel):
    """Call the number that pages, and press keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: float = Field(ge=0, le=24 * 60 * 60)
    """Seconds after the scenario's own event."""
    by: str = Field(alias="from")
    """A contact, who calls from their first phone; a number; or `hidden`."""
    keys: Keys = ""
    """One for each prompt, in order; after these, the person presses nothing."""
    pin: Keys = ""

    def caller(self, names: Mapping[str, str]) -> Caller:
        """Return who calls; `names` are the contact of each number."""
        own = (number for number, name in names.items() if name == self.by)
        number = HIDDEN if self.by == HIDDEN_CALLER else next(own, self.by)
        return Caller(number, self.keys, self.pin)


def callback_content(function_arn: str, settings: Mapping[str, Any]) -> str:
    """Return the flow of a deployment's number as JSON text; "" without the function."""
    if not function_arn:
        return ""
    callback = (settings.get("telephony") or {}).get("callback") or {}
    connect_unknown = callback.get("unknown_callers") == "connect"
    return content(callback_flow(function_arn, connect_unknown=connect_unknown))
