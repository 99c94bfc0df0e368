"""Show an incident to a person who has a link to it, and acknowledge or resolve it for them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import AWS_ERRORS, client
from adapters.incident_answers import notify, record_answer
from adapters.incident_links import LinkKey
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import log_aws_error
from adapters.roster_reader import select_page_roster
from oncall.incident_record import LINK
from oncall.links.incident_page import ACTIONS, incident_page, message_page
from oncall.links.link_request import read_request, response
from oncall.links.link_token import verify
from oncall.messages.locale import DEFAULT
from oncall.roster.fallback import NoUsableRoster

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.incident_record import Record
    from oncall.links.link_request import LinkRequest

# A person can open the link again; together they stay below API Gateway's timeout.
ssm = client("ssm", quick=True)
dynamodb = client("dynamodb", quick=True)
sns = client("sns", quick=True)
link_key = LinkKey(ssm)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Answer a request with a web page. Neither the token nor the form is logged.

    Args:
        event: `GET`, `HEAD` or `POST /incidents/{token}` from an HTTP API, payload format 2.0.

    Returns:
        200; 400 for a POST without a valid action or name; 403 for a token that is not valid, or
        whose incident does not exist; 503 if AWS fails.
    """
    request = read_request(event)
    try:
        key = link_key.read()
        link = verify(request.token, key, time.time()) if key else None
        table = incident_table(dynamodb)
        record = table.record(link.team, link.incident_id) if link else None
        if link is None or record is None:
            log("WARNING", "link refused", incident_id=link.incident_id if link else "")
            return response(403, message_page("invalid"))
        return respond(request, record, link.person)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "link failed", error, incident_id="")
        return response(503, message_page("unavailable"))


def respond(request: LinkRequest, record: Record, person: str) -> dict[str, object]:
    """Do what the request asks for, and return the page of the incident after it."""
    language, timezone, people = read_people(record)
    status, problem = 200, ""
    if request.acts:
        by = request.name(person, people)
        if request.action not in ACTIONS or not by:
            status, problem = 400, "" if by else "no_name"
        else:
            record = answer(request.action, record, by, language, timezone)
    choices = None if person else people
    page = incident_page(
        record, people=choices, language=language, timezone=timezone, problem=problem
    )
    return response(status, page)


def answer(action: str, record: Record, by: str, language: str, timezone: str) -> Record:
    """Acknowledge or resolve an incident, and return it as it is then."""
    incident, table = record.incident, incident_table(dynamodb)
    outcome = ACTIONS[action]
    changed = record_answer(table, record, outcome, by, LINK)
    record = table.record(incident.team, incident.id) or record
    log("INFO", "link answered", incident_id=incident.id, action=action, by=by, changed=changed)
    if changed:
        notify(sns, record, outcome, (by, LINK), (language, timezone))
    return record


def read_people(record: Record) -> tuple[str, str, tuple[str, ...]]:
    """Return language, time zone and names of the roster; no names if there is no usable roster."""
    _, selected = select_page_roster(ssm, dynamodb, record.incident, datetime.now(UTC))
    if not isinstance(selected, NoUsableRoster):
        roster = selected.roster
        return roster.language, roster.timezone, tuple(each.name for each in roster.contacts)
    if selected.error:
        raise selected.error
    return DEFAULT, "UTC", ()
