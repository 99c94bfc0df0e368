"""Test grouping: a call announces its own incident, and as many others as fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.calls.announcement import MAX_GROUP_SECONDS, CallGroup, group_incidents
from oncall.incident import KINDS, SEVERITIES, Incident
from oncall.messages.locale import available_languages, nearest
from oncall.messages.speakable import speech_seconds
from oncall.messages.voice_message import grouped_sentences, short_summary
from tests.unit.messages.test_voice_message import FACTS, hostile_text
from tests.unit.sample_events import incident

LANGUAGES = available_languages()
every_choice = st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True)


@st.composite
def storms(draw: st.DrawFn) -> list[Incident]:
    """Incidents in the order of the table, each with its own id."""
    text = st.text("abc 1234.", max_size=120) | hostile_text
    found = draw(
        st.lists(
            st.builds(
                Incident,
                id=st.just(""),
                kind=st.sampled_from(KINDS),
                title=text,
                dedup_key=st.just("key"),
                severity=st.sampled_from(SEVERITIES),
                account=st.sampled_from(["", "123456789012"]),
                facts=st.dictionaries(st.sampled_from(FACTS), text, max_size=4),
            ),
            min_size=1,
            max_size=25,
        )
    )
    ordered = sorted(found, key=rank)
    return [replace(incident, id=f"incident-{number}") for number, incident in enumerate(ordered)]


def rank(incident: Incident) -> int:
    return SEVERITIES.index(incident.severity)


def spoken_seconds(spoken: tuple[Incident, ...], more: int, language: str) -> float:
    """Estimate the seconds to speak incidents, without greeting and keys."""
    words = nearest(language)
    summaries = [short_summary(incident, words) for incident in spoken]
    return speech_seconds("".join(grouped_sentences(summaries, spoken[0].severity, more, words)))


def fits(spoken: tuple[Incident, ...], more: int, languages: list[str]) -> bool:
    return all(
        spoken_seconds(spoken, more, language) <= MAX_GROUP_SECONDS for language in languages
    )


@settings(max_examples=200)
@given(found=storms(), languages=every_choice, data=st.data())
def test_own_incident_is_announced_and_none_is_lost(
    found: list[Incident], languages: list[str], data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from(found))

    group = group_incidents(own, found, languages)

    assert own in group.announced
    assert sorted([*group.announced, *group.deferred], key=found.index) == found
    assert list(group.announced) == sorted(group.announced, key=found.index)
    assert list(group.deferred) == sorted(group.deferred, key=found.index)
    others = [incident for incident in group.announced if incident != own]
    assert others == [incident for incident in found if incident != own][: len(others)]


@settings(max_examples=200)
@given(found=storms(), languages=every_choice, data=st.data())
def test_call_announces_as_many_incidents_as_fit(
    found: list[Incident], languages: list[str], data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from(found))

    spoken, waiting = (group := group_incidents(own, found, languages)).announced, group.deferred

    assert len(spoken) == 1 or fits(spoken, len(waiting), languages)
    if waiting:
        one_more = tuple(sorted([*spoken, waiting[0]], key=found.index))
        assert not fits(one_more, len(waiting) - 1, languages)


@settings(max_examples=100)
@given(found=storms(), severity=st.sampled_from(SEVERITIES), languages=every_choice)
def test_own_incident_missing_from_the_table_comes_after_its_severity(
    found: list[Incident], severity: str, languages: list[str]
) -> None:
    own = replace(found[0], id="own", severity=severity)
    before = [incident for incident in found if rank(incident) <= rank(own)]

    group = group_incidents(own, found, languages)

    assert group == group_incidents(own, [*before, own, *found[len(before) :]], languages)
    assert own in group.announced


def alarms(count: int, name: str = "queue-{} is too long") -> list[Incident]:
    """Return alarms that take about two seconds each to speak."""
    return [
        replace(incident("alarm-alb-latency", alarmName=name.format(number)), id=f"alarm-{number}")
        for number in range(count)
    ]


def test_single_incident_is_announced() -> None:
    [own] = alarms(1)

    assert (
        group_incidents(own, [], LANGUAGES)
        == group_incidents(own, [own], LANGUAGES)
        == CallGroup((own,))
    )


def test_first_of_too_many_incidents_are_announced() -> None:
    found = alarms(100)

    group = group_incidents(found[0], found, LANGUAGES)

    assert group.announced + group.deferred == tuple(found)
    assert 6 <= len(group.announced) <= 15


def test_own_incident_replaces_the_last_one_that_would_fit() -> None:
    found = alarms(100)
    usual = group_incidents(found[0], found, LANGUAGES).announced

    spoken = group_incidents(found[99], found, LANGUAGES).announced

    assert spoken == (*usual[:-1], found[99])


def test_own_incident_that_is_too_long_is_announced_alone() -> None:
    digits = "123456789012 "
    endless = replace(
        incident("federated-sign-in"), id="own", facts={"principal": 3 * digits, "account": digits}
    )
    found = [*alarms(3, name=f"{3 * digits}-{{}}"), endless]

    group = group_incidents(endless, found, LANGUAGES)

    assert group == CallGroup((endless,), tuple(found[:3]))


def test_more_incidents_fit_in_the_faster_language() -> None:
    found = alarms(30)

    english, both = (
        group_incidents(found[0], found, tags) for tags in (["en-US"], ["en-US", "zh-CN"])
    )

    assert len(english.announced) > len(both.announced)


@pytest.mark.parametrize("languages", [[], ["en-GB"], ["tlh"]])
def test_unknown_languages_count_as_english(languages: list[str]) -> None:
    found = alarms(30)

    assert group_incidents(found[0], found, languages) == group_incidents(
        found[0], found, ["en-US"]
    )
