"""Turn an account of another pager into rosters, and report what differs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
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
    Person,
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
from oncall.roster.defaults_and_limits import (
    DEFAULT_TIMEZONE,
    MAX_CALLS_PER_PLAN,
    MAX_NAME_LENGTH,
    ROUNDS,
)
from oncall.roster.model import Override, Roster
from oncall.roster.schedule import max_calls

#: How far into the future a roster is compared with the rotations of the dump.
SELF_CHECK = timedelta(weeks=26)
Differences = list[Difference]


class ImportedRoster(NamedTuple):
    """A roster to write, and the report about it."""

    name: str
    text: str  # "" if nobody would be called
    notes: tuple[Note, ...]
    valid: bool  # whether `callout roster check` accepts it


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
    wanted = [policy for policy in policies_of(account) if not names or policy.name in names]
    teams = Counter(policy.team for policy in wanted)
    files: dict[str, Policy] = {}
    for policy in wanted:
        name = _file_name((teams[policy.team] == 1 and policy.team) or policy.name)
        files[f"{name}-{len(files) + 1}" if name in files else name] = policy
    minute = now.replace(second=0, microsecond=0)
    return [_Draft(account, policy, minute).build(name) for name, policy in files.items()]


def _file_name(label: str) -> str:
    """Return a team name: letters, digits, hyphens and underscores."""
    plain = re.sub(r"[^a-z0-9_]+", "-", label.casefold()).strip("-")
    return plain[: MAX_NAME_LENGTH - 4] or "team"


@dataclass
class _Draft:
    """A roster in the making: names of people by ID, its rotations, and what it replaces when."""

    account: Account
    policy: Policy
    now: datetime
    timezone: str = DEFAULT_TIMEZONE
    names: dict[str, str] = field(default_factory=dict)
    rotations: dict[str, ImportedRotation] = field(default_factory=dict)
    escalation: list[str] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def build(self, name: str) -> ImportedRoster:
        """Return the roster and its report; `name` is that of the file."""
        account, policy = self.account, self.policy
        self.notes += policy.notes
        used = {
            key: [_best_reading(schedule, account, self.now) for schedule in account.schedules[key]]
            for key in dict.fromkeys(policy.steps)
            if key in account.schedules
        }
        schedules = [schedule for found in used.values() for schedule in found]
        zones = Counter(layer.timezone for schedule in schedules for layer in schedule.layers)
        self.timezone = next((zone for zone, _ in zones.most_common(1)), DEFAULT_TIMEZONE)
        names = [self._translate(schedule) for schedule in schedules]
        by_key = iter(names)
        entries = {key: [n for _ in found for n in next(by_key)] for key, found in used.items()}
        for step in policy.steps:
            person = account.people.get(step)
            if person and person.phones:
                self.escalation.append(self._contact(step))
            elif person:
                self.notes += person.notes
                self._note(DROPPED, person, "has no phone number; left out of the escalation")
            else:
                self.escalation += entries.get(step, [])
        for forward in account.forwards:
            if forward.person in self.names and forward.until > self.now:
                replaced = self.names[forward.person]
                self._override(forward, replaced, self._contact(forward.substitute))
        if not self.escalation:
            self._note(DROPPED, policy, "calls nobody whom a roster can call; no roster is written")
            return ImportedRoster(name, "", tuple(dict.fromkeys(self.notes)), valid=False)
        rounds = self._rounds()
        text = self._render(rounds)
        complete = self._render(rounds, PLACEHOLDER)
        if roster := validate(complete, LIMITS[STANDARD] * 4).roster:
            for schedule, rotations in zip(schedules, names, strict=True):
                self._compare(schedule, rotations, roster)
        problems = validate(text, LIMITS[STANDARD]).problems
        self.notes += [Note(INVALID, "the roster", policy.name, str(found)) for found in problems]
        why = f"{len(self.escalation)} entries, {rounds or ROUNDS.default} rounds"
        self._note(TRANSLATED, policy, why)
        return ImportedRoster(name, text, tuple(dict.fromkeys(self.notes)), not problems)

    def _note(
        self, kind: str, about: Person | Policy | Schedule, why: str, where: str = ""
    ) -> None:
        self.notes.append(Note(kind, about.name, where or about.where, why))

    def _unique(self, name: str, where: str) -> str:
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

    def _contact(self, key: str) -> str:
        """Return the name of a person on the roster; add the contact."""
        person = self.account.people[key]
        if key not in self.names:
            self.names[key] = self._unique(person.name, person.where)
            self.notes += person.notes
            if not person.phones:
                why = "has no phone number, and keeps the turn, so that nobody else gets it"
                self._note(APPROXIMATED, person, why)
        return self.names[key]

    def _translate(self, schedule: Schedule) -> list[str]:
        """Add the rotations and overrides of a schedule; return the names of the rotations."""
        self.notes += schedule.notes
        found = [(layer, parts) for layer, parts in self._parts(schedule) if parts]
        places: dict[str, int] = {}
        for layer, parts in found:
            for part in parts:
                label = f"{schedule.name} {layer.name}" if len(found) > 1 else schedule.name
                hours = hours_of(part.minutes)
                if len(parts) > 1:
                    label += f" {', '.join(map(str, hours)) if part.slot else part.place + 1}"
                if len(label) > MAX_NAME_LENGTH:
                    label = f"{label[: MAX_NAME_LENGTH - 4]} {len(places) + 1}"
                name = self._unique(label, schedule.where)
                places[name] = part.place
                members = tuple(map(self._contact, part.members))
                self.rotations[name] = ImportedRotation(
                    members, part.starts, part.every, layer.timezone, hours
                )
        if places:
            self._note(TRANSLATED, schedule, f"rotation {', '.join(places)}")
        self._replace(schedule, places)
        return [*places]

    def _parts(self, schedule: Schedule) -> Iterator[tuple[Layer, list[Part]]]:
        """Yield the rotations of each layer, without the hours of higher ones."""
        hidden: frozenset[int] = frozenset()
        for layers in schedule.by_level:
            covered = hidden
            for layer in layers:

                def note(kind: str, why: str, layer: Layer = layer) -> None:
                    what = f"{schedule.name}: {layer.name}"
                    self.notes.append(Note(kind, what, schedule.where, why))

                parts = layer_parts(layer, minutes_of(layer.hours) - hidden, note, self.now)
                covered = covered.union(*(part.minutes for part in parts))
                yield layer, parts
            hidden = covered

    def _replace(self, schedule: Schedule, places: dict[str, int]) -> None:
        """Add the overrides of a schedule for its rotations, of which each has a place."""
        most = 1 + max(places.values(), default=0)
        for override in self._separate(schedule):
            if extra := override.people[most:]:
                left_out = ", ".join(self.account.people[key].name for key in extra)
                why = f"an override puts several people on call; {left_out} left out"
                self._note(DROPPED, schedule, why, override.where)
            for name, place in places.items():
                key = override.people[min(place, len(override.people) - 1)]
                self._override(override, name, self._contact(key))

    def _separate(self, schedule: Schedule) -> list[Replacement]:
        """Return the overrides that a roster can have: none past, to nobody, or overlapping."""
        first = min([self.now, *(schedule.period or ())])
        coming = [override for override in schedule.overrides if override.until > first]
        if past := len(schedule.overrides) - len(coming):
            self._note(DROPPED, schedule, f"past overrides: {past}")
        kept: list[Replacement] = []
        for override in coming:
            at = f"{override.starts:%Y-%m-%dT%H:%MZ}"
            if not override.people:
                why = f"the override at {at} puts nobody on call"
                self._note(DROPPED, schedule, why, override.where)
            elif any(o.starts < override.until and override.starts < o.until for o in kept):
                why = f"overrides overlap at {at}; the later one in the dump counts"
                self._note(APPROXIMATED, schedule, why, override.where)
            kept = [
                Replacement(*period, *other[2:])
                for other in kept
                for period in subtract(other[:2], [override[:2]])
            ] + [override]
        return [override for override in kept if override.people]

    def _override(self, period: Replacement | Forward, replaced: str, substitute: str) -> None:
        zone = ZoneInfo(self.timezone)
        starts, until = (wall_clock(zone, at).replace(second=0, microsecond=0) for at in period[:2])
        if (first_moment(starts, zone), first_moment(until, zone)) != period[:2]:
            why = "an override starts or ends at another minute: see the clock change, its seconds"
            self.notes.append(Note(APPROXIMATED, replaced, period.where, why))
        if starts < until:
            self.overrides.append(Override(starts, until, replaced, substitute))
            why = f"override with {substitute} from {starts:{TIME}} to {until:{TIME}}"
            self.notes.append(Note(TRANSLATED, replaced, period.where, why))

    def _render(self, rounds: int | None, placeholder: str = "") -> str:
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

    def _rounds(self) -> int | None:
        """Return the rounds of the policy, as many as a roster may have; None for the default."""
        wanted = self.policy.rounds or ROUNDS.default
        rounds = min(max(wanted, ROUNDS.minimum), ROUNDS.maximum)
        once = validate(self._render(1, PLACEHOLDER), LIMITS[STANDARD] * 4).roster
        if once:
            rounds = min(rounds, MAX_CALLS_PER_PLAN // max_calls(once)[0])
        if rounds != wanted:
            why = f"{wanted} rounds become {rounds}, because of the limits of a roster"
            self._note(APPROXIMATED, self.policy, why)
        return rounds if self.policy.rounds or rounds != wanted else None

    def _compare(self, schedule: Schedule, rotations: Sequence[str], roster: Roster) -> None:
        """Report how a schedule's rotations differ from its computed shifts, and its layers."""
        zone = ZoneInfo(self.timezone)

        def differences(shifts: Sequence[Shift], since: datetime, until: datetime) -> Differences:
            expected = [shift._replace(person=self._name_of(shift.person)) for shift in shifts]
            actual = roster_shifts(roster, rotations, since, until)
            return find_differences(expected, actual, since, until)

        def report(found: Difference, source: str, more: str = "") -> None:
            expected, called = (", ".join(people) or "nobody" for people in found[2:])
            times = " to ".join(f"{at.astimezone(zone):%Y-%m-%dT%H:%M%z}" for at in found[:2])
            why = f"{times}: {expected} by its {source}, {called} by the roster{more}"
            self._note(DIFFERENT, schedule, why)

        if schedule.period and (rotations or schedule.computed):
            since, until = schedule.period
            found = differences(schedule.computed, since, until)
            for period in found:
                report(period, "computed shifts")
            if not found:
                why = f"equals the shifts computed for {since:%Y-%m-%d} to {until:%Y-%m-%d}"
                self._note(TRANSLATED, schedule, why)
        since, until = self.now, self.now + SELF_CHECK
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], Differences] = {}
        layers = schedule.shifts(since, until, self.account.forwards)
        for period in differences(layers, since, until):
            alike.setdefault(period[2:], []).append(period)
        for first, *others in alike.values():
            more = f", and {len(others)} more times in {SELF_CHECK.days} days" if others else ""
            report(first, "layers", more)

    def _name_of(self, key: str) -> str:
        name = self.account.people[key].name
        return self.names.get(key, f"{name} (not on the roster)")


def _best_reading(schedule: Schedule, account: Account, now: datetime) -> Schedule:
    """Return the reading that fits the computed shifts best, with a note about what is assumed."""
    since, until = schedule.period or (now, now)

    def error(reading: Schedule) -> float:
        shifts = reading.shifts(since, until, account.forwards)
        found = find_differences(schedule.computed, shifts, since, until)
        return sum((period.until - period.starts).total_seconds() for period in found)

    readings = {why: replace(schedule, layers=la) for why, la in schedule.alternatives.items()}
    readings = {"": schedule, **readings}
    errors = {why: error(reading) for why, reading in readings.items()}
    best = min(errors, key=errors.__getitem__)
    notes = [f"{best}: this fits its computed shifts best"] if best else []
    end = now + SELF_CHECK
    future = readings[best].shifts(now, end, ())
    notes += [
        f"could also mean that {why}: dump (more) computed shifts to decide this"
        for why, reading in readings.items()
        if why not in ("", best) and errors[why] == errors[best]
        if find_differences(future, reading.shifts(now, end, ()), now, end)
    ]
    added = tuple(Note(APPROXIMATED, schedule.name, schedule.where, why) for why in notes)
    return replace(readings[best], notes=(*schedule.notes, *added))
