"""Send the text message that a person gets beside a call, once for each incident.

The call is placed already, so each request is one quick try, and nothing here raises an AWS error.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from adapters.aws_clients import AWS_ERRORS, client
from adapters.incident_links import personal_link
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import log_aws_error, tolerate_aws_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.calls.call import Call

dynamodb = client("dynamodb", quick=True)
sns = client("sns", quick=True)

#: Delivered as a priority; the default is Promotional (Amazon SNS API reference, Publish).
ATTRIBUTES = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


def send_text(call: Call, event: Mapping[str, Any], *, called_before: bool) -> None:
    """Send a person the text about the incidents of a call, unless they had one about each.

    The link is to the first incident, which is the most severe. If the incident table is
    unavailable, send it with the first call of the page to this person. If SNS refuses it, the next
    call to them tries again.

    Args:
        call: the call, which is ringing.
        event: of place_call.
        called_before: whether an earlier call of the page was to the same person.
    """
    text = event.get("texts", {}).get(call.language)
    if not text:
        return
    person, team, ids = call.contact, event["team"], event["announced_incident_ids"]
    incident_id, now = event["incident_id"], int(time.time())
    table = incident_table(dynamodb)
    recorded: list[str] = []
    try:
        recorded = [each for each in ids if table.record_text(team, each, person, now=now)]
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "text message not recorded", error, incident_id=incident_id)
        if called_before:
            return
    else:
        if not recorded:
            return
    link = personal_link(team, ids[0], person)
    try:
        answer = sns.publish(
            PhoneNumber=event["number"],
            Message=f"{text}\n{link}" if link else text,
            MessageAttributes=ATTRIBUTES,
        )
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "text message not sent", error, incident_id=incident_id)
        if isinstance(error, ClientError):  # otherwise, SNS may have sent it
            with tolerate_aws_errors("text message not forgotten", incident_id):
                for each in recorded:
                    table.forget_text(team, each, person)
        return
    log(
        "INFO",
        "text message sent",
        incident_id=incident_id,
        contact=person,
        phone=call.phone,
        message_id=answer["MessageId"],
    )
