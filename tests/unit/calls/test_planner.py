"""Test planning: whom to call, in which order."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from oncall.calls.planner import PlannedCall, plan_calls
from oncall.roster.model import RosterError
from oncall.roster.parsing.parser import parse

ROSTERS = Path(__file__).parents[2] / "fixtures/rosters"
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def planned(text: str, at: datetime = NOON) -> tuple[PlannedCall, ...]:
    return plan_calls(parse(text), at)


def names(text: str, at: datetime = NOON) -> list[str]:
    return [call.contact for call in planned(text, at)]


def test_each_round_calls_every_phone_of_every_person() -> None:
    text = (ROSTERS / "two-languages.yaml").read_text()
    assert planned(text) == (
        PlannedCall(1, 1, "Li Wei", "+8613800138000", "zh-CN", 30),
        PlannedCall(2, 1, "Ana", "+14155550132", "en-US", 30),
        PlannedCall(3, 1, "Ana", "+14155550178", "en-US", 30),
        PlannedCall(4, 2, "Li Wei", "+8613800138000", "zh-CN", 30),
        PlannedCall(5, 2, "Ana", "+14155550132", "en-US", 30),
        PlannedCall(6, 2, "Ana", "+14155550178", "en-US", 30),
    )


def test_smallest_roster_calls_one_person_twice() -> None:
    text = (ROSTERS / "minimal.yaml").read_text()
    assert planned(text) == (
        PlannedCall(1, 1, "Li Wei", "+8613800138000", "en-US", 45),
        PlannedCall(2, 2, "Li Wei", "+8613800138000", "en-US", 45),
    )


TWO = """
contacts:
  - {name: Li Wei, phone: +8613800138000}
  - {name: Ana, phone: +14155550132}
"""


def test_person_of_two_entries_in_a_row_is_called_once() -> None:
    rotation = "rotations: [{name: primary, members: [Ana], starts: 2026-01-05T09:00, every: 1w}]"
    text = f"{TWO}escalation: [primary, Ana, Li Wei]\nrounds: 1\n{rotation}"
    assert names(text) == ["Ana", "Li Wei"]


def test_an_entry_that_is_repeated_is_called_again() -> None:
    assert names(f"{TWO}escalation: [Ana, Ana, Li Wei]\nrounds: 1\n") == ["Ana", "Ana", "Li Wei"]


def test_an_entry_for_later_rounds_is_skipped_before() -> None:
    text = f"{TWO}escalation: [Ana, {{name: Li Wei, from_round: 2}}]\nrounds: 3\n"
    assert names(text) == ["Ana", "Ana", "Li Wei", "Ana", "Li Wei"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("attempts: 2", "...32 ...32 ...00 ...00"),
        ("attempts: 1", "...32 ...00"),
        ("attempts: 3", "...32 ...32 ...32 ...00 ...00 ...00"),
    ],
)
def test_attempts_call_each_phone_again_at_once(settings: str, expected: str) -> None:
    text = (
        f"contacts: [{{name: Ana, phone: [+14155550132, +8613800138000], {settings}}}]\nrounds: 1"
    )
    assert " ".join(f"...{call.phone[-2:]}" for call in planned(text)) == expected
    roster = (
        f"contacts: [{{name: Ana, phone: [+14155550132, +8613800138000]}}]\n{settings}\nrounds: 1"
    )
    assert planned(roster) == planned(text)


def test_person_may_be_called_again_later_in_a_round() -> None:
    assert names(f"{TWO}escalation: [Ana, Li Wei, Ana]\nrounds: 1\n") == ["Ana", "Li Wei", "Ana"]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("Bo", ["Bo", "Ana", "Li Wei", "Ana", "Li Wei", "Bo"]),
        ("Ana", ["Ana", "Li Wei", "Bo", "Ana", "Li Wei", "Bo"]),
        ("Nobody", ["Ana", "Li Wei", "Bo", "Ana", "Li Wei", "Bo"]),
        ("", ["Ana", "Li Wei", "Bo", "Ana", "Li Wei", "Bo"]),
    ],
)
def test_call_first_moves_one_person_to_the_front_once(first: str, expected: list[str]) -> None:
    three = f"{TWO}  - {{name: Bo, phone: +14155550133}}\nescalation: [Ana, Li Wei, Bo]\n"
    calls = plan_calls(parse(three), NOON, first)
    assert [call.contact for call in calls] == expected
    assert [call.attempt for call in calls] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("escalation", "first", "expected"),
    [
        ("[Ana, Li Wei, Ana, Li Wei]", "Li Wei", ["Li Wei", "Ana", "Li Wei"]),
        ("[Li Wei, Ana, Li Wei]", "Ana", ["Ana", "Li Wei"]),
    ],
)
def test_call_first_never_calls_a_person_twice_in_a_row(
    escalation: str, first: str, expected: list[str]
) -> None:
    roster = parse(f"{TWO}escalation: {escalation}\nrounds: 1\n")
    assert [call.contact for call in plan_calls(roster, NOON, first)] == expected


def test_time_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        planned(TWO, NOON.replace(tzinfo=None))


def beijing(local: str) -> datetime:
    return datetime.fromisoformat(f"{local}+08:00")


def test_rotation_decides_who_is_called() -> None:
    text = (ROSTERS / "rotation.yaml").read_text()
    assert names(text, beijing("2026-01-05T09:00"))[:3] == ["Li Wei", "Ana", "Ana"]
    assert names(text, beijing("2026-01-12T08:59"))[:3] == ["Li Wei", "Ana", "Ana"]
    assert names(text, beijing("2026-01-12T09:00")) == ["Li Wei", "Li Wei"]  # once in each round


def test_override_includes_its_start_and_excludes_its_end() -> None:
    text = (ROSTERS / "rotation.yaml").read_text()
    assert "Ana" in names(text, beijing("2026-12-23T23:59"))
    assert "Ana" not in names(text, beijing("2026-12-24T00:00"))
    assert "Ana" not in names(text, beijing("2026-12-25T23:59"))
    assert "Ana" in names(text, beijing("2026-12-26T00:00"))


THREE = """
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: Bo, phone: +14155550133}
  - {name: Li Wei, phone: +8613800138000}
