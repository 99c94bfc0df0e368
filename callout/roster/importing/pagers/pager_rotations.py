"""Turn a layer of another pager into rotations of a roster."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from callout.roster.importing.pagers.pager_model import APPROXIMATED, DROPPED, MINUTE, WEEK, Layer
from callout.roster.importing.weekly_hours import DAY_MINUTES, WEEK_MINUTES, hours_of
from oncall.roster.hours import overlap
from oncall.roster.model import Rotation
from oncall.roster.schedule import on_call


class Part(NamedTuple):
    """A rotation in the making; `slot` if it has only some turns of the week."""

    starts: datetime
    every: timedelta
    members: tuple[str, ...]
    minutes: frozenset[int]
    place: int
    slot: bool = False


def layer_parts(
    layer: Layer, minutes: frozenset[int], note: Callable[[str, str], None], now: datetime
) -> list[Part]:
    """Return the rotations that together are on duty as a layer is in some minutes of the week."""
    if layer.until and layer.until <= now:
        note(DROPPED, f"ended on {layer.until:%Y-%m-%d}")
        return []
    if not minutes:
        note(DROPPED, "other layers always take precedence over it")
        return []
    if not layer.is_usable:
        length = f"its turns take {layer.every}"
        note(DROPPED, f"{length}, but those of a roster whole hours, up to 52 weeks")
        return []
    start = layer.starts.replace(second=0, microsecond=0)
    places = max(map(len, layer.turns), default=0)
    parts = [
        part
        for place in range(places)
        for part in _parts(replace(layer, starts=start), place, minutes)
        if any(part.members)
    ]
    kept = [part for part in parts if all(part.members)]
    if len(kept) < len(parts) or not kept:
        note(DROPPED, "nobody is on call in some or all turns, which a rotation does not allow")
    if kept and places > 1:
        note(APPROXIMATED, f"{places} people are on call together; one is called after another")
    if kept and layer.starts != start:
        note(APPROXIMATED, "its turns start at a full minute in the roster")
    if kept and layer.until:
        note(APPROXIMATED, f"ends on {layer.until:%Y-%m-%d}; remove it from the roster then")
    if kept and layer.since and layer.since > now:
        note(APPROXIMATED, f"begins on {layer.since:%Y-%m-%d}; the roster has it from now on")
    return kept


def _parts(layer: Layer, place: int, minutes: frozenset[int]) -> list[Part]:
    """Return the rotations for one place of a layer; "" in their members is nobody.

    Rotations do not count turns that are out of their hours. If the layer counts otherwise, each
    turn of the week becomes a rotation, unless the turns do not divide the week.
    """
    people = tuple(turn[min(place, len(turn) - 1)] if turn else "" for turn in layer.turns)
    whole = Part(layer.starts, layer.every, people, minutes, place)
    own = replace(layer.counted, timezone="UTC")
    per_week = WEEK // layer.every
    if WEEK % layer.every or per_week == 1:
        return [whole]

    def member(rotation: Rotation, at: datetime) -> str:
        return people[int(on_call(rotation, at.replace(tzinfo=UTC)))]

    rotation = replace(own, hours=hours_of(minutes))
    turns = [layer.starts + turn * layer.every for turn in range(per_week * len(people))]
    on_duty = (at for at in turns if overlap(rotation.hours, at, layer.every))
    if all(people) and all(member(own, at) == member(rotation, at) for at in on_duty):
        return [whole]
    parts: dict[tuple[str, ...], Part] = {}
    for at in turns[:per_week]:
        members = _shortest(tuple(member(own, at + week * WEEK) for week in range(len(people))))
        part = parts.get(members) or Part(at, WEEK, members, frozenset(), place, slot=True)
        if within := minutes & _minutes_of_turn(at, layer.every):
            parts[members] = part._replace(minutes=part.minutes | within)
    return list(parts.values())


def _minutes_of_turn(starts: datetime, every: timedelta) -> frozenset[int]:
    """Return the minutes of the week that a turn of less than a week takes."""
    first = starts.weekday() * DAY_MINUTES + starts.hour * 60 + starts.minute
    return frozenset((first + minute) % WEEK_MINUTES for minute in range(every // MINUTE))


def _shortest(members: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shortest list whose repetition gives the members."""
    sizes = (size for size in range(1, len(members) + 1) if len(members) % size == 0)
    return next(members[:n] for n in sizes if members == members[:n] * (len(members) // n))
