"""What SNS is sent: as stories come to it, and as the roster's guard writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.mailbox import Notification
from local.reference.markdown import code
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.virtual.system import EPOCH, VirtualSystem
from oncall.roster.validation_report import Refused, deleted, problems_of, refused, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.scenarios.result import ScenarioResult
    from oncall.roster.validation_report import Report

#: The story that shows each kind, and which of its notifications does.
SHOWN = {
    "acknowledged": ("remind-forgotten", 0),
    "chinese": ("voicemail", 0),
    "reminder": ("remind-forgotten", 1),
    "unanswered": ("storm-nobody-there", 0),
    "failure": ("broken-roster", 0),
    "ended": ("fault-nobody-told", 0),
}
#: The roster that the guard refuses here.
REFUSED = "broken-roster"
#: How EventBridge's own messages are titled by SNS, which gives none its own (unverified).
UNTITLED = "AWS Notification Message"


def told() -> dict[str, ScenarioResult]:
    """Tell the stories that are shown: a few seconds."""
    with VirtualSystem() as system:
        names = sorted({name for name, _ in SHOWN.values()})
        return {
            name: system.run_scenario(read_scenario(SCENARIOS_DIR / f"{name}.yaml"))
            for name in names
        }


def sections(endings: Mapping[str, ScenarioResult]) -> dict[str, str]:
    """Give the sections of docs/notifications.md that show a message.

    Args:
        endings: what came of the stories that are shown, by name.
    """
    from_stories = {
        kind: _from(name, endings[name].notifications[place])
        for kind, (name, place) in SHOWN.items()
    }
    return from_stories | {"refused": _shown(_refused()), "deleted": _shown(_deleted())}


def _from(story: str, one: Notification) -> str:
    shown = _shown(Notification(one.subject or UNTITLED, one.message))
    return f"As in the story [{story}](../tests/scenarios/{story}.yaml):\n\n{shown}"


def _shown(one: Notification) -> str:
    return code(f"Subject: {one.subject}\n\n{one.message}")


def _refused() -> Notification:
    roster = read_scenario(SCENARIOS_DIR / f"{REFUSED}.yaml").roster_text
    what = Refused(
        parameter="/callout/rosters/default",
        team="default",
        version=7,
        problems=problems_of(roster),
        saved_at=written(EPOCH),
        saved_by="arn:aws:iam::123456789012:user/ana",
    )
    return _notification(refused(what, last_good=6, copy=0, again=False))


def _deleted() -> Notification:
    table = "Callout-EscalationIncidentTable"
    return _notification(
        deleted("/callout/rosters/default", "default", copy=6, table=table, again=False)
    )


def _notification(report: Report) -> Notification:
    return Notification(report.subject, report.text)
