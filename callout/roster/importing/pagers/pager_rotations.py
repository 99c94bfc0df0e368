"""Turn a layer of another pager into rotations of a roster."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DROPPED,
    WEEK,
    Layer,
    counted_turns,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta


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
    why = ""
    if layer.until and layer.until <= now:
        why = f"ended on {layer.until:%Y-%m-%d}"
    elif not minutes:
        why = "other layers always take precedence over it"
    elif not layer.is_usable:
        why = f"its turns take {layer.every}, but those of a roster whole hours, up to 52 weeks"
    if why:
        note(DROPPED, why)
        return []
    start = layer.starts.replace(second=0, microsecond=0)
    parts: list[Part] = []
    for place in range(places := max(map(len, layer.turns), default=0)):
        turns = tuple(turn[min(place, len(turn) - 1)] if turn else "" for turn in layer.turns)
        parts += _parts(replace(layer, starts=start), turns, minutes, place)
    parts = [part for part in parts if any(part.members) and part.minutes]
    kept = [part for part in parts if all(part.members)]
    if len(kept) < len(parts):
        note(DROPPED, "nobody is on call in some turns, which a rotation does not allow")
    elif not kept:
        note(DROPPED, "nobody is ever on call")
    _note_approximations(layer, places if kept else 0, note, now)
    return kept


def _note_approximations(
    layer: Layer, places: int, note: Callable[[str, str], None], now: datetime
) -> None:
    if not places:
        return
    if layer.starts.second or layer.starts.microsecond:
        note(APPROXIMATED, "its turns start at a full minute in the roster")
    if places > 1:
        note(APPROXIMATED, f"{places} people are on call together; one is called after another")
    if layer.until:
        note(APPROXIMATED, f"ends on {layer.until:%Y-%m-%d}; remove it from the roster then")
    if layer.since and layer.since > now:
        note(APPROXIMATED, f"begins on {layer.since:%Y-%m-%d}; the roster has it from now on")


def _parts(layer: Layer, turns: tuple[str, ...], minutes: frozenset[int], place: int) -> list[Part]:
    """Return the rotations for one place of a layer; "" in their members is nobody.

    Rotations do not count turns that are out of their hours. If the layer counts otherwise, each
    turn of the week becomes a rotation, unless the turns do not divide the week.
    """
    whole = [Part(layer.starts, layer.every, turns, minutes, place)]
    people = len(turns)
    if layer.every >= WEEK or (people == 1 and all(turns)):
        return whole
    counts = counted_turns(layer.starts, layer.every, minutes)
    periods = len(counts) - 1
    same = (
        all(
            (layer.index_of(turn) - before) % people == 0
            for turn, (before, after) in enumerate(pairwise(counts))
            if after > before
        )
        and (layer.index_of(periods) - counts[-1]) % people == 0
    )
    if (all(turns) and same) or WEEK % layer.every:
        return whole
    per_week = WEEK // layer.every
    parts: dict[tuple[str, ...], Part] = {}
    for turn in range(per_week):
        within = minutes & span(layer.starts, layer.every, turn)
        members = _shortest(
            tuple(turns[layer.index_of(turn + week * per_week) % people] for week in range(people))
        )
        empty = Part(
            layer.starts + turn * layer.every, WEEK, members, frozenset(), place, slot=True
        )
        part = parts.get(members, empty)
        if within:
            parts[members] = part._replace(minutes=part.minutes | within)
    return list(parts.values())


def _shortest(members: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shortest list whose repetition gives the members."""
    return next(
        members[:size]
        for size in range(1, len(members) + 1)
        if len(members) % size == 0 and members == members[:size] * (len(members) // size)
    )
