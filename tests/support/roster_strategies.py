"""Strategies for valid rosters and moments."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from oncall.roster.defaults_and_limits import MAX_CALLS_PER_PLAN
from oncall.roster.hours import Hours
from oncall.roster.model import (
    Contact,
    EscalationEntry,
    Mute,
    Override,
    QuietHours,
    Roster,
    Rotation,
)

LANGUAGES = ("en-US", "ja-JP", "zh-CN")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")
MOMENTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 (hypothesis adds the time zone)
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LOCAL_TIMES = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 (local times of the roster's zone)
    datetime(2199, 12, 31),  # noqa: DTZ001
).map(lambda time: time.replace(second=0, microsecond=0))
PHONES = st.integers(0, 99_999_999).map(lambda digits: f"+86138{digits:08}")
# Printable text in any script; U+FFFD replaces bytes that were not text.
WORDS = st.text(
    st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="\ufffd"),
    max_size=20,
)


@st.composite
def hours_of_days(draw: st.DrawFn) -> Hours:
    """Hours of the week, on the hour or not, perhaps across midnight."""
    first, number = draw(st.integers(0, 6)), draw(st.sampled_from([1, 2, 5, 7]))
    days = tuple((first + day) % 7 for day in range(number)) if number < 7 else tuple(range(7))
    minutes = st.integers(0, 23).map(lambda hour: hour * 60) | st.integers(0, 1439)
    starts, ends = draw(st.lists(minutes, min_size=2, max_size=2, unique=True))
    return Hours(days, starts, ends if ends > starts else ends + 1440)


HOURS = hours_of_days()
#: What is not trimmed or cleaned, and matches little.
PLAIN_TEXTS = st.text("abcXYZ09-*?[]!#:\u503c", min_size=1, max_size=20)


@st.composite
def holds(draw: st.DrawFn) -> tuple[tuple[QuietHours, ...], tuple[Mute, ...]]:
    """Some quiet hours and mutes."""
    quiet_hours = QuietHours(
        tuple(draw(st.lists(st.sampled_from(["high", "medium", "low"]), min_size=1, unique=True))),
        (draw(HOURS),),
        draw(st.sampled_from(ZONES)),
    )
    starts, hours = draw(LOCAL_TIMES), draw(st.integers(1, 720))
    until = min(starts + timedelta(hours=hours), datetime(2199, 12, 31, 23, 59))  # noqa: DTZ001
    mute = Mute(draw(PLAIN_TEXTS), starts, until, draw(PLAIN_TEXTS))
    return (quiet_hours,), (mute,)


@st.composite
def one_rotation(draw: st.DrawFn, name: str, people: st.SearchStrategy[str]) -> Rotation:
    """A rotation, perhaps with hours."""
    members = tuple(draw(st.lists(people, min_size=1, max_size=5)))
    every = timedelta(hours=draw(st.sampled_from([1, 12, 24, 168, 336])))
    hours = tuple(draw(st.lists(HOURS, max_size=2)))
    return Rotation(name, members, draw(LOCAL_TIMES), every, draw(st.sampled_from(ZONES)), hours)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """A valid roster, within the limits of a plan."""
    words = draw(st.lists(WORDS, min_size=2, max_size=6))
    names = [f"{word}#{index}".strip() for index, word in enumerate(words)]
    language = draw(st.sampled_from(LANGUAGES))
    contacts = tuple(
        Contact(
            name,
            tuple(draw(st.lists(PHONES, min_size=1, max_size=3, unique=True))),
            draw(st.sampled_from(LANGUAGES)),
            draw(st.sampled_from([1, 1, 2])),
        )
        for name in names[1:]
    )
    people = st.sampled_from([contact.name for contact in contacts])
    rotations: tuple[Rotation, ...] = ()
    escalation = draw(st.lists(people, min_size=0, max_size=3))
    if not escalation or draw(st.booleans()):
        rotations = (draw(one_rotation(names[0], people)),)
        escalation = [names[0], *escalation]
    # At most three phones each, called twice: more rounds could exceed the calls of a page.
    rounds = draw(st.integers(1, min(10, MAX_CALLS_PER_PLAN // (6 * len(escalation)))))
    later = st.sampled_from([1, 1, rounds])
    entries = [EscalationEntry(name, draw(later)) for name in escalation]
    entries[0] = EscalationEntry(escalation[0])
    overrides: tuple[Override, ...] = ()
    if len(contacts) > 1:
        starts, until = sorted(draw(st.lists(LOCAL_TIMES, min_size=2, max_size=2, unique=True)))
        replaced, substitute = draw(st.permutations([contact.name for contact in contacts]))[:2]
        overrides = (Override(starts, until, replaced, substitute),)
    quiet_hours, mutes = draw(holds()) if draw(st.booleans()) else ((), ())
    return Roster(
        timezone=draw(st.sampled_from(ZONES)),
        language=language,
        contacts=contacts,
        escalation=tuple(entries),
        rounds=rounds,
        ring_seconds=draw(st.integers(15, 60)),
        rotations=rotations,
        overrides=overrides,
        quiet_hours=quiet_hours,
        mutes=mutes,
    )


def as_document(roster: Roster) -> dict[str, Any]:
    """Return a roster as plain values, with every key that is not empty."""
    document: dict[str, Any] = {
        "timezone": roster.timezone,
        "language": roster.language,
        "contacts": [
            {
                "name": contact.name,
                "phone": list(contact.phones),
                "language": contact.language,
                "attempts": contact.attempts,
            }
            for contact in roster.contacts
        ],
        "escalation": [
            {"name": entry.name, "from_round": entry.from_round}
            if entry.from_round > 1
            else entry.name
            for entry in roster.escalation
        ],
        "rounds": roster.rounds,
        "ring_seconds": roster.ring_seconds,
        "rotations": [
            {
                "name": rotation.name,
                "members": list(rotation.members),
                "starts": rotation.starts.isoformat(),
                "every": f"{rotation.every // timedelta(hours=1)}h",
                "timezone": rotation.timezone,
            }
            | ({"hours": list(map(str, rotation.hours))} if rotation.hours else {})
            for rotation in roster.rotations
        ],
        "overrides": [
            {
                "from": override.starts.isoformat(),
                "until": override.until.isoformat(),
                "replace": override.replaced,
                "with": override.substitute,
            }
            for override in roster.overrides
        ],
        "quiet_hours": [
            {
                "severities": list(quiet.severities),
                "hours": list(map(str, quiet.hours)),
                "timezone": quiet.timezone,
            }
            for quiet in roster.quiet_hours
        ],
        "mutes": [
            {
                "match": mute.match,
                "from": mute.starts.isoformat(),
                "until": mute.until.isoformat(),
                "reason": mute.reason,
            }
            for mute in roster.mutes
        ],
    }
    return {key: value for key, value in document.items() if value}


def as_yaml(document: dict[str, Any]) -> str:
    text = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    # In its flow style ruamel.yaml writes texts such as `?a` that it does not read back.
    yaml.default_flow_style = False
    yaml.dump(document, text)
    return text.getvalue()
