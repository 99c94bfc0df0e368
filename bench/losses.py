"""The ways in which a call is lost, each with its moments drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.stories import two_people
from local.connect.timeline import What

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.connect.simulated_call import Call
    from local.scenarios.scenario import Scenario

#: A moment that is not on a whole second, as none is in life.
Draw = random.Random


@dataclass(frozen=True)
class Loss:
    """One way.

    Attributes:
        name: for the table.
        story: makes a page whose first call is lost in this way.
        lost_at: the story second at which that call is lost, from the story and the call.
    """

    name: str
    story: Callable[[Draw], Scenario]
    lost_at: Callable[[Scenario, Call], float]


def _over(_story: Scenario, call: Call) -> float:
    if call.ended_at is None:
        raise ValueError("the call has not ended")
    return call.ended_at


def _ring_limit(story: Scenario, call: Call) -> float:
    roster = story.roster_read()
    if roster is None:
        raise ValueError("the roster cannot be read")
    return call.placed_at + roster.ring_seconds


def _passed_on(_story: Scenario, call: Call) -> float:
    return next(one.at for one in call.entries if one.what is What.PRESSED and one.text == "2")


def _voicemail(draw: Draw) -> Scenario:
    phone = {"answer_after": draw.uniform(5, 25), "hang_up_after": draw.uniform(5, 60)}
    return two_people({"voicemail": phone})


def _declines(draw: Draw) -> Scenario:
    phone = {"keys": "2", "answer_after": draw.uniform(2, 20), "key_after": draw.uniform(1, 15)}
    return two_people({"press": phone})


LOSSES = (
    Loss("busy at once", lambda _: two_people("busy"), _over),
    Loss("rejected at 3 s", lambda _: two_people({"reject": {"after": 3}}), _over),
    Loss("rejected", lambda draw: two_people({"reject": {"after": draw.uniform(0, 30)}}), _over),
    Loss("voicemail hangs up", _voicemail, _over),
    Loss(
        "rings out",
        lambda draw: two_people("no_answer", ring_seconds=draw.randint(15, 60)),
        _ring_limit,
    ),
    Loss("passed on with key 2", _declines, _passed_on),
)

#: Moments at which the same takes no longer than it must, for real time; a few seconds each.
SHORT_LOSSES = (
    *LOSSES[:2],
    Loss(
        "passed on with key 2, after 3.5 s",
        lambda _: two_people({"press": {"keys": "2", "answer_after": 2, "key_after": 1.5}}),
        _passed_on,
    ),
)