escalation: [primary, Li Wei]
rounds: 1
rotations:
  - {name: primary, members: [Ana, Bo], starts: 2026-06-29T00:00, every: 1w}
overrides:
"""


def override(replaced: str, substitute: str) -> str:
    times = "from: 2026-07-01T00:00, until: 2026-07-02T00:00"
    return f"  - {{{times}, replace: {replaced}, with: {substitute}}}\n"


def test_override_of_a_rotation_replaces_the_person_on_call() -> None:
    assert names(THREE + override("primary", "Bo")) == ["Bo", "Li Wei"]


def test_override_of_a_person_applies_everywhere() -> None:
    text = THREE.replace("[primary, Li Wei]", "[primary, Li Wei, Ana]")
    assert names(text + override("Ana", "Bo")) == ["Bo", "Li Wei", "Bo"]


def test_substitute_can_have_a_substitute() -> None:
    text = THREE + override("primary", "Bo") + override("Bo", "Li Wei")
    assert names(text) == ["Li Wei"]


def test_two_people_can_swap() -> None:
    text = THREE + override("Ana", "Li Wei") + override("Li Wei", "Ana")
    assert names(text) == ["Li Wei", "Ana"]


def test_a_swap_also_applies_to_a_substitute() -> None:
    text = THREE + override("Ana", "Bo") + override("Bo", "Li Wei") + override("Li Wei", "Bo")
    assert names(text) == ["Li Wei", "Bo"]


@pytest.mark.parametrize(("replaced", "calls"), [("Ana", 585), ("primary", 225)])
def test_longest_plan_includes_substitutes(replaced: str, calls: int) -> None:
    phones = ", ".join(f"+861380013800{digit}" for digit in range(5))
    many = THREE.replace("phone: +8613800138000", f"phone: [{phones}]").replace(
        "[primary, Li Wei]", f"[{', '.join(['Ana', 'Bo'] * 10 + ['primary'])}]"
    )
    roster = many.replace("rounds: 1", "rounds: 9") + override(replaced, "Li Wei")
    with pytest.raises(RosterError, match=f"up to {calls} calls"):
        parse(roster)
