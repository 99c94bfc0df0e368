"""A stack with only an incident table, and the records that the functions would leave in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from adapters.incident_store import IncidentTable
from local.environment import local_client, local_environment
from oncall.incident import Incident
from oncall.incident_record import OPEN_INDEX, OPEN_SORT_KEY, Record, timestamp
from tests.cli.run_cli import CommandResult, run_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.process import Emulator

STACK = "Storms"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Callout:of-"
MINUTE, DAY = 60, 24 * 60 * 60
KEEP = 400 * DAY


def _key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


_TEMPLATE = {
    "Resources": {
        "Incidents": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"}
                    for name in ("pk", "sk", OPEN_SORT_KEY)
                ],
                "KeySchema": [_key("pk", "HASH"), _key("sk", "RANGE")],
                "LocalSecondaryIndexes": [
                    {
                        "IndexName": OPEN_INDEX,
                        "KeySchema": [_key("pk", "HASH"), _key(OPEN_SORT_KEY, "RANGE")],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            },
        },
        "Roster": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/callout/rosters/default", "Type": "String", "Value": "-"},
        },
    },
    "Outputs": {"IncidentTableName": {"Value": {"Ref": "Incidents"}}},
}


class IncidentStack:
    """A stack on the emulator with an incident table."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.now = 0
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(_TEMPLATE))
        [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        self.name: str = stack["Outputs"][0]["OutputValue"]

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes classes at run time
        """Return a client of the emulator."""
        return local_client(self.emulator.url, service)

    @property
    def table(self) -> IncidentTable:
        """The table, as the functions use it."""
        return IncidentTable(self.client("dynamodb"), self.name)

    def clear(self) -> None:
        """Empty the table, and set the time that later records relate to."""
        self.now = int(datetime.now(UTC).timestamp())
        dynamodb = self.client("dynamodb")
        for page in dynamodb.get_paginator("scan").paginate(TableName=self.name):
            for item in page["Items"]:
                key = {"pk": item["pk"], "sk": item["sk"]}
                dynamodb.delete_item(TableName=self.name, Key=key)

    def open_incident(self, incident_id: str, *, ago: int = 10 * MINUTE, **fields: Any) -> Record:  # noqa: ANN401 - fields of Incident
        """Open an incident `ago` seconds ago, as the function open_incident does."""
        incident = replace(
            Incident(id=incident_id, kind="alarm", title=f"It burns: {incident_id}", dedup_key="-"),
            **fields,
        )
        record = Record(
            incident=incident,
            execution=EXECUTION + incident_id,
            opened=timestamp(self.now - ago),
            claimed_until=self.now,
        )
        assert self.table.open(record, now=self.now, expires_at=self.now + KEEP)
        return record

    def close_incident(
        self,
        record: Record,
        outcome: str,
        by: str = "",
        *,
        ago: int = 5 * MINUTE,
        calls: Sequence[Mapping[str, object]] = (),
    ) -> bool:
        """Close an incident `ago` seconds ago, as the function finish_page does."""
        return self.table.close(
            record.incident.team,
            record.incident.id,
            outcome=outcome,
            by=by,
            now=self.now - ago,
            expires_at=self.now + KEEP,
            calls=calls,
        )

    def repeat(self, record: Record, *, ago: int = 0, **fields: Any) -> None:  # noqa: ANN401 - fields of Incident
        """Count an event of an incident `ago` seconds ago."""
        known = self.read(record)
        repeated = replace(known.incident, **fields)
        assert self.table.add_repeat(known, repeated, now=self.now - ago)

    def read(self, record: Record) -> Record:
        """Return the current record of an incident."""
        found = self.table.record(record.incident.team, record.incident.id)
        assert found
        return found

    def list_ids(self, *arguments: str) -> list[str]:
        """List the IDs that `callout incidents` lists, in its order."""
        return [incident["id"] for incident in self.callout("incidents", "--json", *arguments).json]

    def callout(self, *arguments: str, stack: str = STACK) -> CommandResult:
        """Run a subcommand against the stack."""
        environment = local_environment(self.emulator.url)
        return run_command(self.emulator.url, environment, *arguments, "--stack", stack)


def call(attempt: int, contact: str, outcome: str, **more: object) -> dict[str, object]:
    """Return the record of a call, as in oncall/calls/call.py."""
    return {
        "contact": contact,
        "outcome": outcome,
        "attempt": attempt,
        "round": 1,
        "phone": "+1********32",
        "reason": "",
        "contact_id": f"contact-{contact}-{attempt}",
        "waited_seconds": 35,
    } | more
