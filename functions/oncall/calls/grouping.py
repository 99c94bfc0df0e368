"""Group open incidents into one call: as many as a person just woken can take in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncall.incident import SEVERITIES
from oncall.messages.locale import DEFAULT, nearest
from oncall.messages.ssml import speech_seconds
from oncall.messages.voice_message import grouped_sentences, short_summary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from oncall.incident import Incident
    from oncall.messages.locale import Language

#: Seconds that the summaries of a grouped call may take, without greeting and keys.
MAX_SECONDS = 30


@dataclass(frozen=True)
class CallGroup:
    """The open incidents of a team, grouped for one call.

    Attributes:
        announced: the incidents that the call announces, in order; at least one.
        deferred: the other open incidents, in order.
    """

    announced: tuple[Incident, ...]
    deferred: tuple[Incident, ...] = ()


def group_incidents(
    own: Incident, found: Sequence[Incident], languages: Collection[str]
) -> CallGroup:
    """Choose the incidents that a call announces.

    These are the first ones, as many as fit in `MAX_SECONDS` in every language. The own incident is
    always announced, in its position, because no other execution calls about it: if necessary
    instead of the last that would fit, or alone, even if that takes longer. If it is missing in
    `found`, which is most severe and oldest first, it comes after those of its severity. Without
    any language tags, English decides.
    """
    position = _position(own, found)
    others = [incident for incident in found if incident.id != own.id]
    length = _LengthCheck(languages)

    def first(count: int) -> tuple[Incident, ...]:
        return (*others[:count][:position], own, *others[:count][position:])

    count = 0
    while count < len(others) and length.fits(first(count + 1), len(others) - count - 1):
        count += 1
    return CallGroup(announced=first(count), deferred=tuple(others[count:]))


def _position(own: Incident, found: Sequence[Incident]) -> int:
    """Return how many others come before the own incident."""
    for index, incident in enumerate(found):
        if incident.id == own.id:
            return index
    rank = SEVERITIES.index(own.severity)
    ranks = [SEVERITIES.index(incident.severity) for incident in found]
    return next((index for index, other in enumerate(ranks) if other > rank), len(found))


class _LengthCheck:
    """Whether a grouped call is short enough in all languages; each summary is composed once."""

    def __init__(self, languages: Collection[str]) -> None:
        self._languages = [nearest(tag) for tag in languages or [DEFAULT]]
        self._summaries: dict[tuple[str, str], str] = {}

    def fits(self, announced: Sequence[Incident], more: int) -> bool:
        """Whether the incidents fit, with the note that `more` follow, in every language."""
        return all(
            self._seconds(announced, more, words) <= MAX_SECONDS for words in self._languages
        )

    def _seconds(self, announced: Sequence[Incident], more: int, words: Language) -> float:
        summaries = [self._summary(incident, words) for incident in announced]
        return speech_seconds(
            "".join(grouped_sentences(summaries, announced[0].severity, more, words))
        )

    def _summary(self, incident: Incident, words: Language) -> str:
        key = (words.tag, incident.id)
        if key not in self._summaries:
            self._summaries[key] = short_summary(incident, words)
        return self._summaries[key]
