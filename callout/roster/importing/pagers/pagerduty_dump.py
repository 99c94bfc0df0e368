"""Read a dump of PagerDuty's REST API (v2): users, schedules, overrides, escalation policies.

The fields are those of PagerDuty's published OpenAPI schema (github.com/PagerDuty/api-schema).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from zoneinfo import ZoneInfo

from callout.roster.importing.pagers.dump import Dump, Record
from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DELAYS,
    DROPPED,
    Account,
    Layer,
    Note,
    Person,
    Policy,
    Replacement,
    Schedule,
)
from callout.roster.importing.schedule_comparison import Shift
from callout.roster.importing.weekly_hours import DAY_MINUTES, weekly_hours
from oncall.roster.daylight_saving import wall_clock

_SHIFT_BASED = "shift-based (v3) schedules are not supported; give its iCalendar feed to `--ics`"


def read_account(dump: Dump) -> Account:
    """Return what a dump has; raise CommandError if a key is missing."""
    account = Account("PagerDuty")
    for record in dump.find("contact_methods"):
        account.people[record.text("id")] = _person(record)
    listed = sorted(dump.find("schedule_layers"), key=lambda found: "final_schedule" in found.data)
    schedules = {record.text("id"): record for record in listed}  # the most complete is last
    for key, record in schedules.items():
        account.schedules[key] = [_schedule(record, key, dump, account)]
    account.policies = [_policy(record, dump, account) for record in dump.find("escalation_rules")]
    account.notes += [
        Note(DROPPED, f"{len(rows)} overrides", record.file, "the file name has no schedule ID")
        for record in dump.find("overrides")
        if (rows := record.records("overrides"))
        and not any(key in record.file for key in schedules)
        and not record.path
    ]
    return account


def _person(record: Record) -> Person:
    person = Person(record.text("name"), record.where, email=record.text("email", ""))
    numbers: dict[str, list[str]] = {"phone_contact_method": [], "sms_contact_method": []}
    unusable = 0
    for method in record.records("contact_methods"):
        kind = method.text("type", "").removesuffix("_reference")
        if kind not in numbers:
            continue
        if method.data.get("blacklisted") or method.data.get("enabled") is False:
            unusable += kind == "phone_contact_method"
        elif set(method.text("address", "")) & set(",;*#"):
            person.note(DROPPED, "a number with an extension or pause, which Callout cannot dial")
        elif "address" not in method.data:
            why = "numbers are missing: dump the users with include[]=contact_methods"
            person.note(DROPPED, why)
        else:
            code = method.number("country_code", 1)
            numbers[kind].append(f"+{code}{method.text('address')}")
    person.add_phones(numbers, unusable)
    return person


def _schedule(record: Record, key: str, dump: Dump, account: Account) -> Schedule:
    name, where = record.text("name"), f"{record.file}: schedule {key}"
    zone = record.zone("time_zone")
    records = record.records("schedule_layers")
    # The first layer in the list takes precedence.
    layers = tuple(_layer(layer, zone, -number, account) for number, layer in enumerate(records))
    final = record.record("final_schedule").records("rendered_schedule_entries")
    computed = tuple(Shift(*entry.period("start", "end"), _user(entry, account)) for entry in final)
    why = "times are not in its time zone: dump each schedule without time_zone"
    other = any(_in_another_zone(layer, zone) for layer in records)
    notes = (Note(APPROXIMATED, name, where, why),) if other else ()
    overrides = _overrides(record, key, dump, account)
    turned = {"its last layer takes precedence": tuple(replace(x, level=-x.level) for x in layers)}
    return Schedule(name, where, layers, overrides, computed, None, notes, turned)


def _in_another_zone(layer: Record, zone: str) -> bool:
    """Return whether a layer was written for another zone, so that its restrictions are, too.

    PagerDuty's schema: restrictions respect the `time_zone` of the request.
    """
    written = datetime.fromisoformat(layer.text("rotation_virtual_start"))
    return written.utcoffset() != written.astimezone(ZoneInfo(zone)).utcoffset()


def _layer(record: Record, timezone: str, level: int, account: Account) -> Layer:
    return Layer(
        record.text("name", "layer"),
        timezone,
        wall_clock(ZoneInfo(timezone), record.time("rotation_virtual_start")),
        timedelta(seconds=record.number("rotation_turn_length_seconds")),
        tuple((_user(member, account),) for member in record.records("users", required=True)),
        weekly_hours(w for found in record.records("restrictions") for w in _windows(found)),
        level=level,
        since=record.optional_time("start"),
        until=record.optional_time("end"),
    )


def _windows(record: Record) -> list[tuple[int, int]]:
    """Return the windows of a restriction; days of the week are 1 for Monday to 7."""
    try:
        hour, minute = map(int, record.text("start_time_of_day").split(":")[:2])
    except ValueError:
        record.fail("start_time_of_day", "is not a time of day, such as 09:00:00")
    length = record.number("duration_seconds") // 60
    weekly = record.text("type") == "weekly_restriction"
    days = [record.number("start_day_of_week") - 1] if weekly else range(7)
    return [(day * DAY_MINUTES + hour * 60 + minute, length) for day in days]


def _overrides(record: Record, key: str, dump: Dump, account: Account) -> tuple[Replacement, ...]:
    """Return the overrides of a schedule, from its own dump and from files with its ID."""
    entries = record.record("overrides_subschedule").records("rendered_schedule_entries")
    for answer in dump.find("overrides"):
        if not answer.path and key in PurePath(answer.file).name:
            entries = [*entries, *answer.records("overrides")]
    found = {
        (*entry.period("start", "end"), (_user(entry, account),)): entry.where for entry in entries
    }
    return tuple(Replacement(*period, where) for period, where in found.items())


def _user(record: Record, account: Account) -> str:
    """Return the ID of the user to whom an entry refers."""
    user = record.record("user")
    key = account.refer(user.text("id"), user.where, user.text("summary", ""))
    if user.data.get("deleted_at"):
        account.people[key].phones = []
    return key


def _policy(record: Record, dump: Dump, account: Account) -> Policy:
    name, where = record.text("name"), record.text("id")
    steps: list[str] = []
    rules = record.records("escalation_rules")
    notes = [Note(APPROXIMATED, name, where, DELAYS)] if len(rules) > 1 else []
    shift_based = {found.text("id") for found in dump.find("rotations", "time_zone")}
    for rule in rules:
        for target in rule.records("targets", required=True):
            key, kind = target.text("id"), target.text("type").removesuffix("_reference")
            what = target.text("summary", "") or key
            if kind == "schedule_v3" or key in shift_based:
                notes.append(Note(DROPPED, what, target.where, _SHIFT_BASED))
            elif kind == "user":
                steps.append(account.refer(key, target.where, what))
            elif key in account.schedules:
                steps.append(key)
            else:
                why = "its schedule is not in the dump, or without layers; dump each schedule"
                notes.append(Note(DROPPED, what, target.where, why))
        if rule.data.get("escalation_rule_assignment_strategy") == "round_robin":
            why = "round robin becomes a fixed order"
            notes.append(Note(APPROXIMATED, name, rule.where, why))
    teams = [team.text("summary", "") for team in record.records("teams")]
    rounds = record.number("num_loops", 0) + 1
    return Policy(name, where, tuple(steps), rounds, tuple(notes), *teams[:1])
