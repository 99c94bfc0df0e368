"""Promise of the guard itself: whatever is saved, the last good version is labelled and used."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.roster.validation_report import problems_of
from tests.roster_validation.sample_rosters import GOOD
from tests.roster_validation.send_change_event import changed
from tests.support.mistyped_rosters import TYPED

if TYPE_CHECKING:
    from types import ModuleType

    from tests.roster_validation.conftest import Team


def saved(team: Team, text: str) -> int:
    """Save a text; give its version, 0 where SSM does not take it (nothing, or no text)."""
    ssm = team.system.client("ssm")
    with suppress(ClientError, ParamValidationError, UnicodeEncodeError):
        text.encode()  # half a character is no UTF-8, which the emulator finds out too late
        done = ssm.put_parameter(Name=team.parameter, Value=text, Type="String", Overwrite=True)
        return int(done["Version"])
    return 0


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(TYPED, min_size=1, max_size=3), lost=st.integers(0, 3))
def test_whatever_is_saved_the_last_good_version_is_labelled_and_called_by(
    alone: Team, validate_roster: ModuleType, plan_calls: ModuleType, texts: list[str], lost: int
) -> None:
    saved(alone, " ")
    alone.delete()
    good = saved(alone, GOOD)
    changed(validate_roster, alone, "Create")
    for number, text in enumerate(texts):
        version = saved(alone, text)
        if version and not problems_of(text):
            good = version
        if number == lost:
            continue  # the event of a change may never come
        changed(validate_roster, alone)

        assert alone.labelled == good
        plan = alone.plan(plan_calls)["plan"]
        assert plan["calls"]
        assert plan["roster"]["version"] == good
