"""Read a dump of Grafana OnCall's public API (the serializers in github.com/grafana/oncall)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callout.roster.importing.pagers.dump import Dump, Record
from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DELAYS,
    DROPPED,
    MINUTE,
    WEEK,
    Account,
    Forward,
    Layer,
    Note,
    Person,
    Policy,
    Replacement,
    Schedule,
)
from callout.roster.importing.schedule_comparison import Shift
from callout.roster.importing.weekly_hours import DAY_MINUTES, WEEK_MINUTES, weekly_hours
from oncall.roster.defaults_and_limits import DEFAULT_TIMEZONE

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNITS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": WEEK}
#: How often `repeat_escalation` repeats (MAX_TIMES_REPEAT of Grafana OnCall).
_REPEATS = 5


def read_account(dump: Dump) -> Account:
    """Return what a dump has; raise CommandError if a key is missing."""
    account = Account("Grafana OnCall")
    for record in dump.find("grafana_id", "username"):
        account.people[record.text("id")] = _person(record, dump)
    if not dump.people:
        why = "the API has none: put a file people.csv with name,email,phone into the folder"
        account.notes.append(Note(DROPPED, "phone numbers", dump.path, why))
    shifts = {record.text("id"): record for record in dump.find("rotation_start")}
    for record in dump.find("on_call_now", "type"):
        account.schedules[record.text("id")] = [_schedule(record, shifts, dump, account)]
    account.forwards = [
        Forward(
            *record.period("swap_start", "swap_end"),
            account.refer(record.text("beneficiary"), record.where),
            account.refer(record.text("benefactor"), record.where),
            record.where,
        )
        for record in dump.find("beneficiary", "swap_start")
        if record.text("status", "") == "taken"
    ]
    teams = {r.text("id"): r.text("name") for r in dump.find("id", "name", "avatar_url")}
    chains = dump.find("name", "team_id")
    names = {record.text("id"): record for record in chains if "type" not in record.data}
    rules: dict[str, list[Record]] = {}
    for record in dump.find("escalation_chain_id", "position"):
        rules.setdefault(record.text("escalation_chain_id"), []).append(record)
    account.policies = [
        _policy(key, names.get(key), found, teams, account) for key, found in rules.items()
    ]
    return account


def _person(record: Record, dump: Dump) -> Person:
    email, username = record.text("email", ""), record.text("username")
    rows = [
        row
        for row in dump.people
        if (email and email.casefold() in map(str.casefold, row.aliases))
        or row.name.casefold() == username.casefold()
    ]
    person = Person(rows[0].name if rows else username, record.where, email=email)
    person.add_phones({"phone": [phone for row in rows for phone in row.phones]})
    return person


def _schedule(record: Record, shifts: dict[str, Record], dump: Dump, account: Account) -> Schedule:
    key, name, where = record.text("id"), record.text("name"), record.where
    kind = record.text("type")
    notes: list[Note] = []
    if kind == "ical":
        why = "give the calendar at its ical_url_primary to `callout roster import --ics`"
        notes.append(Note(DROPPED, name, where, why))
    wanted = record.texts("shifts")
    if missing := [shift for shift in wanted if shift not in shifts]:
        why = "its shifts are not in the dump; add all pages of on_call_shifts"
        notes.append(Note(DROPPED, ", ".join(missing), where, why))
    # Web schedules keep their times in UTC, whatever their time zone.
    own = record.zone("time_zone", DEFAULT_TIMEZONE)
    zone = own if kind == "calendar" else DEFAULT_TIMEZONE
    if kind == "web" and own != DEFAULT_TIMEZONE:
        why = f"keeps its times in UTC; if local times were meant, use timezone: {own}"
        notes.append(Note(APPROXIMATED, name, where, why))
    layers: list[Layer] = []
    overrides: list[Replacement] = []
    for shift in [shifts[shift] for shift in wanted if shift in shifts]:
        if shift.text("type") == "override":
            overrides += _override(shift, account, notes)
        else:
            layers += _layer(shift, zone, account, notes)
    computed = tuple(
        Shift(
            *entry.period("shift_start", "shift_end"),
            account.refer(entry.text("user_pk"), entry.where, entry.text("user_username", "?")),
        )
        for entry in dump.find("shift_start", "user_pk")
        if key in entry.file
    )
    return Schedule(name, where, tuple(layers), tuple(overrides), computed, notes=tuple(notes))


def _override(shift: Record, account: Account, notes: list[Note]) -> list[Replacement]:
    zone = ZoneInfo(shift.zone("time_zone", DEFAULT_TIMEZONE))
    starts = shift.local_time("start").replace(tzinfo=zone).astimezone(UTC)
    until = starts + timedelta(seconds=shift.number("duration"))
    people = tuple(account.refer(key, shift.where) for key in shift.texts("users"))
    if not people:
        notes.append(Note(DROPPED, shift.text("name"), shift.where, "an override without users"))
        return []
    return [Replacement(starts, until, people, shift.where)]


def _layer(shift: Record, zone: str, account: Account, notes: list[Note]) -> list[Layer]:
    """Return the layer of a shift; none if it has no equivalent."""
    name, turns = shift.text("name"), _turns(shift, account)
    unit = _UNITS.get(shift.text("frequency", "").lower())
    interval, by_day = shift.number("interval", 1), shift.texts("by_day")
    length = timedelta(seconds=shift.number("duration"))
    why = "has no users, or a frequency without equivalent"
    if unit and turns:
        why = _unsupported(shift, unit, length)
    if unit is None or why:
        notes.append(Note(DROPPED, name, shift.where, why))
        return []
    starts, every = shift.local_time("start"), interval * unit
    partial = bool(by_day) or length < every
    if partial and (interval > 1 if by_day else WEEK % every):
        # Only the first of several weeks, days or hours has a shift: nobody has the others.
        turns = [turn for found in turns for turn in (found, *[()] * (interval - 1))]
        every = unit
    windows = _windows(starts, every, by_day) if partial else []
    if by_day and unit == WEEK:
        # Turns change at the start of the week, at the time of the shift.
        week_start = shift.choice("week_start", _DAYS, "MO")
        starts -= timedelta(days=(starts.weekday() - week_start) % 7)
    if length > every and not by_day:
        why = "its shifts overlap; each ends when the next begins"
        notes.append(Note(APPROXIMATED, name, shift.where, why))
    timezone = shift.zone("time_zone", zone)
    return [
        Layer(
            name,
            timezone,
            starts,
            every,
            tuple(turns),
            weekly_hours((window, length // MINUTE) for window in windows),
            skips=bool(by_day) and unit != WEEK,
            level=shift.number("level", 0),
            since=_instant(shift, "rotation_start", timezone),
            until=_instant(shift, "until", timezone),
        )
    ]


def _unsupported(shift: Record, unit: timedelta, length: timedelta) -> str:
    """Return why a shift has no equivalent; "" if it has."""
    interval, by_day = shift.number("interval", 1), shift.texts("by_day")
    if not set(by_day) <= set(_DAYS):
        shift.fail("by_day", f"is not one of {', '.join(_DAYS)}")
    if shift.text("type") == "single_event":
        return "a single event; add an override for it"
    if shift.data.get("by_month") or shift.data.get("by_monthday"):
        return "monthly or yearly turns have no equivalent"
    if interval < 1 or length < MINUTE:
        return "its interval or duration is 0"
    if by_day and unit != WEEK and (interval > 1 or unit != timedelta(days=1)):
        return "days of the week with such a frequency have no equivalent"
    if not by_day and WEEK % (interval * unit) and unit < length < interval * unit:
        return "nobody is on call in a part of each turn"
    return ""


def _windows(starts: datetime, every: timedelta, by_day: list[str]) -> list[int]:
    """Return the minutes of the week at which shifts start."""
    minute = starts.hour * 60 + starts.minute
    if by_day:
        return [_DAYS.index(day) * DAY_MINUTES + minute for day in by_day]
    first = starts.weekday() * DAY_MINUTES + minute
    return [(first + n * (every // MINUTE)) % WEEK_MINUTES for n in range(WEEK // every)]


def _turns(shift: Record, account: Account) -> list[tuple[str, ...]]:
    """Return the people of each turn; groups without a known user are left out, as by Grafana."""
    groups = shift.data.get("rolling_users") or [shift.data.get("users") or []]
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        shift.fail("rolling_users", "is not a list of lists; dump it again")
    first = shift.number("start_rotation_from_user_index", 0)
    turns = [tuple(account.refer(str(key), shift.where) for key in group) for group in groups]
    return [turn for turn in (*turns[first:], *turns[:first]) if turn]


def _instant(shift: Record, key: str, timezone: str) -> datetime | None:
    if not shift.data.get(key):
        return None
    return shift.local_time(key).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def _policy(
    key: str, chain: Record | None, rules: list[Record], teams: dict[str, str], account: Account
) -> Policy:
    name = chain.text("name") if chain else key
    steps: list[str] = []
    notes: list[Note] = []
    rounds = 1
    for rule in sorted(rules, key=lambda rule: rule.number("position")):
        kind, schedule = rule.text("type"), rule.text("notify_on_call_from_schedule", "")
        if kind == "wait":
            notes.append(Note(APPROXIMATED, name, key, DELAYS))
        elif kind == "notify_persons":
            people = rule.texts("persons_to_notify")
            steps += [account.refer(person, rule.where) for person in people]
        elif kind == "repeat_escalation":
            rounds = _REPEATS + 1
        elif kind == "notify_on_call_from_schedule" and schedule in account.schedules:
            steps.append(schedule)
        else:
            why = "has no equivalent, or is not in the dump"
            notes.append(Note(DROPPED, f"{name}: {kind}", rule.where, why))
    team = teams.get(chain.text("team_id", ""), "") if chain else ""
    return Policy(name, key, tuple(steps), rounds, tuple(notes), team)
