"""Everything that `make phones` runs beside the local system."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from local.asl.transitions import load_definition, transitions
from local.emulator.poller import Poller
from local.phones.event_stream import EventStream
from local.phones.execution_watcher import ExecutionWatcher
from local.phones.fault_toggles import FAULT_TOGGLES, FaultToggles
from local.phones.roster_editor import RosterEditor
from local.phones.sample_alerts import sample_alerts
from local.phones.sample_events import sample_events, storm_event
from local.phones.scenario_player import ScenarioPlayer, playable_scenarios

if TYPE_CHECKING:
    from typing import Any

    from local.connect.timeline import TimelineEntry
    from local.emulator.system import LocalSystem

#: Real seconds between polls of the executions, and of the roster and the notifications.
EXECUTION_POLL_INTERVAL, OTHER_POLL_INTERVAL = 0.15, 0.4
#: Clients that several threads use, created before the threads: boto3 cannot create two at once.
_CLIENTS = ("events", "stepfunctions", "ssm", "sqs", "sns", "dynamodb", "lambda")
#: Polly's language codes that browsers do not know.
_BROWSER_LANGUAGES = {"cmn-CN": "zh-CN"}


class PhonesSession:
    """Publishes what happens in a local system while the context is open."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self.stream = EventStream(system.connect.now)
        self.roster = RosterEditor(system, self.stream)
        self.faults = FaultToggles(system, self.stream)
        self.player = ScenarioPlayer(system, self.stream, self.faults)
        self._pollers = ExitStack()

    def __enter__(self) -> Self:
        for service in _CLIENTS:
            self.system.client(service)
        self.system.connect.subscribe(self._publish_phone_event)
        watcher = ExecutionWatcher(self.system, self.stream)
        self._pollers.enter_context(Poller(watcher.poll, EXECUTION_POLL_INTERVAL))
        self._pollers.enter_context(
            Poller(self._poll_roster_and_notifications, OTHER_POLL_INTERVAL)
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._pollers.close()
        self.stream.close()

    def config(self) -> dict[str, Any]:
        """Return what the web page needs to know and cannot change."""
        machine = load_definition()
        return {
            "team": self.system.fallback_team,
            "callback": bool(self.system.callback_function),
            "speed": round(1 / self.system.connect.time_scale, 3),
            "transitions": [
                [transition.origin, transition.target, transition.kind]
                for transition in transitions(machine)
            ],
            "states": {name: state.get("Comment", "") for name, state in machine["States"].items()},
            "events": sample_events(),
            "scenarios": [
                {"name": name, "title": scenario.title}
                for name, scenario in playable_scenarios().items()
            ],
            "alerts": [
                {"name": name, "address": alert.address, "command": alert.command}
                for name, alert in sample_alerts(self.system).items()
            ],
            "faults": [
                {"name": toggle.name, "label": toggle.label, "effect": toggle.effect}
                for toggle in FAULT_TOGGLES.values()
            ],
        }

    def send_storm(self, count: int) -> None:
        """Send the events of an alert storm."""
        for number in range(1, count + 1):
            self.system.put(storm_event(number))

    def _publish_phone_event(self, entry: TimelineEntry) -> None:
        calls = reversed(self.system.connect.calls)
        call = next((call for call in calls if call.contact_id == entry.contact_id), None)
        language = call.attributes.get("language", "") if call else ""
        self.stream.publish(
            "phone",
            at=round(entry.at, 2),
            contact_id=entry.contact_id,
            number=entry.number,
            event=entry.type,
            text=entry.text,
            language=_BROWSER_LANGUAGES.get(language, language),
        )

    def _poll_roster_and_notifications(self) -> None:
        self.roster.poll()
        reports = self.system.roster_reports()
        for notification in [*reports, *self.system.notifications()]:
            self.stream.publish(
                "notification",
                at=round(self.system.connect.now(), 2),
                subject=notification.subject,
                message=notification.message,
            )
        for posted in self.system.chat():
            message = json.loads(posted.message)
            self.stream.publish("chat", **message["content"], **message["metadata"])
        for text in self.system.texts():
            self.stream.publish(
                "text",
                at=round(self.system.connect.now(), 2),
                number=text.number,
                message=text.message,
            )
        for report in reports:
            self.roster.handle_report(report)
