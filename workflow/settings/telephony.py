"""The settings of Amazon Connect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, model_validator

from workflow.contact_flow.flow import ATTRIBUTES
from workflow.settings.settings_errors import raise_all
from workflow.settings.types import E164, STRICT_MODEL, Id, pattern_constraint

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_MESSAGE_ATTRIBUTE = "message"
#: Contact attributes that the contact flow sets or uses, other than the message.
RESERVED_ATTRIBUTES = (*ATTRIBUTES, "response")


#: Teams whose rosters a callback searches in eight seconds: 50 ms each, after a cold start of 2 s.
MAX_CALLBACK_TEAMS = 50


class ClaimedNumber(BaseModel):
    """A phone number to claim for the instance."""

    model_config = STRICT_MODEL

    country: Annotated[str, pattern_constraint(r"[A-Z]{2}", "a country code, like US")]
    """ISO 3166 country code. A toll-free number cannot call abroad."""
    type: Literal["DID", "TOLL_FREE", "UIFN", "SHARED", "THIRD_PARTY_TF", "SHORT_CODE"] = "DID"
    """Amazon Connect's type of number."""
    prefix: Annotated[str, pattern_constraint(r"\+\d{1,6}", "a prefix like +1206")] | None = None
    """Prefix of the number, if the country offers a choice."""


class Callback(BaseModel):
    """Accept calls to the number; `{}` is enough."""

    model_config = STRICT_MODEL

    unknown_callers: Literal["hang_up", "connect"] = "hang_up"
    """What happens after a caller hears that their number is on no roster. `hang_up`: the call
    ends. `connect`: key 1 connects the caller to the person on call of the fallback team."""


class Telephony(BaseModel):
    """Use an existing instance, number and contact flow, or create them.

    If you neither name nor create an instance or a number, pass it as a parameter when you deploy
    the stack CalloutTelephony.
    """

    model_config = STRICT_MODEL

    instance_id: Id | None = None
    """ID of an existing instance. If neither this nor `create_instance` is set, pass it at
    deployment: `--parameters InstanceId=...`."""
    create_instance: (
        Annotated[
            str,
            pattern_constraint(
                r"(?!d-)[a-z0-9][a-z0-9-]{0,43}[a-z0-9]",
                "an alias of lowercase letters, digits and -, not beginning with d-",
            ),
        ]
        | None
    ) = None
    """Alias of an instance to create, globally unique. AWS limits the number of instances."""
    phone_number: E164 | None = None
    """An existing number of the instance. If neither this nor `claim_number` is set, pass it at
    deployment: `--parameters SourcePhoneNumber=...`."""
    claim_number: ClaimedNumber | None = None
    """A number to claim. AWS charges for it from the day it is claimed."""
    contact_flow_id: Id | None = None
    """ID of your own contact flow, instead of Callout's."""
    message_attribute: Annotated[
        str, pattern_constraint(r"[A-Za-z0-9_-]{1,127}", "letters, digits, - or _")
    ] = DEFAULT_MESSAGE_ATTRIBUTE
    """Contact attribute that your contact flow speaks, as SSML. It must not be one that Callout
    uses for something else: `voice`, `language`, `response`, `prompt_...`."""
    acknowledge: Literal["key", "answer"] = "key"
    """What acknowledges a page. `key`: key 1; your own flow sets the attribute `response` to
    `acknowledged` or `declined`. `answer`: answering the call, for your own flow if it cannot ask
    for a key; voicemail then also acknowledges."""

    callback: Callback | None = None
    """Let responders [call back](callback.md): a responder who calls the number hears the open
    incidents, and can acknowledge them. Requires the stack `CalloutCallback` and one command.
    Amazon Connect charges for inbound calls."""

    @model_validator(mode="after")
    def _consistent(self) -> Telephony:
        raise_all((self._conflicts,))
        return self

    def _conflicts(self) -> Iterator[str]:
        if self.instance_id and self.create_instance:
            yield "set `instance_id` or `create_instance`, not both"
        if self.phone_number and self.claim_number:
            yield "set `phone_number` or `claim_number`, not both"
        if self.message_attribute in RESERVED_ATTRIBUTES:
            yield (
                f"`message_attribute`: {self.message_attribute!r} is reserved: choose a name other"
                f" than {', '.join(RESERVED_ATTRIBUTES)}"
            )
        if not self.contact_flow_id and (
            self.acknowledge == "answer" or self.message_attribute != DEFAULT_MESSAGE_ATTRIBUTE
        ):
            yield (
                "`acknowledge: answer` and `message_attribute` need your own contact flow: set"
                " `contact_flow_id`"
            )
