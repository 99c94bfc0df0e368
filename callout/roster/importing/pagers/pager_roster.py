"""Turn an account of another pager into rosters, and report what differs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callout.roster.importing.pagers.pager_comparison import Difference, find_differences
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
    Shift,
    hours_of,
    minutes_of,
)
from callout.roster.importing.pagers.pager_rotations import Part, layer_parts
from callout.roster.importing.roster_writer import TIME, scalar
from callout.roster.parameter_store import LIMITS, STANDARD
from callout.roster.roster_file import validate
from oncall.roster.daylight_saving import first_moment, wall_clock
from oncall.roster.defaults_and_limits import DEFAULT_TIMEZONE, MAX_NAME_LENGTH, ROUNDS
from oncall.roster.parsing.contacts import KEYS as CONTACT
from oncall.roster.parsing.rotations import UNITS
from oncall.roster.shifts import list_shifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oncall.roster.hours import Hours
    from oncall.roster.model import Roster

#: How far into the future a roster is compared with the rotations of the dump.
SELF_CHECK = timedelta(weeks=26)
# Takes the place of missing numbers while a roster is compared; never written.
_PLACEHOLDER = "+14155550100"


@dataclass(frozen=True)
class ImportedRoster:
    """A roster to write, and the report about it."""

    name: str
    text: str
    notes: tuple[Note, ...]
    valid: bool  # whether `callout roster check` accepts it


@dataclass(frozen=True)
class _Rotation:
    name: str
    members: tuple[str, ...]  # IDs
    starts: datetime
    every: timedelta
    timezone: str
    hours: tuple[Hours, ...]
    place: int  # of several people who are on call together, from 0


@dataclass
class _Draft:
    """A roster in the making: names of people by ID, its rotations, and what it replaces when."""

    account: Account
    now: datetime
    timezone: str
    names: dict[str, str] = field(default_factory=dict)
    rotations: list[_Rotation] = field(default_factory=list)
    escalation: list[str] = field(default_factory=list)
    overrides: list[tuple[datetime, datetime, str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def unique(self, name: str, where: str) -> str:
        """Return a name that the roster accepts and that nothing else has."""
        plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
        plain = plain[:MAX_NAME_LENGTH].strip() or "unnamed"
        found, number = plain, 1
        while "".join(found.casefold().split()) in self.taken:
            number += 1
            found = f"{plain[: MAX_NAME_LENGTH - 4]} {number}"
        self.taken.add("".join(found.casefold().split()))
        if found != name:
            self.notes.append(Note(APPROXIMATED, found, where, "renamed: too long or not unique"))
        return found


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
    draft = _Draft(account, now, zones.most_common(1)[0][0] if zones else DEFAULT_TIMEZONE)
    draft.notes += policy.notes
    units: list[tuple[Schedule, list[str]]] = []
    rotations: dict[str, list[str]] = {}
    for key, found in schedules.items():
        for schedule in found:
            translated = _translate(schedule, draft)
            _add_overrides(schedule, translated, draft)
            units.append((schedule, [rotation.name for rotation in translated]))
            rotations.setdefault(key, []).extend(units[-1][1])
    for step in policy.steps:
        if step in rotations:
            draft.escalation += rotations[step]
        elif step in account.people and account.people[step].phones:
            draft.escalation.append(_contact(step, draft))
        elif step in account.people:
            person = account.people[step]
            draft.notes += person.notes
            why = "has no phone number; left out of the escalation"
            draft.notes.append(Note(DROPPED, person.name, person.where, why))
    _add_forwards(draft)
    if not draft.escalation:
        why = "calls nobody whom a roster can call; no roster is written"
        notes = [*draft.notes, Note(DROPPED, policy.name, policy.where, why)]
        return ImportedRoster(name, "", tuple(dict.fromkeys(notes)), valid=False)
    rounds = _rounds(policy, draft)
    text = _render(policy, draft, rounds)
    complete = _render(policy, draft, rounds, _PLACEHOLDER)
    roster = validate(complete, LIMITS[STANDARD] * 4).roster
    if roster:
        for schedule, names in units:
            draft.notes += _compare(schedule, names, roster, draft)
    result = validate(text, LIMITS[STANDARD])
    draft.notes += [
        Note(INVALID, "the roster", policy.name, str(problem)) for problem in result.problems
    ]
    why = f"{len(draft.escalation)} entries, {rounds or ROUNDS.default} rounds"
    draft.notes.append(Note(TRANSLATED, policy.name, policy.where, why))
    return ImportedRoster(name, text, tuple(dict.fromkeys(draft.notes)), not result.problems)


def _best_reading(schedule: Schedule, account: Account, now: datetime) -> Schedule:
    """Return the reading that fits the computed shifts best, with a note about what is assumed."""
    since, until = schedule.period or (now, now)

    def wrong(reading: Schedule) -> timedelta:
        shifts = reading.shifts(since, until, account.forwards)
        found = find_differences(schedule.computed or (), shifts, since, until)
        return sum((period.until - period.starts for period in found), timedelta())

    def note(why: str) -> Note:
        return Note(APPROXIMATED, schedule.name, schedule.where, why)

    readings = [("", schedule), *schedule.alternatives]
    errors = [wrong(reading) for _, reading in readings]
    why, best = readings[errors.index(min(errors))]
    notes = [note(f"{why}: this fits its computed shifts best")] if why else []
    future = best.shifts(now, now + SELF_CHECK, ())
    notes += [
        note(f"could also mean that {other}: dump (more) computed shifts to decide this")
        for (other, reading), error in zip(readings, errors, strict=True)
        if other
        and other != why
        and error == min(errors)
        and find_differences(
            future, reading.shifts(now, now + SELF_CHECK, ()), now, now + SELF_CHECK
        )
    ]
    return replace(best, notes=(*schedule.notes, *notes))


def _translate(schedule: Schedule, draft: _Draft) -> list[_Rotation]:
    """Add the rotations that a schedule needs, and return them."""
    hidden: frozenset[int] = frozenset()
    found: list[tuple[Layer, list[Part]]] = []
    draft.notes += schedule.notes
    for level in sorted({layer.level for layer in schedule.layers}, reverse=True):
        covered: frozenset[int] = frozenset()
        for layer in (layer for layer in schedule.layers if layer.level == level):

            def note(kind: str, why: str, layer: Layer = layer) -> None:
                draft.notes.append(
                    Note(kind, f"{schedule.name}: {layer.name}", schedule.where, why)
                )

            parts = layer_parts(layer, minutes_of(layer.hours) - hidden, note, draft.now)
            covered = covered.union(*(part.minutes for part in parts))
            found += [(layer, parts)] if parts else []
        hidden |= covered
    added: list[_Rotation] = []
    for layer, parts in found:
        name = f"{schedule.name} {layer.name}" if len(found) > 1 else schedule.name
        for part in parts:
            hours = hours_of(part.minutes)
            label = name
            if len(parts) > 1:
                suffix = ", ".join(map(str, hours)) if part.slot else part.place + 1
                label = f"{name} {suffix}"
            if len(label) > MAX_NAME_LENGTH:
                label = f"{name[: MAX_NAME_LENGTH - 4]} {len(added) + 1}"
            label = draft.unique(label, schedule.where)
            added.append(
                _Rotation(
                    label, part.members, part.starts, part.every, layer.timezone, hours, part.place
                )
            )
    if added:
        names = ", ".join(rotation.name for rotation in added)
        note_ = Note(TRANSLATED, schedule.name, schedule.where, f"rotation {names}")
        draft.notes.append(note_)
    draft.rotations += added
    return added


def _contact(key: str, draft: _Draft) -> str:
    """Return the name of a person on the roster; add the contact."""
    person = draft.account.people[key]
    if key not in draft.names:
        draft.names[key] = draft.unique(person.name, person.where)
        draft.notes += person.notes
        if not person.phones:
            why = "has no phone number, and stays on the roster so that nobody else takes the turn"
            draft.notes.append(Note(APPROXIMATED, person.name, person.where, why))
    return draft.names[key]


def _add_overrides(schedule: Schedule, rotations: Sequence[_Rotation], draft: _Draft) -> None:
    people = draft.account.people
    for rotation in rotations:
        for member in rotation.members:
            _contact(member, draft)
    places = 1 + max((rotation.place for rotation in rotations), default=0)
    for override in _separate(schedule, draft):
        if len(override.people) > places:
            extra = ", ".join(people[key].name for key in override.people[places:])
            why = f"an override puts several people on call; {extra} left out"
            draft.notes.append(Note(DROPPED, schedule.name, override.where, why))
        for rotation in rotations:
            key = override.people[min(rotation.place, len(override.people) - 1)]
            _add_override(draft, override, rotation.name, _contact(key, draft))


def _separate(schedule: Schedule, draft: _Draft) -> list[Replacement]:
    """Return the overrides that a roster can have: none in the past, to nobody, or overlapping."""
    first = min([draft.now, *(schedule.period or ())])
    past = sum(override.until <= first for override in schedule.overrides)
    if past:
        why = f"past overrides: {past}"
        draft.notes.append(Note(DROPPED, schedule.name, schedule.where, why))
    kept: list[Replacement] = []
    for override in schedule.overrides:
        if override.until <= first:
            continue
        at = f"{override.starts:%Y-%m-%dT%H:%MZ}"
        if not override.people:
            why = f"the override at {at} puts nobody on call"
            draft.notes.append(Note(DROPPED, schedule.name, override.where, why))
        elif any(o.starts < override.until and override.starts < o.until for o in kept):
            why = f"overrides overlap at {at}; the later one in the dump counts"
            draft.notes.append(Note(APPROXIMATED, schedule.name, override.where, why))
        kept = [
            part
            for other in kept
            for part in (
                replace(other, until=min(other.until, override.starts)),
                replace(other, starts=max(other.starts, override.until)),
            )
            if part.starts < part.until
        ] + [override]
    return [override for override in kept if override.people]


def _add_forwards(draft: _Draft) -> None:
    for forward in draft.account.forwards:
        if forward.person in draft.names and forward.until > draft.now:
            name = draft.names[forward.person]
            substitute = _contact(forward.substitute, draft)
            _add_override(draft, forward, name, substitute)


def _add_override(
    draft: _Draft, period: Replacement | Forward, replaced: str, substitute: str
) -> None:
    zone = ZoneInfo(draft.timezone)
    starts, until = (
        wall_clock(zone, at).replace(second=0, microsecond=0)
        for at in (period.starts, period.until)
    )
    if (first_moment(starts, zone), first_moment(until, zone)) != (period.starts, period.until):
        why = "an override starts or ends at another minute: see the clock change or its seconds"
        draft.notes.append(Note(APPROXIMATED, replaced, period.where, why))
    if starts < until:
        draft.overrides.append((starts, until, replaced, substitute))
        why = f"override with {substitute} from {starts:{TIME}} to {until:{TIME}}"
        draft.notes.append(Note(TRANSLATED, replaced, period.where, why))


def _rounds(policy: Policy, draft: _Draft) -> int | None:
    """Return the rounds of a policy, as many as a roster may have; None for the default."""
    wanted = policy.rounds or ROUNDS.default
    rounds = min(max(wanted, ROUNDS.minimum), ROUNDS.maximum)
    while rounds > 1:
        text = _render(policy, draft, rounds, _PLACEHOLDER)
        if all(problem.field != "rounds" for problem in validate(text, len(text) * 4).problems):
            break
        rounds -= 1
    if rounds != wanted:
        why = f"{wanted} rounds become {rounds}, because of the limits of a roster"
        draft.notes.append(Note(APPROXIMATED, policy.name, policy.where, why))
    return rounds if policy.rounds or rounds != wanted else None


def _render(policy: Policy, draft: _Draft, rounds: int | None, placeholder: str = "") -> str:
    """Return the roster as YAML; `placeholder` is a number for contacts without one."""
    source = f"{draft.account.product}, {policy.name}"
    printable = "".join(c if c.isprintable() else " " for c in source)
    lines = [
        f"# Imported from {printable}. Complete it, then run callout roster check.",
        f"timezone: {draft.timezone}",
        "contacts:",
    ]
    for key, name in draft.names.items():
        phones = draft.account.people[key].phones or [
            placeholder or f'""  # like {CONTACT["phone"]}'
        ]
        value = phones[0] if len(phones) == 1 else f"[{', '.join(phones)}]"
        lines += [f"  - name: {scalar(name)}", f"    phone: {value}"]
    lines.append(f"escalation: [{', '.join(map(scalar, draft.escalation))}]")
    if rounds:
        lines.append(f"rounds: {rounds}")
    if draft.rotations:
        lines.append("rotations:")
    for rotation in draft.rotations:
        members = ", ".join(scalar(draft.names[key]) for key in rotation.members)
        lines += [
            f"  - name: {scalar(rotation.name)}",
            f"    members: [{members}]",
            f"    starts: {rotation.starts:{TIME}}",
            f"    every: {_every(rotation.every)}",
        ]
        if rotation.hours:
            lines.append(f"    hours: [{', '.join(map(str, rotation.hours))}]")
        if rotation.timezone != draft.timezone:
            lines.append(f"    timezone: {rotation.timezone}")
    if draft.overrides:
        lines.append("overrides:")
    lines += [
        f"  - {{from: {starts:{TIME}}, until: {until:{TIME}}, replace: {scalar(replaced)},"
        f" with: {scalar(substitute)}}}"
        for starts, until, replaced, substitute in draft.overrides
    ]
    return "\n".join(lines) + "\n"


def _every(every: timedelta) -> str:
    unit = next(unit for unit in ("w", "d", "h") if every % UNITS[unit] == timedelta())
    return f"{every // UNITS[unit]}{unit}"


def _compare(
    schedule: Schedule, names: Sequence[str], roster: Roster, draft: _Draft
) -> Iterable[Note]:
    """Return the differences of a schedule's rotations from the computed shifts, and its layers."""
    zone = ZoneInfo(draft.timezone)

    def difference(period: Difference, source: str, more: str = "") -> Note:
        expected, called = (", ".join(n) or "nobody" for n in (period.expected, period.actual))
        times = " to ".join(f"{at.astimezone(zone):%Y-%m-%dT%H:%M%z}" for at in period[:2])
        why = f"{times}: {expected} by its {source}, {called} by the roster{more}"
        return Note(DIFFERENT, schedule.name, schedule.where, why)

    if schedule.computed is not None and schedule.period and (names or schedule.computed):
        since, until = schedule.period
        actual = _roster_shifts(roster, names, since, until)
        computed = _named(schedule.computed, draft)
        found = find_differences(computed, actual, since, until)
        yield from (difference(period, "computed shifts") for period in found)
        if not found:
            why = f"equals the shifts computed for {since:%Y-%m-%d} to {until:%Y-%m-%d}"
            yield Note(TRANSLATED, schedule.name, schedule.where, why)
    since, until = draft.now, draft.now + SELF_CHECK
    layers = _named(schedule.shifts(since, until, draft.account.forwards), draft)
    actual = _roster_shifts(roster, names, since, until)
    alike: dict[tuple[tuple[str, ...], ...], list[Difference]] = {}
    for period in find_differences(layers, actual, since, until):
        alike.setdefault((period.expected, period.actual), []).append(period)
    for first, *others in alike.values():
        more = f", and {len(others)} more times in {SELF_CHECK.days} days" if others else ""
        yield difference(first, "layers", more)


def _named(shifts: Iterable[Shift], draft: _Draft) -> list[Shift]:
    return [
        shift._replace(
            person=draft.names.get(shift.person)
            or f"{draft.account.people[shift.person].name} (not on the roster)"
        )
        for shift in shifts
    ]


def _roster_shifts(
    roster: Roster, names: Sequence[str], since: datetime, until: datetime
) -> list[Shift]:
    rotations = [rotation for rotation in roster.rotations if rotation.name in names]
    return [
        Shift(shift.starts, shift.until, shift.person)
        for rotation in rotations
        for shift in list_shifts(roster, rotation, since.astimezone(UTC), until.astimezone(UTC))
    ]
