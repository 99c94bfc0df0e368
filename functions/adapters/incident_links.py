"""The links to incidents in notifications, and the key that signs them."""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING

from adapters.aws_clients import AWS_ERRORS, Client, client
from adapters.logger import log
from adapters.metrics import log_aws_error, tolerate_aws_errors
from oncall.links.link_token import KEY_PARAMETER, MIN_KEY_LENGTH, VALID_SECONDS, Link, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oncall.incident import Incident

#: Seconds for which the key is cached, so that a replaced key soon stops working; and for which a
#: missing key is not read again. Requests must not use up the rate of GetParameter: pages need it.
CACHE_SECONDS, MISSING_SECONDS = 60, 5

#: A page does not wait for a link: one quick try. Only with the setting `notifications.links`.
ssm = client("ssm", quick=True) if os.environ.get("LINK_ENDPOINT") else None


class LinkKey:
    """The key, read at most once a minute.

    Times are wall-clock times: a monotonic clock may stop while Lambda freezes the function.
    """

    def __init__(self, ssm: Client) -> None:
        self._ssm = ssm
        self._key, self._read_at = "", 0.0

    def read(self) -> str:
        """Return the key; "" if there is none.

        Raises:
            ClientError: SSM fails; botocore's connection errors too.
        """
        age = time.time() - self._read_at
        if not 0 <= age < (CACHE_SECONDS if self._key else MISSING_SECONDS):
            self._key, self._read_at = read_key(self._ssm) or "", time.time()
        return self._key


def links_to(incidents: Sequence[Incident]) -> dict[str, str]:
    """Return the links to incidents by ID; none without the setting, or if the key is unavailable.

    A drill has none, because the table has no record of it.
    """
    endpoint = os.environ.get("LINK_ENDPOINT")
    if not endpoint or incidents[0].drill:
        return {}
    try:
        key = read_key(ssm)
        if key is None:
            key = create_key(ssm)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "links left out", error, incident_id=incidents[0].id)
        return {}
    return {
        incident.id: link_to(incident.team, incident.id, key)
        for incident in (incidents if key else ())
    }


def personal_link(team: str, incident_id: str, person: str) -> str:
    """Return the link to an incident for one person; "" as in `links_to`, or without a key."""
    with tolerate_aws_errors("links left out", incident_id, "ERROR"):
        if os.environ.get("LINK_ENDPOINT") and (key := read_key(ssm)):
            return link_to(team, incident_id, key, person)
    return ""


def link_to(team: str, incident_id: str, key: str, person: str = "") -> str:
    """Return a link that is valid from now on."""
    expires = int(time.time()) + VALID_SECONDS
    token = sign(Link(team, incident_id, expires, person), key)
    return f"{os.environ['LINK_ENDPOINT']}/incidents/{token}"


def read_key(ssm: Client) -> str | None:
    """Return the key; None if there is none, and "" if it is too short to be used.

    With the key aws/ssm, a SecureString needs no KMS permission (workflow/webhooks.py).

    Raises:
        ClientError: SSM fails; botocore's connection errors too.
    """
    try:
        answer = ssm.get_parameter(Name=KEY_PARAMETER, WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return None
    key = str(answer["Parameter"]["Value"])
    if len(key) >= MIN_KEY_LENGTH:
        return key
    log("ERROR", "link key too short", incident_id="", parameter=KEY_PARAMETER)
    return ""


def create_key(ssm: Client) -> str:
    """Create the key, unless another function has just done so, and return it.

    CloudFormation cannot create a SecureString.

    Raises:
        ClientError: SSM fails; botocore's connection errors too.
    """
    key = secrets.token_urlsafe(32)
    try:
        ssm.put_parameter(Name=KEY_PARAMETER, Value=key, Type="SecureString", Overwrite=False)
    except ssm.exceptions.ParameterAlreadyExists:
        return read_key(ssm) or ""
    log("INFO", "link key created", incident_id="", parameter=KEY_PARAMETER)
    return key
