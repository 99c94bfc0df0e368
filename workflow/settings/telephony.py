"""The settings of the Connect side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, model_validator

from workflow.settings.types import E164, STRICT_MODEL, Id, like

#: Contact attributes besides the message (functions/oncall/messages/voice_message.py,
#: workflow/contact_flow/flow.py).
FLOWS_OWN = (
    "voice",
    "language",
    "prompt_confirmed",
    "prompt_declined",
    "prompt_wrong_key",
    "response",
)


class ClaimedNumber(BaseModel):
    """A phone number to claim in the instance."""

    model_config = STRICT_MODEL

    country: Annotated[str, like(r"[A-Z]{2}", "a country code, like US")]
    """ISO 3166 country code. A toll-free number cannot call abroad."""
    type: Literal["DID", "TOLL_FREE", "UIFN", "SHARED", "THIRD_PARTY_TF", "SHORT_CODE"] = "DID"
    """Kind of number, as Amazon Connect names it."""
    prefix: Annotated[str, like(r"\+\d{1,6}", "like +1206")] | None = None
    """What the number should begin with, where the country offers a choice."""


class Telephony(BaseModel):
    """An existing instance, number and flow, or new ones.

    What is neither named nor to be created is asked for at deployment, as a parameter of
    stack CalloutTelephony.
    """

    model_config = STRICT_MODEL

    instance_id: Id | None = None
    """An existing instance. Without it, and with none to create, asked for at deployment:
    `--parameters InstanceId=...`."""
    create_instance: (
        Annotated[
            str,
            like(
                r"(?!d-)[a-z0-9][a-z0-9-]{0,43}[a-z0-9]",
                "an alias of small letters, digits and -, that does not begin with d-",
            ),
        ]
        | None
    ) = None
    """Alias of an instance to create, unique in the world. AWS lets an account create few."""
    phone_number: E164 | None = None
    """An existing number of the instance. Without it, and with none to claim, asked for at
    deployment: `--parameters SourcePhoneNumber=...`."""
    claim_number: ClaimedNumber | None = None
    """A number to claim; it costs from the day it is claimed."""
    contact_flow_id: Id | None = None
    """A flow of yours, instead of Callout's own."""
    message_attribute: Annotated[str, like(r"[A-Za-z0-9_-]{1,127}", "letters, digits, - and _")] = (
        "message"
    )
    """Contact attribute that a flow of yours speaks, as SSML; none that means something else:
    `voice`, `language`, `response`, `prompt_...`."""
    acknowledge: Literal["key", "answer"] = "key"
    """What acknowledges. `key`: key 1; a flow of yours sets the attribute `response` to
    `acknowledged` or `declined`. `answer`, for a flow of yours that cannot ask for a key: that the
    call was answered; a voicemail then counts as a person."""

    @model_validator(mode="after")
    def _consistent(self) -> Telephony:
        if self.instance_id and self.create_instance:
            raise ValueError("give `instance_id` or `create_instance`, not both")
        if self.phone_number and self.claim_number:
            raise ValueError("give `phone_number` or `claim_number`, not both")
        if self.message_attribute in FLOWS_OWN:
            raise ValueError(
                f"`message_attribute`: {self.message_attribute!r} means something else to a flow:"
                f" choose a name that is none of {', '.join(FLOWS_OWN)}"
            )
        if not self.contact_flow_id and (
            self.acknowledge == "answer" or self.message_attribute != "message"
        ):
            raise ValueError(
                "`acknowledge: answer` and `message_attribute` are for a flow of yours: give"
                " `contact_flow_id`"
            )
        return self
