"""Save a roster, and refuse if another version was saved in the meantime."""

from dataclasses import dataclass

from adapters.aws_clients import AWS_ERRORS
from callout.errors import CommandError, describe_error
from callout.roster.parameter_store import ADVANCED, LIMITS, STANDARD, RosterStore, Version
from callout.roster.roster_file import (
    parse_roster_file,
    unified_diff,
    with_version_header,
    write_text,
)
from oncall.roster.defaults_and_limits import STANDARD_PARAMETER_BYTES
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.parser import size_of

_PULL_AGAIN = "pull it, repeat your change and push that"


@dataclass(frozen=True)
class PushPlan:
    """A text to save, and the version that it replaces."""

    before: Version | None  # the latest saved version; None if there is none
    body: str
    tier: str  # the parameter's tier afterwards
    diff: str  # unified; "" if the text is the same

    @property
    def number(self) -> int:
        """Number of the latest saved version; 0 if there is none."""
        return self.before.number if self.before else 0

    @property
    def up_to_date(self) -> bool:
        """Whether the text is already saved and labelled."""
        return self.before is not None and not self.diff and LAST_GOOD in self.before.labels


@dataclass(frozen=True)
class PushResult:
    """The result of saving a roster."""

    version: int  # the number of the saved version
    conflict: str = ""  # another version that was saved at the same time; "" if there is none
    label_error: str = ""  # why the label was not set; "" if it was


def size_limit(before: Version | None, *, advanced: bool) -> int:
    """Return how many bytes may be saved; SSM converts no advanced parameter to a standard one."""
    if advanced:
        return LIMITS[ADVANCED]
    return LIMITS.get(before.tier, LIMITS[ADVANCED]) if before else LIMITS[STANDARD]


def plan_push(store: RosterStore, body: str, before: Version | None) -> PushPlan:
    """Return what saving a text would change."""
    tier = before.tier if before else STANDARD
    if size_of(body) > STANDARD_PARAMETER_BYTES:
        tier = ADVANCED
    old_name = f"{store.name} version {before.number}" if before else "nothing saved yet"
    return PushPlan(
        before, body, tier, unified_diff(before.text if before else "", body, old_name, "new")
    )


def refuse_if_changed(store: RosterStore, based_on: int, before: Version | None) -> None:
    """Raise CommandError unless a text is based on the latest version (0: on none)."""
    number = before.number if before else 0
    if number == based_on:
        return
    if before is None:
        raise CommandError(
            f"there is no version {based_on}: {store.name} does not exist; to create it, omit"
            " --if-version and remove the version header from the file"
        )
    changed = f"has changed since version {based_on}" if based_on else "already exists"
    raise CommandError(f"{store.name} {changed}: {before.description}; {_PULL_AGAIN}")


def apply(store: RosterStore, plan: PushPlan) -> PushResult:
    """Save and label the text; raise CommandError if there is another version since the plan.

    SSM has no conditional write, so a version saved at the same time is detected afterwards.
    """
    if (now := store.latest_number()) != plan.number:
        if not now:
            raise CommandError(
                f"not saved: {store.name} was deleted in the meantime; push again to recreate it"
            )
        raise CommandError(
            f"not saved: version {now} of {store.name} was saved in the meantime: {_PULL_AGAIN}"
        )
    if plan.diff or plan.before is None:
        number = store.save(plan.body, plan.before, plan.tier)
    else:
        number = plan.number
    return PushResult(
        number,
        conflicting_version(plan.number, number, store.latest_number()),
        _set_label(store, number),
    )


def conflicting_version(before: int, saved: int, latest: int) -> str:
    """Describe a version that was saved at the same time; return "" if there is none."""
    if latest > saved:
        return f"version {latest} was saved right after it, and pages use that"
    if saved > before + 1:
        return f"version {saved - 1} was saved right before it, and your version lacks its changes"
    return ""


def update_version_header(file: str, text: str, team: str, version: int) -> None:
    """Update the version header of a pulled file, so that it can be pushed again."""
    roster_file = parse_roster_file(text)
    if roster_file.has_version_header:
        write_text(file, with_version_header(roster_file.body, team, version))


def _set_label(store: RosterStore, number: int) -> str:
    try:
        store.label(number)
    except AWS_ERRORS as error:
        return describe_error(error)
    return ""
