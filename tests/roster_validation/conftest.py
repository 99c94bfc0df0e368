"""Fixtures: a separate team for each test, on the running system."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from local.connect.clock import ScenarioClock
from local.emulator.parameter_store_events import change_event
from local.faults.proxy import FaultProxy
from tests.functions.invoke import EXECUTION, INCIDENT, imported, invoke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from local.emulator.sns_inbox import Notification
    from local.emulator.system import LocalSystem

#: Prefix of rosters that no rule and no schedule covers.
ISOLATED_PREFIX = "/isolated/"
#: Real seconds within which SNS delivers.
DELIVERY_SECONDS = 5
_NUMBERS = count(1)


@dataclass(frozen=True)
class Team:
    """A team on the running system; `prefix` is that of the rosters' parameters."""

    system: LocalSystem
    name: str
    prefix: str

    @property
    def parameter(self) -> str:
        """The name of the roster's parameter."""
        return self.prefix + self.name

    @property
    def labelled(self) -> int | None:
        """The version labelled last-good; None if there is none."""
        ssm = self.system.client("ssm")
        try:
            response = ssm.get_parameter(Name=f"{self.parameter}:last-good")
        except (ssm.exceptions.ParameterVersionNotFound, ssm.exceptions.ParameterNotFound):
            return None
        return int(response["Parameter"]["Version"])

    @property
    def copy(self) -> dict[str, Any] | None:
        """The copy of the roster in the incident table."""
        response = self.system.client("dynamodb").get_item(
            TableName=self.system.deployment.incident_table_name,
            Key={"pk": {"S": f"roster#{self.name}"}, "sk": {"S": "copy"}},
        )
        item: dict[str, Any] | None = response.get("Item")
        return item

    def save(self, text: str, kind: str = "String") -> None:
        """Save a roster, as the AWS command line does."""
        self.system.client("ssm").put_parameter(
            Name=self.parameter, Value=text, Type=kind, Overwrite=True
        )

    def label(self, version: int) -> None:
        """Label a version, as validate_roster does."""
        self.system.client("ssm").label_parameter_version(
            Name=self.parameter, ParameterVersion=version, Labels=["last-good"]
        )

    def delete(self) -> None:
        """Delete the roster."""
        self.system.client("ssm").delete_parameter(Name=self.parameter)


@dataclass(frozen=True)
class IsolatedTeam(Team):
    """A team whose roster only the imported functions read and validate."""

    plan_calls: ModuleType
    validate_roster: ModuleType

    def plan(self, plan_calls: ModuleType | None = None) -> dict[str, Any]:
        """Plan a page to this team."""
        incident = INCIDENT.to_state() | {"team": self.name}
        started = "2026-01-05T03:12:45Z"
        event = {"incident": incident, "execution": EXECUTION, "started": started, "team_lock": {}}
        return invoke(plan_calls or self.plan_calls, event)

    def send_change(self, operation: str = "Update") -> None:
        """Invoke validate_roster with a change event."""
        self.validate_roster.handler(change_event(operation, self.parameter), None)

    def edit(self, text: str, kind: str = "String") -> None:
        """Save a roster and validate it."""
        self.save(text, kind)
        self.send_change()

    def validate_all(self) -> None:
        """Invoke validate_roster as its daily schedule does."""
        self.validate_roster.handler({"check": "every roster"}, None)

    def notifications(self, wait: float = 0) -> list[Notification]:
        """Return the notifications about this roster; a direct invocation has sent its own."""
        reports = self.system.roster_reports(wait)
        return [report for report in reports if self.parameter in report.message]

    def notification(self) -> Notification:
        """Return the only notification about this roster."""
        [notification] = self.notifications(DELIVERY_SECONDS)
        return notification


@pytest.fixture
def team(system: LocalSystem) -> Iterator[Team]:
    """A team that has no roster yet."""
    team = Team(system, f"team-{next(_NUMBERS)}", system.roster_name(""))
    yield team
    system.delete_roster(team.name)


@pytest.fixture
def ssm(system: LocalSystem) -> Iterator[FaultProxy]:
    """A proxy in front of Parameter Store that can inject faults."""
    with FaultProxy(ScenarioClock(1.0), system.emulator.url) as proxy:
        yield proxy


@contextmanager
def imported_function(
    name: str, system: LocalSystem, ssm: FaultProxy, environment: Mapping[str, str]
) -> Iterator[ModuleType]:
    """Import a function with the environment of the template, except the rosters' prefix."""
    shared = {
        "AWS_ENDPOINT_URL_SSM": ssm.url,
        "ROSTER_PREFIX": ISOLATED_PREFIX,
        "INCIDENT_TABLE": system.deployment.incident_table_name,
    }
    with imported(name, system.emulator.url, shared | dict(environment)) as module:
        yield module


@pytest.fixture
def plan_calls(system: LocalSystem, ssm: FaultProxy) -> Iterator[ModuleType]:
    """The function that plans the calls."""
    own = {"MAX_CALL_SECONDS": "60", "MESSAGE_ATTRIBUTE": "message", "ACKNOWLEDGE": "key"}
    own |= {"ACCOUNT_NAMES": "{}", "FALLBACK_TEAM": "fallback"}
    with imported_function("plan_calls", system, ssm, own) as module:
        yield module


@pytest.fixture
def validate_roster(system: LocalSystem, ssm: FaultProxy) -> Iterator[ModuleType]:
    """The function that validates rosters."""
    topic = system.deployment.notification_topic_arn
    own = {"TEAMS": "nobody", "NOTIFICATION_TOPIC": topic}
    with imported_function("validate_roster", system, ssm, own) as module:
        yield module


@pytest.fixture
def own_team(
    system: LocalSystem, plan_calls: ModuleType, validate_roster: ModuleType
) -> Iterator[IsolatedTeam]:
    """A team whose roster the deployed validate_roster does not validate."""
    name = f"team-{next(_NUMBERS)}"
    team = IsolatedTeam(system, name, ISOLATED_PREFIX, plan_calls, validate_roster)
    system.roster_reports()  # discard those of earlier tests
    yield team
    system.client("ssm").delete_parameters(Names=[team.parameter])
