"""Find out whom the events of a calendar name, and in which layer: primary, secondary and so on."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from callout.roster.importing.calendar_events import Calendar, CalendarEvent
from callout.roster.importing.roster_writer import ImportedContact
from callout.roster.importing.schedule_comparison import Shift, subtract
from oncall.roster.defaults_and_limits import MAX_NAME_LENGTH
from oncall.text import shorten

if TYPE_CHECKING:
    from datetime import datetime

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
    rf"^(?:(?:{_DUTY}|primary|secondary|tertiary|back-?up)\b[ :=-]*)+(?=\S)"
    r"|(?<=\S)(?:['\u2019]s|,)?"
    rf"(?:[ :-]+(?:is )?(?:{_DUTY}|primary|secondary|tertiary|back-?up)\b)+$",
    re.IGNORECASE,
)
_PRECEDENCE = re.compile(r"^\[L(\d+)\]\s*")  # of Grafana OnCall: the higher level replaces others
_FIELDS = re.compile(r"\s*[:|\u2013\u2014\uff1a]\s+|\uff1a|\s+-\s+|\s*[(\[]|[)\]]\s*")
_REMARK = re.compile(r"[(\[]\s*([^)\]]*?)\s*[)\]]")
#: An address beside a name, and pictures.
_NOISE = re.compile("\\s*<[^<>]*@[^<>]*>|[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_SEVERAL = re.compile(r"\s*[/&+;\u3001]\s*|\s+(?:and|und|et|y|e)\s+")
_COMMA = re.compile(r"\s*[,\uff0c]\s*")
_DENSE = 0.5
_SMALL = 0.25


class Layer(NamedTuple):
    """People of whom one at a time is on call; `shifts` do not overlap, in the order of time."""

    name: str
    shifts: tuple[Shift, ...]


class Known:
    """The names in a contact list, by what a calendar may write: name or email address."""

    def __init__(self, contacts: Iterable[ImportedContact]) -> None:
        self.names = {
            fold(text): contact.name
            for contact in contacts
            for text in (contact.name, *contact.aliases)
            if text
        }

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
    rows: dict[tuple[str, int], list[tuple[Shift, int, str]]] = defaultdict(list)
    for event, label, names in zip(calendar.events, labels, people, strict=True):
        match = _PRECEDENCE.match(event.summary)
        for position, name in enumerate(names):
            shift = Shift(event.starts, event.until, name)
            rows[label, position].append((shift, int(match[1]) if match else 0, event.series))
    layers: list[Layer] = []
    for (label, position), row in sorted(rows.items(), key=lambda item: _rank(*item[0])):
        layers += _separate(label, position, row, calendar, questions)
    taken = {fold(shift.person) for layer in layers for shift in layer.shifts}
    for place, layer in enumerate(layers):
        name = unique = _layer_name(layer.name, place)
        while fold(unique) in taken:
            unique += " rotation" if unique == name else " 2"
        taken.add(fold(unique))
        layers[place] = layer._replace(name=unique)
    return layers, questions


def _read_names(
    calendar: Calendar, known: Known, questions: list[str]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the label and the people of each event."""
    summaries = [
        _NOISE.sub("", _PRECEDENCE.sub("", event.summary)).strip() for event in calendar.events
    ]
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
    chosen = _spellings(names, known, questions)
    return labels, [tuple(dict.fromkeys(chosen[fold(name)] for name in found)) for found in names]


def _split_labels(summaries: Sequence[str], known: Known) -> tuple[list[str], list[str]]:
    """Split each summary into a label, such as `Secondary`, and the text with the names."""
    fields = [[part for part in _FIELDS.split(text) if part] or [""] for text in summaries]
    kinds = len(set(summaries))
    uses = Counter((len(parts), part) for parts in fields for part in set(parts))
    sizes = Counter(map(len, fields))
    moved = Counter(part for _, part in {(n, p) for parts in fields for n, p in enumerate(parts)})
    labels, texts = [], []
    for summary, parts in zip(summaries, fields, strict=True):
        same = sizes[len(parts)]
        roles = [part for part in parts if _ROLE.fullmatch(part)]
        shared = [p for p in parts if kinds > 1 and same > 1 and uses[len(parts), p] == same]
        rest = [part for part in parts if part not in roles and part not in shared]
        rest = rest or [part for part in parts if part not in roles] or parts
        remarks = set(_REMARK.findall(summary))
        rest = [part for part in rest if part not in remarks] or rest
        if len(rest) > 1 and sizes[len(rest)] == len(fields) and any(moved[p] > 1 for p in rest):
            labels.append("")  # `Ana | Bo`, then `Bo | Cy`: all of them are people
            texts.append(" / ".join(rest))
            continue
        listed = [part for part in rest if known.find(part)]
        person = (listed or sorted(rest, key=lambda part: bool(re.search(r"\d", part))))[0]
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
    found = [
        tuple(known.find(p.address) or p.name or p.address for p in e.attendees) for e in events
    ]
    for people, text in zip(found, texts, strict=True):
        if people:
            sets[text].add(people)
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
        self.questions: dict[str, None] = {}
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
        self.questions[question] = None
        return [text]


