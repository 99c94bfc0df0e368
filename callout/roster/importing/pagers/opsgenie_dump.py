"""Read a dump of Opsgenie's REST API (v2) or of its configuration backup.

The fields are those of Opsgenie's OpenAPI schema (github.com/opsgenie/opsgenie-oas); Jira Service
Management writes `noone` for `none`, delays as minutes, and `teamId` for `ownerTeam`.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callout.roster.importing.pagers.dump import Dump, Record
from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DELAYS,
    DROPPED,
    WEEK,
    Account,
    Forward,
    Layer,
    Note,
    Person,
    Policy,
    Replacement,
    Schedule,
    uncounted,
)
from callout.roster.importing.schedule_comparison import Shift
from callout.roster.importing.weekly_hours import DAY_MINUTES, WEEK_MINUTES, weekly_hours
from oncall.roster.daylight_saving import wall_clock
from oncall.roster.hours import Hours

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NOBODY = ("none", "noone")
_LENGTHS = (timedelta(hours=1), timedelta(days=1), WEEK)
_MINUTES = {"minutes": 1, "hours": 60, "days": DAY_MINUTES, "weeks": WEEK_MINUTES}


def read_account(dump: Dump) -> Account:
    """Return what a dump has; raise CommandError if a key is missing."""
    account = Account("Opsgenie")
    for record in dump.find("fullName", "username"):
        key = record.text("id")
        if key not in account.people or "userContacts" in record.data:
            account.people[key] = _person(record)
    for record in dump.find("rotations", "timezone"):
        rotations = record.records("rotations")
        if record.data.get("enabled") is False:
            why = "the schedule is disabled"
            account.notes.append(Note(DROPPED, record.text("name"), record.where, why))
            rotations = []
        account.schedules[record.text("id")] = [
            _rotation(record, rotation, dump, account) for rotation in rotations
        ]
    account.forwards = [
        Forward(
            *record.period("startDate", "endDate"),
            _user(record.record("fromUser"), account),
            _user(record.record("toUser"), account),
            record.where,
        )
        for record in dump.find("fromUser", "toUser")
    ]
    backup = dump.find("notificationRuleList") or dump.find("teamRoutingRules")
    if backup:
        why = "a configuration backup has no overrides: add them, or dump with the API"
        account.notes.append(Note(DROPPED, "overrides", dump.path, why))
    escalations = {record.text("id"): record for record in dump.find("rules", "name")}
    account.policies = [_policy(record, account) for record in escalations.values()]
    account.policies += _routed_schedules(dump, account)
    return account


def _person(record: Record) -> Person:
    name = record.text("fullName", "") or record.text("username").partition("@")[0]
    person = Person(name, record.where, email=record.text("username"))
    numbers: dict[str, list[str]] = {"voice": [], "sms": []}
    unusable = 0
    for contact in record.records("userContacts"):
        kind = (contact.text("contactMethod", "") or contact.text("method", "")).lower()
        if kind not in numbers:
            continue
        if {**contact.data, **contact.record("status").data}.get("enabled") is False:
            unusable += kind == "voice"
        else:
            numbers[kind].append(f"+{contact.text('to').removeprefix('+')}")
    if "userContacts" not in record.data:
        person.note(DROPPED, "numbers are missing: dump each user with expand=contact")
    person.add_phones(numbers, unusable)
    if record.data.get("blocked") is True or record.data.get("verified") is False:
        person.note(APPROXIMATED, "is blocked or not verified, and imported all the same")
    return person


def _user(record: Record, account: Account) -> str:
    """Return the ID of a user to whom a participant, recipient or forwarding refers."""
    key = record.text("id")
    name = record.text("username", "") or record.text("name", "") or key
    by_name = {person.email: found for found, person in account.people.items() if person.email}
    return by_name.get(name) or account.refer(key, record.where, name.partition("@")[0])


def _rotation(parent: Record, record: Record, dump: Dump, account: Account) -> Schedule:
    """Return a rotation as a schedule: all rotations of one are on call together."""
    key, parent_key = record.text("id"), parent.text("id")
    name = record.text("name", "") or parent.text("name")
    where = f"{parent.file}: {parent.text('name')}"
    turns: list[tuple[str, ...]] = []
    notes: list[Note] = []
    for participant in record.records("participants"):
        kind = participant.text("type").lower()
        if kind in _NOBODY:
            turns.append(())
        elif kind == "user":
            turns.append((_user(participant, account),))
        else:
            turns.append(())
            why = f"the participant {participant.text('name', kind)} is a {kind}; its turn is empty"
            notes.append(Note(DROPPED, name, where, why))
    zone = parent.zone("timezone")
    layer = Layer(
        name,
        zone,
        wall_clock(ZoneInfo(zone), record.time("startDate")),
        _LENGTHS[record.choice("type", ("hourly", "daily", "weekly"))] * record.number("length", 1),
        tuple(turns) or ((),),
        _restricted(record.record("timeRestriction")),
        since=record.optional_time("startDate"),
        until=record.optional_time("endDate"),
    )
    overrides = tuple(
        Replacement(
            *override.period("startDate", "endDate"),
            () if user.text("type", "user").lower() in _NOBODY else (_user(user, account),),
            override.where,
        )
        for override in dump.find("_parent", "user", "startDate", "endDate")
        for user in [override.record("user")]
        if override.record("_parent").data.get("id") == parent_key
        for named in [override.records("rotations")]
        if not named or any(rotation.data.get("id") == key for rotation in named)
    )
    computed, timeline = _computed(parent_key, key, dump, account)
    return Schedule(
        name, where, (layer,), overrides, computed, timeline, tuple(notes), uncounted(layer)
    )


def _computed(
    parent: str, key: str, dump: Dump, account: Account
) -> tuple[tuple[Shift, ...], tuple[datetime, datetime] | None]:
    """Return the shifts of a rotation in the schedule's timeline, and the period of that."""
    for record in dump.find("finalTimeline", "_parent"):
        if record.record("_parent").data.get("id") != parent:
            continue
        shifts = tuple(
            Shift(*period.period("startDate", "endDate"), _user(recipient, account))
            for rotation in record.record("finalTimeline").records("rotations")
            if rotation.data.get("id") == key
            for period in rotation.records("periods")
            for recipient in [period.record("recipient")]
            if recipient.data.get("type") == "user"
        )
        return shifts, record.period("startDate", "endDate")
    return (), None


