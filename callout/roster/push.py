"""Saves a roster, never over what somebody else has saved meanwhile without saying so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from callout.errors import CommandError, reason
from callout.roster.parameter_store import ADVANCED, LIMITS, STANDARD
from callout.roster.roster_file import difference, draft, marked, write_text
from oncall.roster.defaults_and_limits import STANDARD_PARAMETER_BYTES
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.parser import size_of

if TYPE_CHECKING:
    from callout.roster.parameter_store import Store, Version


@dataclass(frozen=True)
class Plan:
    """What is to be saved over what.

    Attributes:
        before: the version that is saved now; None where there is none.
        body: the new text.
        tier: of the parameter afterwards.
        difference: unified; "" where the text is the same.
    """

    before: Version | None
    body: str
    tier: str
    difference: str

    @property
    def number(self) -> int:
        """Number of the version that is saved now; 0 where there is none."""
        return self.before.number if self.before else 0

    @property
    def settled(self) -> bool:
        """Whether it is saved and labelled already."""
        return self.before is not None and not self.difference and LAST_GOOD in self.before.labels


@dataclass(frozen=True)
class Outcome:
    """What became of it.

    Attributes:
        version: the number under which it is saved.
        overtaken: what somebody else saved at the same time; "" where nobody did.
        not_labelled: why the label was not moved; "" where it was.
    """

    version: int
    overtaken: str = ""
    not_labelled: str = ""


def limit_for(before: Version | None, *, advanced: bool) -> int:
    """Give how many bytes may be saved.

    Args:
        before: what is saved now. An advanced parameter stays one: SSM makes none standard.
        advanced: whether the parameter may become an advanced one.
    """
    if advanced:
        return LIMITS[ADVANCED]
    return LIMITS.get(before.tier, LIMITS[ADVANCED]) if before else LIMITS[STANDARD]


def prepare(store: Store, body: str, before: Version | None) -> Plan:
    """Say what saving a text would change."""
    tier = before.tier if before else STANDARD
    if size_of(body) > STANDARD_PARAMETER_BYTES:
        tier = ADVANCED
    old_name = f"{store.name} version {before.number}" if before else "nothing saved yet"
    return Plan(
        before, body, tier, difference(before.text if before else "", body, old_name, "new")
    )


def refuse_if_changed(store: Store, based_on: int, before: Version | None) -> None:
    """Refuse to save over another version than the one the text was made from.

    Args:
        store: the team's.
        based_on: that version; 0 for none.
        before: what is saved now.

    Raises:
        CommandError: somebody has saved meanwhile; says who, and what to do.
    """
    number = before.number if before else 0
    if number == based_on:
        return
    if before is None:
        raise CommandError(f"there is no roster {store.name}, so no version {based_on} of it")
    made_from = f"version {based_on}" if based_on else "nothing saved"
    raise CommandError(
        f"{store.name} has changed since {made_from}: {before.described}; pull it, make your"
        " change again and push that"
    )


def carry_out(store: Store, plan: Plan) -> Outcome:
    """Save and label.

    SSM cannot be asked to save only over a certain version. So what somebody saves at the same
    time is found out afterwards.

    Raises:
        CommandError: somebody saved while the difference was read; nothing was saved.
    """
    if (now := store.latest_number()) != plan.number:
        if not now:
            raise CommandError(f"{store.name} was deleted meanwhile, so nothing was saved")
        raise CommandError(
            f"version {now} of {store.name} was saved meanwhile, so nothing was saved: pull it,"
            " make your change again and push that"
        )
    if plan.difference or plan.before is None:
        number = store.save(plan.body, plan.before, plan.tier)
    else:
        number = plan.number
    return Outcome(
        number,
        overtaken(plan.number, number, store.latest_number()),
        _label(store, number),
    )


def overtaken(before: int, ours: int, latest: int) -> str:
    """Say what somebody else saved at the same time.

    Args:
        before: the version that was there before we saved.
        ours: the version that we saved; the same where there was nothing to save.
        latest: the version that is there now.
    """
    if latest > ours:
        return f"version {latest} was saved right after it and is what pages call by"
    if ours > before + 1:
        return f"version {ours - 1} was saved right before it, and is not in what you saved"
    return ""


def remark(file: str, text: str, team: str, version: int) -> None:
    """Write into a file that was pulled which version it is now, so it can be pushed again."""
    given = draft(text)
    if given.marked:
        write_text(file, marked(given.body, team, version))


def _label(store: Store, number: int) -> str:
    try:
        store.label(number)
    except (BotoCoreError, ClientError) as error:
        return reason(error)
    return ""