def _spellings(
    names: Iterable[tuple[str, ...]], known: Known, questions: list[str]
) -> dict[str, str]:
    """Return the spelling of each folded name: the contact list's, or the most frequent."""
    chosen: dict[str, str] = {}
    for name, _ in Counter(name for found in names for name in found).most_common():
        listed, words = known.find(name), _words(name)
        close = [other for other in {*known.names.values()} if words and words <= _words(other)]
        if not listed and len(close) == 1:
            [listed] = close
            questions.append(f"{name!r} in the calendar is assumed to be {listed!r}")
        chosen.setdefault(fold(name), listed or name)
    for key, name in chosen.items():
        chosen[key] = shorten(name, MAX_NAME_LENGTH)
        if chosen[key] != name:
            questions.append(f"the name {chosen[key]!r} is shortened: correct it")
    return chosen


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
    rank = _rank(label, 0)[0] if label else place
    if rank < len(LAYERS):
        return LAYERS[rank]
    return shorten(label, MAX_NAME_LENGTH - 20) or f"level {place + 1}"


def _separate(
    label: str,
    position: int,
    row: Sequence[tuple[Shift, int, str]],
    calendar: Calendar,
    questions: list[str],
) -> list[Layer]:
    """Return one layer, and more if its series overlap: the first in the file is called first."""
    rows = _arrange(row, calendar, questions)
    layers: list[Layer] = []
    for number, shifts in enumerate(rows):
        pairs = [
            (shift, next((o for o in rows[0] if _meets(o, shift)), rows[0][0]))
            for shift in shifts
            if number and shift.until > calendar.since
        ]
        if number and _covered(shifts, calendar) < _covered(rows[0], calendar) * _DENSE:
            questions += [_omitted(*pair, calendar) for pair in pairs]
            continue
        for shift, other in pairs[:1]:
            questions.append(
                f"{shift.starts.astimezone(_zone(calendar)):{TIME}}: {other.person} and"
                f" {shift.person} are both on call; {other.person}, who is first in the file, is"
                " called first"
            )
        name = label if not number and not position else f"{label} {position + number + 1}"
        layers.append(Layer(name if label else "", tuple(shifts)))
    return layers


def _arrange(
    row: Sequence[tuple[Shift, int, str]], calendar: Calendar, questions: list[str]
) -> list[list[Shift]]:
    """Return shifts in rows, of which each has one person at a time: a new one if series clash."""
    rows: list[list[Shift]] = []
    series: dict[tuple[int, str], list[Shift]] = defaultdict(list)

    def join(shifts: Iterable[Shift]) -> list[Shift]:
        """Return shifts in the order of time without overlaps."""
        joined: list[Shift] = []
        for shift in sorted(shifts, key=lambda shift: shift[:2]):
            last = joined[-1] if joined else shift._replace(until=shift.starts)
            cut = shift._replace(until=min(shift.until, last.until))
            if shift.starts < cut.until and shift.person != last.person:
                questions.extend([_omitted(cut, last, calendar)] * (cut.until > calendar.since))
            begin = max(shift.starts, last.until)
            if begin < shift.until:
                joined.append(shift._replace(starts=begin))
        return joined

    for shift, level, uid in row:
        series[-level, uid].append(shift)
    for (level, _), shifts in sorted(series.items(), key=lambda item: item[0][0]):
        if rows and any(level for level, _ in series):
            # A higher level takes its hours from the lower ones.
            taken = [shift[:2] for shift in rows[0]]
            free = [Shift(*part, s.person) for s in shifts for part in subtract(s[:2], taken)]
            rows = [join([*rows[0], *free])]
            continue
        fits = (number for number, found in enumerate(rows) if not _clash([*found, *shifts]))
        place = next(fits, len(rows))
        rows[place : place + 1] = [join([*(rows[place] if place < len(rows) else ()), *shifts])]
    return rows


def _meets(first: Shift, second: Shift) -> bool:
    return first.starts < second.until and second.starts < first.until


def _omitted(shift: Shift, other: Shift, calendar: Calendar) -> str:
    period = " to ".join(f"{at.astimezone(_zone(calendar)):{TIME}}" for at in shift[:2])
    return f"{period}: {shift.person} overlaps {other.person}; {shift.person} is omitted"


def _clash(shifts: Iterable[Shift]) -> bool:
    """Return whether different people overlap for more than a small part of a shift."""
    ordered = sorted(shifts, key=lambda shift: shift[:2])
    return any(
        (min(before.until, after.until) - after.starts) / (after.until - after.starts) > _SMALL
        for before, after in pairwise(ordered)
        if before.person != after.person
    )


def _covered(shifts: Iterable[Shift], calendar: Calendar) -> float:
    return sum(
        max(0, (min(s.until, calendar.until) - max(s.starts, calendar.since)).total_seconds())
        for s in shifts
    )


def _zone(calendar: Calendar) -> ZoneInfo:
    return ZoneInfo(calendar.timezones[0])
