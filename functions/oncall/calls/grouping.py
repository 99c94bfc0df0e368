"""Which open incidents one call speaks: as many as a person just woken can take in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncall.incident import SEVERITIES
from oncall.messages.locale import DEFAULT, nearest
from oncall.messages.speech_duration import seconds
from oncall.messages.voice_message import grouped_sentences, short_summary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from oncall.incident import Incident
    from oncall.messages.locale import Language

#: How long a call may take for what happened; greeting and keys come on top.
MAX_SECONDS = 30


@dataclass(frozen=True)
class CallGroup:
    """The open incidents of a team, as one call tells them.

    Attributes:
        announced: in the order spoken, at least one.
        deferred: open too, but not spoken, in order.
    """

    announced: tuple[Incident, ...]
    deferred: tuple[Incident, ...] = ()


def group_incidents(
    own: Incident, found: Sequence[Incident], languages: Collection[str]
) -> CallGroup:
    """Choose what a call speaks.

    The first ones are spoken, as many as fit in `MAX_SECONDS` in every language. The own incident
    is always spoken, in its place, for nobody else calls about it: if need be, in place of the
    last that would fit, and if need be alone, however long it takes.

    Args:
        own: the incident of the execution that calls.
        found: what is open, most severe and oldest first; with the own one or without it, which
            then comes after those of its severity.
        languages: tags of the languages that are called in; none is taken as English.
    """
    place = _place(own, found)
    others = [one for one in found if one.id != own.id]
    length = _Length(languages)

    def chosen(most: int) -> tuple[Incident, ...]:
        return (*others[:most][:place], own, *others[:most][place:])

    most = 0
    while most < len(others) and length.fits(chosen(most + 1), len(others) - most - 1):
        most += 1
    return CallGroup(announced=chosen(most), deferred=tuple(others[most:]))


def _place(own: Incident, found: Sequence[Incident]) -> int:
    """Count the others that come before the own incident."""
    for index, one in enumerate(found):
        if one.id == own.id:
            return index
    rank = SEVERITIES.index(own.severity)
    ranks = [SEVERITIES.index(one.severity) for one in found]
    return next((index for index, other in enumerate(ranks) if other > rank), len(found))


class _Length:
    """How long several incidents take to tell, each of them put into words only once.

    Args:
        languages: tags of the languages that they are told in.
    """

    def __init__(self, languages: Collection[str]) -> None:
        self._languages = [nearest(tag) for tag in languages or [DEFAULT]]
        self._briefs: dict[tuple[str, str], str] = {}

    def fits(self, spoken: Sequence[Incident], more: int) -> bool:
        """Whether that many can be spoken, and said that `more` are not, in every language."""
        return all(self._seconds(spoken, more, one) <= MAX_SECONDS for one in self._languages)

    def _seconds(self, spoken: Sequence[Incident], more: int, words: Language) -> float:
        briefs = [self._brief(one, words) for one in spoken]
        return seconds("".join(grouped_sentences(briefs, spoken[0].severity, more, words)))

    def _brief(self, incident: Incident, words: Language) -> str:
        key = (words.tag, incident.id)
        if key not in self._briefs:
            self._briefs[key] = short_summary(incident, words)
        return self._briefs[key]
