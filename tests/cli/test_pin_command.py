"""`callout roster pin` stores a hash, and nothing shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from oncall.pin import STORED, check_pin
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from tests.cli.team_fixture import Team

ROSTER = """\
contacts:
  - {name: Ana, phone: +14155550132}
rotations:
  - {name: office, members: [Ana], starts: 2096-01-02T09:00, every: 1w}
escalation: [office]
"""


def test_a_pin_is_saved_as_a_hash_and_shown_nowhere(team: Team) -> None:
    team.save(ROSTER)

    for pin in ("271828", "314159"):
        done = callout_in_process(
            team.system, "roster", "pin", "ana", "--team", team.name, stdin=f"{pin}\n"
        )
        [contact] = parse(team.text).contacts
        assert (done.code, done.err, check_pin(pin, contact.pin)) == (0, "", True)
        assert "(PIN set)" in done.out
        assert pin not in done.out + repr(contact)

    for command in (["show"], ["show", "--json"], ["history"], ["rollback", "2"]):
        name = [command[0], team.name, *command[1:]]
        shown = callout_in_process(team.system, "roster", *name)
        assert shown.code == 0
        assert not STORED.search(shown.out)
    removed = callout_in_process(
        team.system, "roster", "pin", "Ana", "--remove", "--team", team.name, "--json"
    )
    assert not STORED.search(removed.out)
    assert team.text == ROSTER


@pytest.mark.parametrize(
    ("name", "pin", "error"),
    [
        ("Ana", "123", "not saved: a PIN has 4 to 8 digits"),
        ("Ana", "12e4", "not saved: a PIN has 4 to 8 digits"),
        ("office", "1234", "office is a rotation: use the name of a contact"),
        ("Bo", "1234", "the roster has no contact or rotation 'Bo'"),
    ],
)
def test_an_error_is_one_line(team: Team, name: str, pin: str, error: str) -> None:
    team.save(ROSTER)
    done = callout_in_process(team.system, "roster", "pin", name, "--team", team.name, stdin=pin)
    assert error in done.error_line
    assert team.text == ROSTER
