"""Any roster that is valid, as a Roster and as operators would write it; any moment to ask at."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from oncall.roster.defaults_and_limits import MAX_CALLS_PER_PLAN
from oncall.roster.model import Contact, Override, Roster, Rotation

LANGUAGES = ("en-US", "ja-JP", "zh-CN")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")
MOMENTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 (hypothesis takes bounds without, and adds, a time zone)
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LOCAL_TIMES = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 (local times of the roster's zone)
    datetime(2199, 12, 31),  # noqa: DTZ001
).map(lambda time: time.replace(second=0, microsecond=0))
PHONES = st.integers(0, 99_999_999).map(lambda digits: f"+86138{digits:08}")
# Whatever is printed, in any script; U+FFFD is what is left of text that was none.
WORDS = st.text(
    st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="\ufffd"),
    max_size=20,
)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Any roster that is valid, within the limits of a plan."""
    words = draw(st.lists(WORDS, min_size=2, max_size=6))
    names = [f"{word}#{index}".strip() for index, word in enumerate(words)]
    language = draw(st.sampled_from(LANGUAGES))
    contacts = tuple(
        Contact(
            name,
            tuple(draw(st.lists(PHONES, min_size=1, max_size=3, unique=True))),
            draw(st.sampled_from(LANGUAGES)),
        )
        for name in names[1:]
    )
    people = st.sampled_from([contact.name for contact in contacts])
    rotations: tuple[Rotation, ...] = ()
    escalation = tuple(draw(st.lists(people, min_size=1, max_size=5)))
    if draw(st.booleans()):
        members = tuple(draw(st.lists(people, min_size=1, max_size=5)))
        every = timedelta(hours=draw(st.sampled_from([1, 12, 24, 168, 336])))
        rotations = (Rotation(names[0], members, draw(LOCAL_TIMES), every),)
        escalation = (names[0], *escalation)
    overrides: tuple[Override, ...] = ()
    if len(contacts) > 1:
        starts, until = sorted(draw(st.lists(LOCAL_TIMES, min_size=2, max_size=2, unique=True)))
        replaced, substitute = draw(st.permutations([one.name for one in contacts]))[:2]
        overrides = (Override(starts, until, replaced, substitute),)
    return Roster(
        timezone=draw(st.sampled_from(ZONES)),
        language=language,
        contacts=contacts,
        escalation=escalation,
        # Three phones each at the most: more rounds could be more calls than a page may make.
        rounds=draw(st.integers(1, min(10, MAX_CALLS_PER_PLAN // (3 * len(escalation))))),
        ring_seconds=draw(st.integers(15, 60)),
        rotations=rotations,
        overrides=overrides,
    )


def written(roster: Roster) -> dict[str, Any]:
    """What an operator would write for a roster, as plain values."""
    document: dict[str, Any] = {
        "timezone": roster.timezone,
        "language": roster.language,
        "contacts": [
            {"name": one.name, "phone": list(one.phones), "language": one.language}
            for one in roster.contacts
        ],
        "escalation": list(roster.escalation),
        "rounds": roster.rounds,
        "ring_seconds": roster.ring_seconds,
    }
    if roster.rotations:
        document["rotations"] = [
            {
                "name": one.name,
                "members": list(one.members),
                "starts": one.starts.isoformat(),
                "every": f"{one.every // timedelta(hours=1)}h",
            }
            for one in roster.rotations
        ]
    if roster.overrides:
        document["overrides"] = [
            {
                "from": one.starts.isoformat(),
                "until": one.until.isoformat(),
                "replace": one.replaced,
                "with": one.substitute,
            }
            for one in roster.overrides
        ]
    return document


def as_yaml(document: dict[str, Any]) -> str:
    text = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    # In its flow style ruamel.yaml writes texts such as `?a` that it does not read back.
    yaml.default_flow_style = False
    yaml.dump(document, text)
    return text.getvalue()
