"""Turn an account of another pager into rosters, and report what differs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DIFFERENT,
    DROPPED,
    INVALID,
    TRANSLATED,
    Account,
    Forward,
    Layer,
    Note,
    Policy,
    Replacement,
    Schedule,
)
from callout.roster.importing.pagers.pager_rotations import Part, layer_parts
from callout.roster.importing.roster_writer import (
    PLACEHOLDER,
    TIME,
    ImportedContact,
    ImportedRotation,
    ImportedSchedule,
    printable,
    write_roster,
)
from callout.roster.importing.schedule_comparison import (
    Difference,
    Shift,
    find_differences,
    roster_shifts,
    subtract,
)
from callout.roster.importing.weekly_hours import hours_of, minutes_of
from callout.roster.parameter_store import LIMITS, STANDARD
from callout.roster.roster_file import validate
from oncall.roster.daylight_saving import first_moment, wall_clock
from oncall.roster.defaults_and_limits import DEFAULT_TIMEZONE, MAX_NAME_LENGTH, ROUNDS
from oncall.roster.model import Override

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oncall.roster.model import Roster

#: How far into the future a roster is compared with the rotations of the dump.
SELF_CHECK = timedelta(weeks=26)


class ImportedRoster(NamedTuple):
    """A roster to write, and the report about it."""

    name: str
    text: str
    notes: tuple[Note, ...]
    valid: bool  # whether `callout roster check` accepts it


@dataclass
class _Draft:
    """A roster in the making: names of people by ID, its rotations, and what it replaces when."""

    account: Account
    policy: Policy
    now: datetime
    timezone: str
    names: dict[str, str] = field(default_factory=dict)
    rotations: dict[str, ImportedRotation] = field(default_factory=dict)
    escalation: list[str] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def unique(self, name: str, where: str) -> str:
        """Return a name that the roster accepts and that nothing else has."""
        plain = " ".join(printable(name).split())[:MAX_NAME_LENGTH].strip() or "unnamed"
        found, number = plain, 1
        while "".join(found.casefold().split()) in self.taken:
            number += 1
            found = f"{plain[: MAX_NAME_LENGTH - 4]} {number}"
        self.taken.add("".join(found.casefold().split()))
        if found != name:
            self.notes.append(Note(APPROXIMATED, found, where, "renamed: too long or not unique"))
        return found

    def contact(self, key: str) -> str:
        """Return the name of a person on the roster; add the contact."""
        person = self.account.people[key]
        if key not in self.names:
            self.names[key] = self.unique(person.name, person.where)
            self.notes += person.notes
            if not person.phones:
                why = "has no phone number, and keeps the turn, so that nobody else gets it"
                self.notes.append(Note(APPROXIMATED, person.name, person.where, why))
        return self.names[key]

    def render(self, rounds: int | None, placeholder: str = "") -> str:
        """Return the roster as YAML; `placeholder` is a number for contacts without one."""
        extra = [placeholder] if placeholder else []
        contacts = [
            ImportedContact(name, self.account.people[key].phones or extra)
            for key, name in self.names.items()
        ]
        schedule = ImportedSchedule(
            self.timezone, self.rotations, tuple(self.escalation), tuple(self.overrides), rounds
        )
        return write_roster([f"{self.account.product}, {self.policy.name}"], contacts, schedule)


def policies_of(account: Account) -> list[Policy]:
    """Return the escalation policies; one for each schedule if the dump has none."""
    why = "the dump has no escalation policy; the roster calls this schedule only"
    return account.policies or [
        Policy(name, where, (key,), notes=(Note(APPROXIMATED, name, where, why),))
        for key, schedules in account.schedules.items()
        for name, where in [(schedules[0].name, schedules[0].where) if schedules else (key, key)]
    ]


def build_rosters(account: Account, now: datetime, names: Sequence[str]) -> list[ImportedRoster]:
    """Return the rosters of some policies, or of all if no names are given."""
    now = now.replace(second=0, microsecond=0)
    wanted = [policy for policy in policies_of(account) if not names or policy.name in names]
    labels = [policy.team or policy.name for policy in wanted]
    for ambiguous in ("name", "where"):
        counts = Counter(map(_file_name, labels))
        labels = [
            getattr(policy, ambiguous) if counts[_file_name(label)] > 1 else label
            for policy, label in zip(wanted, labels, strict=True)
        ]
    return [
        _build(account, policy, now, _file_name(label))
        for policy, label in zip(wanted, labels, strict=True)
    ]


def _file_name(label: str) -> str:
    """Return a team name: letters, digits, hyphens and underscores."""
    plain = re.sub(r"[^a-z0-9_]+", "-", label.casefold()).strip("-")
    return plain[:MAX_NAME_LENGTH] or "team"


def _build(account: Account, policy: Policy, now: datetime, name: str) -> ImportedRoster:
    schedules = {
        key: [_best_reading(schedule, account, now) for schedule in account.schedules[key]]
        for key in dict.fromkeys(policy.steps)
        if key in account.schedules
    }
    used = [schedule for found in schedules.values() for schedule in found]
    zones = Counter(layer.timezone for schedule in used for layer in schedule.layers)
    zone = zones.most_common(1)[0][0] if zones else DEFAULT_TIMEZONE
    draft = _Draft(account, policy, now, zone, notes=[*policy.notes])
    units = {
        key: [(schedule, _translate(schedule, draft)) for schedule in found]
        for key, found in schedules.items()
    }
    for step in policy.steps:
        person = account.people.get(step)
        if step in units:
            draft.escalation += [name for _, names in units[step] for name in names]
        elif person and person.phones:
            draft.escalation.append(draft.contact(step))
        elif person:
            why = "has no phone number; left out of the escalation"
            draft.notes += [*person.notes, Note(DROPPED, person.name, person.where, why)]
    for forward in account.forwards:
        if forward.person in draft.names and forward.until > now:
            substitute = draft.contact(forward.substitute)
            _add_override(draft, forward, draft.names[forward.person], substitute)
    if not draft.escalation:
        why = "calls nobody whom a roster can call; no roster is written"
        notes = [*draft.notes, Note(DROPPED, policy.name, policy.where, why)]
        return ImportedRoster(name, "", tuple(dict.fromkeys(notes)), valid=False)
    rounds = _rounds(draft)
    text = draft.render(rounds)
    if roster := validate(draft.render(rounds, PLACEHOLDER), LIMITS[STANDARD] * 4).roster:
        for schedule, names in (unit for found in units.values() for unit in found):
            draft.notes += _compare(schedule, names, roster, draft)
    problems = validate(text, LIMITS[STANDARD]).problems
    draft.notes += [Note(INVALID, "the roster", policy.name, str(found)) for found in problems]
    why = f"{len(draft.escalation)} entries, {rounds or ROUNDS.default} rounds"
    draft.notes.append(Note(TRANSLATED, policy.name, policy.where, why))
    return ImportedRoster(name, text, tuple(dict.fromkeys(draft.notes)), not problems)


def _best_reading(schedule: Schedule, account: Account, now: datetime) -> Schedule:
    """Return the reading that fits the computed shifts best, with a note about what is assumed."""
    since, until = schedule.period or (now, now)

    def wrong(reading: Schedule) -> timedelta:
        shifts = reading.shifts(since, until, account.forwards)
        found = find_differences(schedule.computed, shifts, since, until)
        return sum((period.until - period.starts for period in found), timedelta())

    def note(why: str) -> Note:
        return Note(APPROXIMATED, schedule.name, schedule.where, why)

    readings = [("", schedule), *schedule.alternatives]
    errors = [wrong(reading) for _, reading in readings]
    why, best = readings[errors.index(min(errors))]
    notes = [note(f"{why}: this fits its computed shifts best")] if why else []
    end = now + SELF_CHECK
    future = best.shifts(now, end, ())
    notes += [
        note(f"could also mean that {other}: dump (more) computed shifts to decide this")
        for (other, reading), error in zip(readings, errors, strict=True)
        if other not in ("", why) and error == min(errors)
        if find_differences(future, reading.shifts(now, end, ()), now, end)
    ]
    return replace(best, notes=(*schedule.notes, *notes))


def _translate(schedule: Schedule, draft: _Draft) -> list[str]:
    """Add the rotations and overrides of a schedule; return the names of the rotations."""
    hidden: frozenset[int] = frozenset()
    found: list[tuple[Layer, list[Part]]] = []
    draft.notes += schedule.notes
    for level in sorted({layer.level for layer in schedule.layers}, reverse=True):
        covered: frozenset[int] = frozenset()
        for layer in (layer for layer in schedule.layers if layer.level == level):

            def note(kind: str, why: str, layer: Layer = layer) -> None:
                what = f"{schedule.name}: {layer.name}"
                draft.notes.append(Note(kind, what, schedule.where, why))

            parts = layer_parts(layer, minutes_of(layer.hours) - hidden, note, draft.now)
            covered = covered.union(*(part.minutes for part in parts))
            found += [(layer, parts)] if parts else []
        hidden |= covered
    added: dict[str, tuple[Layer, Part]] = {}
    for layer, parts in found:
        name = f"{schedule.name} {layer.name}" if len(found) > 1 else schedule.name
        for part in parts:
            label = name
            if len(parts) > 1:
                slot = ", ".join(map(str, hours_of(part.minutes)))
                label = f"{name} {slot if part.slot else part.place + 1}"
            if len(label) > MAX_NAME_LENGTH:
                label = f"{name[: MAX_NAME_LENGTH - 4]} {len(added) + 1}"
            added[draft.unique(label, schedule.where)] = layer, part
    if added:
        why = f"rotation {', '.join(added)}"
        draft.notes.append(Note(TRANSLATED, schedule.name, schedule.where, why))
    for name, (layer, part) in added.items():
        members = tuple(map(draft.contact, part.members))
        hours = hours_of(part.minutes)
        draft.rotations[name] = ImportedRotation(
            members, part.starts, part.every, layer.timezone, hours
        )
    _add_overrides(schedule, {name: part.place for name, (_, part) in added.items()}, draft)
    return [*added]


def _add_overrides(schedule: Schedule, places: dict[str, int], draft: _Draft) -> None:
    """Add the overrides of a schedule for its rotations, of which each has a place."""
    most = 1 + max(places.values(), default=0)
    for override in _separate(schedule, draft):
        if len(override.people) > most:
            extra = ", ".join(draft.account.people[key].name for key in override.people[most:])
            why = f"an override puts several people on call; {extra} left out"
            draft.notes.append(Note(DROPPED, schedule.name, override.where, why))
        for name, place in places.items():
            key = override.people[min(place, len(override.people) - 1)]
            _add_override(draft, override, name, draft.contact(key))


def _separate(schedule: Schedule, draft: _Draft) -> list[Replacement]:
    """Return the overrides that a roster can have: none in the past, to nobody, or overlapping."""
    first = min([draft.now, *(schedule.period or ())])
    coming = [override for override in schedule.overrides if override.until > first]
    if past := len(schedule.overrides) - len(coming):
        why = f"past overrides: {past}"
        draft.notes.append(Note(DROPPED, schedule.name, schedule.where, why))
    kept: list[Replacement] = []
    for override in coming:
        at = f"{override.starts:%Y-%m-%dT%H:%MZ}"
        if not override.people:
            why = f"the override at {at} puts nobody on call"
            draft.notes.append(Note(DROPPED, schedule.name, override.where, why))
        elif any(o.starts < override.until and override.starts < o.until for o in kept):
            why = f"overrides overlap at {at}; the later one in the dump counts"
            draft.notes.append(Note(APPROXIMATED, schedule.name, override.where, why))
        kept = [
            Replacement(*period, *other[2:])
            for other in kept
            for period in subtract(other[:2], [override[:2]])
        ] + [override]
    return [override for override in kept if override.people]


def _add_override(
    draft: _Draft, period: Replacement | Forward, replaced: str, substitute: str
) -> None:
    zone = ZoneInfo(draft.timezone)
    starts, until = (wall_clock(zone, at).replace(second=0, microsecond=0) for at in period[:2])
    if (first_moment(starts, zone), first_moment(until, zone)) != period[:2]:
        why = "an override starts or ends at another minute: see the clock change or its seconds"
        draft.notes.append(Note(APPROXIMATED, replaced, period.where, why))
    if starts < until:
        draft.overrides.append(Override(starts, until, replaced, substitute))
        why = f"override with {substitute} from {starts:{TIME}} to {until:{TIME}}"
        draft.notes.append(Note(TRANSLATED, replaced, period.where, why))


def _rounds(draft: _Draft) -> int | None:
    """Return the rounds of a policy, as many as a roster may have; None for the default."""
    wanted = draft.policy.rounds or ROUNDS.default
    rounds = min(max(wanted, ROUNDS.minimum), ROUNDS.maximum)
    while rounds > 1:
        text = draft.render(rounds, PLACEHOLDER)
        if all(problem.field != "rounds" for problem in validate(text, len(text) * 4).problems):
            break
        rounds -= 1
    if rounds != wanted:
        why = f"{wanted} rounds become {rounds}, because of the limits of a roster"
        draft.notes.append(Note(APPROXIMATED, draft.policy.name, draft.policy.where, why))
    return rounds if draft.policy.rounds or rounds != wanted else None


def _compare(
    schedule: Schedule, names: Sequence[str], roster: Roster, draft: _Draft
) -> Iterable[Note]:
    """Return the differences of a schedule's rotations from the computed shifts, and its layers."""
    zone = ZoneInfo(draft.timezone)

    def difference(period: Difference, source: str, more: str = "") -> Note:
        expected, called = (", ".join(people) or "nobody" for people in period[2:])
        times = " to ".join(f"{at.astimezone(zone):%Y-%m-%dT%H:%M%z}" for at in period[:2])
        why = f"{times}: {expected} by its {source}, {called} by the roster{more}"
        return Note(DIFFERENT, schedule.name, schedule.where, why)

    def differences(shifts: Iterable[Shift], since: datetime, until: datetime) -> list[Difference]:
        expected = [
            shift._replace(
                person=draft.names.get(shift.person)
                or f"{draft.account.people[shift.person].name} (not on the roster)"
            )
            for shift in shifts
        ]
        return find_differences(expected, roster_shifts(roster, names, since, until), since, until)

    if schedule.period and (names or schedule.computed):
        since, until = schedule.period
        found = differences(schedule.computed, since, until)
        yield from (difference(period, "computed shifts") for period in found)
        if not found:
            why = f"equals the shifts computed for {since:%Y-%m-%d} to {until:%Y-%m-%d}"
            yield Note(TRANSLATED, schedule.name, schedule.where, why)
    since, until = draft.now, draft.now + SELF_CHECK
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Difference]] = {}
    layers = schedule.shifts(since, until, draft.account.forwards)
    for period in differences(layers, since, until):
        alike.setdefault(period[2:], []).append(period)
    for first, *others in alike.values():
        more = f", and {len(others)} more times in {SELF_CHECK.days} days" if others else ""
        yield difference(first, "layers", more)
