"""Promises of the roster that hold for any roster, moment and slip of the keyboard."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from oncall.plan import plan_calls
from oncall.roster import Contact, Override, Roster, RosterError, Rotation, parse
from oncall.roster.limits import MOST_CALLS_PER_PLAN

ROSTERS = Path(__file__).parents[1] / "rosters"
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
        rounds=draw(st.integers(1, min(10, MOST_CALLS_PER_PLAN // (3 * len(escalation))))),
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


def read(text: str) -> Roster:
    return parse(text, limit_bytes=16_384, languages=LANGUAGES)


@settings(deadline=None, max_examples=60)
@given(roster=rosters(), ascii_only=st.booleans())
def test_a_roster_is_the_same_in_yaml_and_json(*, roster: Roster, ascii_only: bool) -> None:
    document = written(roster)
    assert read(as_yaml(document)) == roster
    assert read(json.dumps(document, ensure_ascii=ascii_only)) == roster
    assert read(json.dumps(document, ensure_ascii=ascii_only, indent="\t")) == roster


@settings(deadline=None)
@given(roster=rosters(), at=MOMENTS)
def test_there_is_somebody_to_call_at_any_moment(roster: Roster, at: datetime) -> None:
    calls = plan_calls(roster, at)
    assert 1 <= len(calls) <= MOST_CALLS_PER_PLAN
    assert [call.attempt for call in calls] == list(range(1, len(calls) + 1))
    assert all(call.phone in roster.contact(call.contact).phones for call in calls)


@settings(deadline=None)
@given(roster=rosters(), at=MOMENTS)
def test_every_round_calls_the_same_people(roster: Roster, at: datetime) -> None:
    calls = plan_calls(roster, at)
    rounds = [
        [(call.contact, call.phone) for call in calls if call.round == number]
        for number in range(1, roster.rounds + 1)
    ]
    assert all(one == rounds[0] for one in rounds)


VALID = [
    (ROSTERS / f"{name}.yaml").read_text() for name in ("smallest", "two-languages", "rotation")
]
VALID += [json.dumps(YAML(typ="safe", pure=True).load(text), default=str) for text in VALID]
SIGNS = "\t\n\r \"'#&*!|>%@`{}[],:?-+~\\/\0\x85\u2028\ufeff\ufffd\udc80"
WRITINGS = "<<:|!!str |&a |*a|null|\\ud83d|\\U7fffffff|999999999999|contacts:|- - - |..."
PIECES = st.sampled_from([*SIGNS, *WRITINGS.split("|"), "\n---\n", "\n  "])


@st.composite
def slips(draw: st.DrawFn) -> str:
    """A valid roster after a few slips of the keyboard."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 20)))
        text = text[:start] + draw(PIECES | st.just("") | st.just(text[start:end] * 2)) + text[end:]
    return text


@settings(deadline=None, max_examples=500)
@given(text=slips() | st.text(max_size=60) | st.lists(PIECES, max_size=40).map("".join))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    try:
        roster = read(text)
    except RosterError as refused:
        lines = str(refused).splitlines()
        assert len(lines) == len(refused.problems) >= 1  # noqa: PT017 (both ways out are promises)
        assert all(one.line >= 1 and one.column >= 1 for one in refused.problems)  # noqa: PT017
    else:
        assert plan_calls(roster, datetime(2026, 7, 1, tzinfo=UTC))


@settings(deadline=None, max_examples=50)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["latin-1", "utf-8", "utf-16"]))
def test_a_file_that_is_no_text_is_refused(content: bytes, encoding: str) -> None:
    photo = (b"\xff\xd8\xff\xe0\x00\x10JFIF" + content).decode(encoding, "replace")
    try:
        read(photo)
    except RosterError as refused:
        assert len(refused.problems) == 1  # noqa: PT017
    else:
        raise AssertionError("a photo was read as a roster")
