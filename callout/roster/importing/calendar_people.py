"""Find out whom the events of a calendar name, and in which layer: primary, secondary and so on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oncall.roster.defaults_and_limits import MAX_NAME_LENGTH
from oncall.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from callout.roster.importing.calendar_events import Calendar, CalendarEvent

#: Names of the layers, in the order to call.
LAYERS = ("primary", "secondary", "tertiary")
TIME = "%Y-%m-%d %H:%M"
# Words for the duty itself, in the languages of the messages.
_DUTY = (
    r"on[- ]?call|oncall|duty|shift|schedule|pager|bereitschaft|rufbereitschaft|dienst|astreinte"
    r"|guardia|当番|オンコール|值班|待命"
)
_RANKS = (
    r"primary|1st|first|l1|p1|level 1|tier 1|main|erst\w*|主|一线",
    r"secondary|2nd|second|l2|p2|level 2|tier 2|zweit\w*|副|二线",
    r"tertiary|3rd|third|l3|p3|level 3|tier 3|三线",
    r"back-?up|fallback|escalation|manager|备",
)
_WORD = rf"(?:{_DUTY}|{'|'.join(_RANKS)}|day|night|tag|nacht|weekend|weekday|line|support)"
_ROLE = re.compile(rf"{_WORD}(?:[ /-]*{_WORD})*", re.IGNORECASE)
_AROUND = re.compile(
    rf"^(?:(?:{_DUTY}|primary|secondary|tertiary|back-?up)\b[ :-]*)+(?=\S)"
    rf"|(?<=\S)(?:[ :-]+(?:{_DUTY}|primary|secondary|tertiary|back-?up)\b)+$",
    re.IGNORECASE,
)
_PRECEDENCE = re.compile(r"^\[L(\d+)\]\s*")  # of Grafana OnCall: the higher level replaces others
_FIELDS = re.compile(r"\s*[:|\u2013\u2014\uff1a]\s+|\uff1a|\s+-\s+|\s*[(\[]|[)\]]\s*")
_REMARK = re.compile(r"[(\[]\s*([^)\]]*?)\s*[)\]]")
_SEVERAL = re.compile(r"\s*[/&+;\u3001]\s*|\s+(?:and|und|et|y|e)\s+")
_COMMA = re.compile(r"\s*[,\uff0c]\s*")
_DENSE = 0.5
_SMALL = 0.25


@dataclass(frozen=True)
class CalendarShift:
    """A period (UTC) in which the calendar has one person on call."""

    starts: datetime
    until: datetime
    person: str


@dataclass(frozen=True)
class Layer:
    """People of whom one at a time is on call; `shifts` do not overlap, in the order of time."""

    name: str
    shifts: tuple[CalendarShift, ...]


@dataclass
class Known:
    """The names in a contact list, by what a calendar may write: name or email address."""

    names: dict[str, str] = field(default_factory=dict)

    def find(self, text: str) -> str:
        """Return the contact's name; "" if there is none."""
        return self.names.get(fold(text), "")


def fold(text: str) -> str:
    """Return a name for comparison, without regard to case and spacing."""
    return "".join(text.casefold().split())


def find_layers(calendar: Calendar, known: Known) -> tuple[list[Layer], list[str]]:
    """Return the layers in the order to call, and what the operator has to decide."""
    questions: list[str] = []
    labels, people = _read_names(calendar, known, questions)
    # Labels are layers if people of different labels are on call at the same time.
    if not _overlap(calendar.events, labels):
        labels = [""] * len(labels)
    rows: dict[tuple[str, int], list[tuple[CalendarShift, int, str]]] = defaultdict(list)
    for event, label, names in zip(calendar.events, labels, people, strict=True):
        match = _PRECEDENCE.match(event.summary)
        for position, name in enumerate(names):
            shift = CalendarShift(event.starts, event.until, name)
            rows[label, position].append((shift, int(match[1]) if match else 0, event.series))
    layers: list[Layer] = []
    for (label, position), row in sorted(rows.items(), key=lambda item: _rank(*item[0])):
        layers += _separate(label, position, row, calendar, questions)
    used = [_layer_name(layer.name, place) for place, layer in enumerate(layers)]
    taken = {fold(shift.person) for layer in layers for shift in layer.shifts}
    for place, name in enumerate(used):
        unique = name
        while fold(unique) in taken:
            unique += " rotation" if unique == name else " 2"
        taken.add(fold(unique))
        layers[place] = replace(layers[place], name=unique)
    return layers, questions


