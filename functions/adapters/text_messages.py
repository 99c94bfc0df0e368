"""Send the text message that a person gets in addition to a call, once for each incident.

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

#: The default is Promotional (Amazon SNS API reference, Publish).
ATTRIBUTES = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


def send_text(call: Call, event: Mapping[str, Any]) -> None:
    """Send a person the text about a ringing call, unless they had one about each incident.

    The link is to the first incident, which is the most severe. If the incident table is
    unavailable, send it with the page's first call to the person. If SNS refuses it, the next call
    to them tries again. `event` is the input of place_call.
    """
    person, text = call.contact, event.get("texts", {}).get(call.language)
    if not text:
        return
    team, ids, incident_id = event["team"], event["announced_incident_ids"], event["incident_id"]
    table, now = incident_table(dynamodb), int(time.time())
    recorded: list[str] = []
    try:
        recorded = [each for each in ids if table.record_text(team, each, person, at=now)]
        if not recorded:
            return
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "text message not recorded", error, incident_id=incident_id)
        if any(earlier["contact"] == person for earlier in event["progress"]["calls"]):
            return
    link = personal_link(team, ids[0], person)
    message = f"{text}\n{link}" if link else text
    try:
        sns.publish(PhoneNumber=event["number"], Message=message, MessageAttributes=ATTRIBUTES)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "text message not sent", error, incident_id=incident_id)
        if isinstance(error, ClientError):  # otherwise, SNS may have sent it
            with tolerate_aws_errors("text message not forgotten", incident_id):
                for each in recorded:
                    table.record_text(team, each, person, at=None)
    else:
        log("INFO", "text message sent", incident_id=incident_id, contact=person, phone=call.phone)
