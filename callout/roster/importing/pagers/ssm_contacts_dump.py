"""Read a dump of AWS Systems Manager Incident Manager (`aws ssm-contacts`).

The fields are those of the API reference of ssm-contacts, 2021-05-03. Times are ISO 8601 texts of
AWS CLI v2 or seconds since 1970 of v1.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callout.roster.importing.pagers.dump import Dump, Record
from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DELAYS,
    DROPPED,
    MINUTE,
    WEEK,
    Account,
    Layer,
    Note,
    Person,
    Policy,
    Replacement,
    Schedule,
    uncounted,
)
from callout.roster.importing.schedule_comparison import Shift
from callout.roster.importing.weekly_hours import DAY_MINUTES, weekly_hours
from oncall.roster.daylight_saving import wall_clock

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def read_account(dump: Dump) -> Account:
    """Return what a dump has; raise CommandError if a key is missing."""
    account = Account("Incident Manager")
    contacts: dict[str, Record] = {}
    for record in dump.find("ContactArn", "Alias"):
        if "Plan" in record.data or record.text("ContactArn") not in contacts:
            contacts[record.text("ContactArn")] = record
    for key, record in contacts.items():
        if record.text("Type") == "PERSONAL":
            account.people[key] = _person(key, record, dump)
    rotations = {record.text("RotationArn"): record for record in dump.find("RotationArn")}
    rotations = {key: found for key, found in rotations.items() if "Recurrence" in found.data}
    planned: set[str] = set()
    for key, record in contacts.items():
        if record.text("Type") != "ONCALL_SCHEDULE":
            continue
        keys = record.record("Plan").texts("RotationIds")
        planned.update(keys)
        account.schedules[key] = [
            _schedule(rotations[rotation], dump, rotations, account)
            for rotation in keys
            if rotation in rotations
        ]
    account.notes += _unused(dump, rotations, planned)
    if not contacts:
        account.schedules = {
            key: [_schedule(record, dump, rotations, account)] for key, record in rotations.items()
        }
    account.policies = [
        _policy(key, record, account)
        for key, record in contacts.items()
        if record.text("Type") == "ESCALATION"
    ]
    return account


def _unused(dump: Dump, rotations: dict[str, Record], planned: set[str]) -> Iterator[Note]:
    """Yield what the dump has and no schedule uses."""
    why = "is in no on-call schedule of the dump"
    for key, record in rotations.items():
        if planned and key not in planned:
            yield Note(DROPPED, record.text("Name"), record.where, why)
    why = "the file name has no rotation ID or name"
    for kind in ("RotationOverrides", "RotationShifts"):
        for record in dump.find(kind):
            if record.records(kind) and _rotation_of(record, rotations) is None:
                yield Note(DROPPED, kind, record.file, why)


def _person(key: str, record: Record, dump: Dump) -> Person:
    name = record.text("DisplayName", "") or record.text("Alias")
    person = Person(name, record.where)
    numbers: dict[str, list[str]] = {"VOICE": [], "SMS": []}
    unusable = 0
    planned = [
        target.record("ChannelTargetInfo").data.get("ContactChannelId")
        for stage in record.record("Plan").records("Stages")
        for target in stage.records("Targets")
    ]
    channels = {
        channel.text("ContactChannelArn"): channel
        for channel in dump.find("ContactChannelArn", "DeliveryAddress")
        if channel.data.get("ContactArn") == key
    }
    for channel in sorted(
        channels.values(), key=lambda c: _position(planned, c.data["ContactChannelArn"])
    ):
        kind = channel.text("Type")
        if kind in numbers and channel.text("ActivationStatus", "ACTIVATED") == "ACTIVATED":
            numbers[kind].append(channel.record("DeliveryAddress").text("SimpleAddress"))
        else:
            unusable += kind == "VOICE"
    person.add_phones(numbers, unusable)
    return person


def _position(items: list[str | None], item: str) -> int:
    return items.index(item) if item in items else len(items)


def _rotation_of(record: Record, rotations: dict[str, Record]) -> str | None:
    """Return the rotation to which a file with overrides or shifts belongs, by its name."""
    stem = record.file.rpartition("/")[2].rpartition(".")[0].casefold()
    for key in rotations:
        if key.rpartition("/")[2].casefold() in stem:
            return key
    names = {key: "-".join(r.text("Name").casefold().split()) for key, r in rotations.items()}
    return next((key for key, name in names.items() if stem.endswith(f"-{name}")), None)


def _schedule(
    record: Record, dump: Dump, rotations: dict[str, Record], account: Account
) -> Schedule:
    key, name, where = record.text("RotationArn"), record.text("Name"), record.where
    people = _people(record, "ContactIds", account)
    notes: list[Note] = []
    layers = _layers(record, people, notes)

    def answers(kind: str) -> list[Record]:
        found = [answer for answer in dump.find(kind) if _rotation_of(answer, rotations) == key]
        return [entry for answer in found for entry in answer.records(kind)]

    overrides = tuple(
        Replacement(
            *override.period("StartTime", "EndTime"),
            _people(override, "NewContactIds", account),
            override.where,
        )
        for override in answers("RotationOverrides")
    )
    shifts = tuple(
        Shift(*shift.period("StartTime", "EndTime"), person)
        for shift in answers("RotationShifts")
        for person in _people(shift, "ContactIds", account)
    )
    readings = uncounted(layers[0]) if layers else {}
    return Schedule(name, where, layers, overrides, shifts, None, tuple(notes), readings)


def _people(record: Record, key: str, account: Account) -> tuple[str, ...]:
    return tuple(
        account.refer(arn, record.where, arn.rpartition("/")[2]) for arn in record.texts(key)
    )


def _layers(record: Record, people: tuple[str, ...], notes: list[Note]) -> tuple[Layer, ...]:
    """Return the layers of a rotation; none if its recurrence has no equivalent."""
    name, where, recurrence = record.text("Name"), record.where, record.record("Recurrence")
    multiplier, together = (
        recurrence.number(key, 1) for key in ("RecurrenceMultiplier", "NumberOfOnCalls")
    )
    daily, weekly = recurrence.records("DailySettings"), recurrence.records("WeeklySettings")
    unit = WEEK if weekly else timedelta(days=1)
    handovers = sorted(_minute(time) for time in [*daily, *weekly])
    if not handovers or not people:
        why = "monthly turns have no equivalent" if people else "has no contacts"
        notes.append(Note(DROPPED, name, where, why))
        return ()
    unit_minutes = unit // MINUTE
    lengths = {
        (after - before) % unit_minutes or unit_minutes
        for before, after in zip(handovers, [*handovers[1:], handovers[0]], strict=True)
    }
    if len(lengths) > 1 or (len(handovers) > 1 and multiplier > 1):
        notes.append(Note(DROPPED, name, where, "its turns are not equally long"))
        return ()
    every = lengths.pop() * multiplier * MINUTE
    zone = record.zone("TimeZoneId")
    began = wall_clock(ZoneInfo(zone), record.time("StartTime"))
    midnight = datetime.combine(began.date(), datetime.min.time())
    base = midnight - (timedelta(days=began.weekday()) if weekly else timedelta())
    step = every // multiplier
    starts = base + handovers[0] * MINUTE
    starts += -((starts - began) // step) * step  # the first at or after StartTime
    if starts > began:
        starts -= every  # the first turn is cut short
    coverages = recurrence.record("ShiftCoverages")
    windows: list[tuple[int, int]] = []
    for day in coverages.data:
        if day not in _DAYS:
            coverages.fail(day, "is not a day, such as MON")
        for window in coverages.records(day):
            first, last = (_time_of_day(window.record(key)) for key in ("Start", "End"))
            length = (last - first) % DAY_MINUTES or DAY_MINUTES
            windows.append((_DAYS.index(day) * DAY_MINUTES + first, length))
    turns = tuple(
        tuple(people[(turn + place) % len(people)] for place in range(min(together, len(people))))
        for turn in range(len(people))
    )
    since = record.time("StartTime")
    return (Layer(name, zone, starts, every, turns, weekly_hours(windows), since=since),)


def _minute(record: Record) -> int:
    """Return the minute of the day or week of a hand-off."""
    if "DayOfWeek" not in record.data:
        return _time_of_day(record)
    day = record.choice("DayOfWeek", _DAYS)
    return day * DAY_MINUTES + _time_of_day(record.record("HandOffTime"))


def _time_of_day(record: Record) -> int:
    return record.number("HourOfDay") * 60 + record.number("MinuteOfHour", 0)


def _policy(key: str, record: Record, account: Account) -> Policy:
    name = record.text("DisplayName", "") or record.text("Alias")
    notes = [Note(APPROXIMATED, name, key, "a plan does not repeat; the roster has its default")]
    stages = record.record("Plan").records("Stages")
    if "Plan" not in record.data:
        notes.append(Note(DROPPED, name, record.where, "its plan is missing: add its get-contact"))
    if len(stages) > 1:
        notes.append(Note(APPROXIMATED, name, key, DELAYS))
    steps: list[str] = []
    for stage in stages:
        for target in stage.records("Targets"):
            contact = target.record("ContactTargetInfo").text("ContactId", "")
            if account.schedules.get(contact) or contact in account.people:
                steps.append(contact)
            else:
                what = contact.rpartition("/")[2] or "a channel"
                why = "is not a contact, or a schedule with rotations, of the dump"
                notes.append(Note(DROPPED, what, target.where, why))
    return Policy(name, key, tuple(steps), None, tuple(notes))
