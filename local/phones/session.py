"""Everything that `make phones` adds to the local system, running."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from local.asl.transitions import load_definition, transitions
from local.emulator.poller import Watch
from local.phones.event_stream import Feed
from local.phones.execution_watcher import Executions
from local.phones.fault_toggles import SWITCHES, Faults
from local.phones.roster_editor import RosterDesk
from local.phones.sample_events import alarm, samples
from local.phones.scenario_player import Player, stories

if TYPE_CHECKING:
    from typing import Any

    from local.connect.timeline import TimelineEntry
    from local.emulator.system import LocalSystem

#: Real seconds between looks: at executions, and at what people wait for less eagerly.
SOON, LATER = 0.15, 0.4
#: The clients that several threads use, made before there are any: boto3 cannot make two at once.
_CLIENTS = ("events", "stepfunctions", "ssm", "sqs", "sns", "dynamodb")
#: Browsers know the language of Polly's code for Mandarin by another.
_BROWSERS_TAG = {"cmn-CN": "zh-CN"}


class Board:
    """Tells the feed what happens in a local system, from entering to leaving.

    Attributes:
        system: the local system.
        feed: what pages follow.
        roster, faults, player: what a page can change.
    """

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self.feed = Feed(system.connect.now)
        self.roster = RosterDesk(system, self.feed)
        self.faults = Faults(system, self.feed)
        self.player = Player(system, self.feed, self.faults)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for service in _CLIENTS:
            self.system.client(service)
        self.system.connect.subscribe(self._tell_phone)
        executions = Executions(self.system, self.feed)
        self._open.enter_context(Watch(executions.look, SOON))
        self._open.enter_context(Watch(self._look_later, LATER))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self.feed.close()

    def about(self) -> dict[str, Any]:
        """Give what a page has to know and does not change."""
        machine = load_definition()
        return {
            "speed": round(1 / self.system.connect.time_scale, 3),
            "ways": [[way.origin, way.target, way.kind] for way in transitions(machine)],
            "states": {name: state.get("Comment", "") for name, state in machine["States"].items()},
            "events": samples(),
            "stories": [{"name": name, "title": one.title} for name, one in stories().items()],
            "faults": [
                {"name": one.name, "label": one.label, "then": one.then}
                for one in SWITCHES.values()
            ],
        }

    def storm(self, count: int) -> None:
        """Have so many alarms go off at once."""
        for number in range(1, count + 1):
            self.system.put(alarm(number))

    def _tell_phone(self, entry: TimelineEntry) -> None:
        calls = reversed(self.system.connect.calls)
        call = next((one for one in calls if one.contact_id == entry.contact_id), None)
        language = call.attributes.get("language", "") if call else ""
        self.feed.say(
            "phone",
            at=round(entry.at, 2),
            call=entry.contact_id,
            number=entry.number,
            what=entry.type,
            text=entry.text,
            language=_BROWSERS_TAG.get(language, language),
        )

    def _look_later(self) -> None:
        self.roster.look()
        reports = self.system.roster_reports()
        for one in [*reports, *self.system.notifications()]:
            at = round(self.system.connect.now(), 2)
            self.feed.say("notification", at=at, subject=one.subject, message=one.message)
        for report in reports:
            self.roster.heard(report)