def _read_names(
    calendar: Calendar, known: Known, questions: list[str]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the label and the people of each event."""
    summaries = [_PRECEDENCE.sub("", event.summary) for event in calendar.events]
    labels, texts = _split_labels(summaries, known)
    by_attendee = _named_by_attendee(calendar.events, texts, known)
    names: list[tuple[str, ...]] = []
    commas = _CommaNames(texts, known)
    for event, text, attendees in zip(calendar.events, texts, by_attendee, strict=True):
        found = attendees or (() if _ROLE.fullmatch(text) else commas.split(text))
        if not found:
            place = f"{event.starts.astimezone(_zone(calendar)):{TIME}}"
            questions.append(f"{place}: the event {event.summary[:40]!r} names nobody; omitted")
        names.append(tuple(dict.fromkeys(found)))
    questions += commas.questions
    spellings = _Spellings(names, known)
    people = [tuple(dict.fromkeys(map(spellings.choose, found))) for found in names]
    questions += spellings.questions
    return labels, people


def _split_labels(summaries: Sequence[str], known: Known) -> tuple[list[str], list[str]]:
    """Split each summary into a label, such as `Secondary`, and the text with the names."""
    fields = [[part for part in _FIELDS.split(text) if part] or [""] for text in summaries]
    kinds = len(set(summaries))
    uses = Counter((len(parts), part) for parts in fields for part in set(parts))
    sizes = Counter(map(len, fields))
    labels, texts = [], []
    for summary, parts in zip(summaries, fields, strict=True):
        same = sizes[len(parts)]
        roles = [part for part in parts if _ROLE.fullmatch(part)]
        shared = [p for p in parts if kinds > 1 and same > 1 and uses[len(parts), p] == same]
        rest = [part for part in parts if part not in roles and part not in shared]
        rest = rest or [part for part in parts if part not in roles] or parts
        remarks = set(_REMARK.findall(summary))
        rest = [part for part in rest if part not in remarks] or rest
        listed = [part for part in rest if known.find(part)]
        person = (listed or sorted(rest, key=lambda part: bool(re.search(r"\d", part)))[:1])[0]
        if not listed and len(rest) > 1 and not any(re.search(r"\d", part) for part in rest):
            # `Database: Ana`: the other field repeats more often than the person.
            person = min(reversed(rest), key=lambda part: uses[len(parts), part])
        others = [p for p in parts if p not in shared and p != person and not re.search(r"\d\d", p)]
        inner = _AROUND.search(person)
        bare = _AROUND.sub("", person).strip() or person
        labels.append(_label([*others, *([inner[0]] if inner and bare != person else [])]))
        texts.append(bare if kinds > 1 or not known.find(person) else person)
    return labels, texts


def _label(parts: Iterable[str]) -> str:
    text = re.sub(rf"\b(?:{_DUTY})\b", " ", " ".join(parts), flags=re.IGNORECASE)
    return " ".join(re.sub(r"^\W+|\W+$", "", text).casefold().split())


def _named_by_attendee(
    events: Sequence[CalendarEvent], texts: Sequence[str], known: Known
) -> list[tuple[str, ...]]:
    """Return the people of each event according to its attendees; none if the summary has them."""
    sets: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    written: dict[tuple[str, ...], set[str]] = defaultdict(set)
    found = [
        tuple(known.find(p.address) or p.name or p.address for p in e.attendees) for e in events
    ]
    for people, text in zip(found, texts, strict=True):
        if people:
            sets[text].add(people)
            written[people].add(text)
    result: list[tuple[str, ...]] = []
    for event, people, text in zip(events, found, texts, strict=True):
        words = _words(text)
        named = tuple(
            name
            for person, name in zip(event.attendees, people, strict=True)
            if _words(name)
            and (_words(name) <= words or words <= _words(name) | _words(person.address))
        )
        several = len(sets[text]) > 1 or (len(sets) == 1 and not named)
        if named and not (_SEVERAL.search(text) or _COMMA.search(text)):
            result.append(named[:1])
        elif people and not named and (several or _ROLE.fullmatch(text) or not text):
            result.append(people)
        else:
            result.append(())
    return result


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.partition("@")[0].casefold()))


class _CommaNames:
    """Splits texts with several names; `Li, Wei` may be one person."""

    def __init__(self, texts: Sequence[str], known: Known) -> None:
        self.questions: list[str] = []
        self._known = known
        self._alone: set[str] = set()
        self._first: set[str] = set()
        self._later: set[str] = set()
        for text in texts:
            for part in _SEVERAL.split(text):
                first, *later = _COMMA.split(part)
                separated = part != text or len(later) > 1
                (self._first if later and not separated else self._alone).add(first)
                (self._alone if separated else self._later).update(later)

    def split(self, text: str) -> tuple[str, ...]:
        """Return the names in a text."""
        if not text or self._known.find(text):
            return (text,) if text else ()
        parts = [part for part in _SEVERAL.split(text) if part]
        return tuple(name for part in parts for name in self._at_commas(part))

    def _at_commas(self, text: str) -> list[str]:
        parts = [part for part in _COMMA.split(text) if part]
        if len(parts) < 2 or self._known.find(text):  # noqa: PLR2004
            return [text]
        both = self._alone | (self._first & self._later)
        if len(parts) > 2 or both & set(parts) or all(map(self._known.find, parts)):  # noqa: PLR2004
            return parts
        question = f"{text!r} is imported as one person; if it is several, separate them with `/`"
        if question not in self.questions:
            self.questions.append(question)
        return [text]


class _Spellings:
    """Chooses one spelling for each person: the contact list's, or the most frequent."""

    def __init__(self, names: Iterable[tuple[str, ...]], known: Known) -> None:
        self.questions: list[str] = []
        self._known = known
        counts = Counter(name for found in names for name in found)
        self._chosen: dict[str, str] = {}
        for name, _ in counts.most_common():
            self._chosen.setdefault(fold(name), self._listed(name) or name)
        for key, name in self._chosen.items():
            if len(name) > MAX_NAME_LENGTH:
                short = shorten(name, MAX_NAME_LENGTH)
                self.questions.append(f"the name {short!r} is shortened: correct it")
                self._chosen[key] = short

    def choose(self, name: str) -> str:
        """Return the person's name in the roster."""
        return self._chosen[fold(name)]

    def _listed(self, name: str) -> str:
        exact = self._known.find(name)
        if exact or not self._known.names:
            return exact
        words = _words(name)
        names = set(self._known.names.values())
        close = [other for other in names if words and (words <= _words(other))]
        if len(close) != 1:
            return ""
        self.questions.append(f"{name!r} in the calendar is taken to be {close[0]!r}")
        return close[0]


def _overlap(events: Sequence[CalendarEvent], labels: Sequence[str]) -> bool:
    """Return whether events with different labels overlap."""
    ends: dict[str, datetime] = {}
    for event, label in sorted(zip(events, labels, strict=True), key=lambda pair: pair[0].starts):
        if any(other != label and end > event.starts for other, end in ends.items()):
            return True
        ends[label] = max(event.until, ends.get(label, event.until))
    return False


def _rank(label: str, position: int) -> tuple[int, int]:
    ranks = (rank for rank, words in enumerate(_RANKS) if re.search(rf"\b(?:{words})\b", label))
    return next(ranks, 0 if not label else len(_RANKS)), position


def _layer_name(label: str, place: int) -> str:
    if not label:
        return LAYERS[place] if place < len(LAYERS) else f"level {place + 1}"
    rank, _ = _rank(label, 0)
    return LAYERS[rank] if rank < len(LAYERS) else shorten(label, MAX_NAME_LENGTH - 20)


def _separate(
    label: str,
    position: int,
    row: Sequence[tuple[CalendarShift, int, str]],
    calendar: Calendar,
    questions: list[str],
) -> list[Layer]:
    """Return one layer, and more if its series overlap: the first in the file is called first."""
    rows: list[list[CalendarShift]] = []
    series: dict[tuple[int, str], list[CalendarShift]] = defaultdict(list)
    zone = _zone(calendar)

    def join(shifts: Iterable[CalendarShift]) -> list[CalendarShift]:
        joined, cut = _join(shifts)
        questions.extend(_omitted(*pair, zone) for pair in cut if pair[0].until > calendar.since)
        return joined

    for shift, level, uid in row:
        series[-level, uid].append(shift)
    for (level, _), shifts in sorted(series.items(), key=lambda item: item[0][0]):
        if rows and any(level for level, _ in series):
            # A higher level takes its hours from the lower ones.
            rows = [join([*rows[0], *_without(shifts, rows[0])])]
            continue
        fits = (number for number, other in enumerate(rows) if not _clash([*other, *shifts]))
        place = next(fits, len(rows))
        rows[place:] = [join([*shifts_of(rows[place : place + 1]), *shifts]), *rows[place + 1 :]]
    layers = []
    for number, shifts in enumerate(rows):
        covered, most = (_covered(part, calendar) for part in (shifts, rows[0]))
        if number and covered < most * _DENSE:
            questions += [
                _omitted(shift, next((o for o in rows[0] if _meets(o, shift)), rows[0][0]), zone)
                for shift in shifts
                if shift.until > calendar.since
            ]
            continue
        if number:
            first = next((s for s in shifts if s.until > calendar.since), shifts[-1])
            other = next((o for o in rows[0] if _meets(o, first)), rows[0][0])
            questions.append(
                f"{first.starts.astimezone(zone):{TIME}}: {other.person} and {first.person} are"
                f" both on call; {other.person}, who is first in the file, is called first"
            )
        name = label if not number and not position else f"{label} {position + number + 1}".strip()
        layers.append(Layer(name if label else "", tuple(shifts)))
    return layers


def shifts_of(rows: Iterable[Sequence[CalendarShift]]) -> list[CalendarShift]:
    """Return the shifts of several rows."""
    return [shift for row in rows for shift in row]


def _meets(first: CalendarShift, second: CalendarShift) -> bool:
    return first.starts < second.until and second.starts < first.until


def _omitted(shift: CalendarShift, other: CalendarShift, zone: ZoneInfo) -> str:
    period = f"{shift.starts.astimezone(zone):{TIME}} to {shift.until.astimezone(zone):{TIME}}"
    return f"{period}: {shift.person} overlaps {other.person}; {shift.person} is omitted"


def _clash(shifts: Iterable[CalendarShift]) -> bool:
    """Return whether different people overlap for more than a small part of a shift."""
    ordered = sorted(shifts, key=lambda shift: (shift.starts, shift.until))
    return any(
        (min(before.until, after.until) - after.starts) / (after.until - after.starts) > _SMALL
        for before, after in pairwise(ordered)
        if before.person != after.person
    )


def _join(
    shifts: Iterable[CalendarShift],
) -> tuple[list[CalendarShift], list[tuple[CalendarShift, CalendarShift]]]:
    """Return shifts in the order of time without overlaps, and what was cut off, for whom."""
    joined: list[CalendarShift] = []
    cut: list[tuple[CalendarShift, CalendarShift]] = []
    for shift in sorted(shifts, key=lambda shift: (shift.starts, shift.until)):
        last = joined[-1] if joined else shift
        if last is not shift and shift.starts < last.until and shift.person != last.person:
            cut.append((replace(shift, until=min(shift.until, last.until)), last))
        begin = shift.starts if last is shift else max(shift.starts, last.until)
        if begin < shift.until:
            joined.append(replace(shift, starts=begin))
    return joined, cut


def _without(
    shifts: Iterable[CalendarShift], taken: Iterable[CalendarShift]
) -> list[CalendarShift]:
    """Return shifts without the periods that others have taken."""
    rest = list(shifts)
    for other in taken:
        rest = [
            part
            for shift in rest
            for part in (
                (shift,)
                if not _meets(shift, other)
                else (
                    replace(shift, until=min(shift.until, other.starts)),
                    replace(shift, starts=max(shift.starts, other.until)),
                )
            )
            if part.starts < part.until
        ]
    return rest


def _covered(shifts: Iterable[CalendarShift], calendar: Calendar) -> float:
    return sum(
        max(
            0,
            (min(s.until, calendar.until) - max(s.starts, calendar.since)).total_seconds(),
        )
        for s in shifts
    )


def _zone(calendar: Calendar) -> ZoneInfo:
    return ZoneInfo(calendar.timezones[0])


def known_names(names: Mapping[str, Iterable[str]]) -> Known:
    """Return what a calendar may write for each name in a contact list."""
    known = Known()
    for name, aliases in names.items():
        known.names |= {fold(text): name for text in (name, *aliases) if text}
    return known