def _restricted(record: Record) -> tuple[Hours, ...]:
    """Return the hours of a time restriction; none if there is no restriction."""
    restrictions = record.records("restrictions") or [record.record("restriction")]
    windows: list[tuple[int, int]] = []
    for found in filter(lambda found: found.data, restrictions):
        starts, ends = (
            found.number(f"{key}Hour") * 60 + found.number(f"{key}Min", 0)
            for key in ("start", "end")
        )
        if "startDay" in found.data:
            first, last = (found.choice(key, _DAYS) for key in ("startDay", "endDay"))
            length = (last * DAY_MINUTES + ends - first * DAY_MINUTES - starts) % WEEK_MINUTES
            windows.append((first * DAY_MINUTES + starts, length or WEEK_MINUTES))
        else:
            length = (ends - starts) % DAY_MINUTES or DAY_MINUTES
            windows += [(day * DAY_MINUTES + starts, length) for day in range(7)]
    return weekly_hours(windows)


def _policy(record: Record, account: Account) -> Policy:
    name, where = record.text("name"), record.text("id")
    steps: list[str] = []
    rules = sorted(record.records("rules"), key=_delay)
    delayed = len({_delay(rule) for rule in rules}) > 1
    notes = [Note(APPROXIMATED, name, where, DELAYS)] if delayed else []
    for rule in rules:
        target, notify = rule.record("recipient"), rule.text("notifyType", "default").lower()
        kind = target.text("type").lower()
        what = target.text("name", "") or target.text("username", "") or target.text("id", kind)
        if kind == "user":
            steps.append(_user(target, account))
        elif kind == "schedule" and notify == "default" and target.text("id") in account.schedules:
            steps.append(target.text("id"))
        elif kind == "schedule" and notify == "default":
            why = "the schedule is not in the dump, or without rotations (expand=rotation)"
            notes.append(Note(DROPPED, what, rule.where, why))
        else:
            why = f"a rule that notifies `{notify}` of a {kind} has no equivalent"
            notes.append(Note(DROPPED, what, rule.where, why))
    repeat = record.record("repeat")
    team = record.record("ownerTeam").text("name", "")
    rounds = repeat.number("count", 0) + 1
    return Policy(name, where, tuple(steps), rounds, tuple(notes), team)


def _delay(rule: Record) -> int:
    """Return the minutes after which a rule applies."""
    if not isinstance(rule.data.get("delay"), dict):
        return rule.number("delay", 0)
    delay = rule.record("delay")
    unit = delay.choice("timeUnit", [*_MINUTES], "minutes")
    return delay.number("timeAmount") * [*_MINUTES.values()][unit]


def _routed_schedules(dump: Dump, account: Account) -> list[Policy]:
    """Return a policy for each team whose default routing rule notifies a schedule."""
    return [
        Policy(rule.text("name", "Default Routing Rule"), rule.text("id"), (target.text("id"),))
        for rule in dump.find("isDefault", "notify")
        for target in [rule.record("notify")]
        if rule.data["isDefault"] is True
        and target.data.get("type") == "schedule"
        and target.data.get("id") in account.schedules
    ]
