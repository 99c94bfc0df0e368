"""After any edits, validate_roster labels the last good version and pages use it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.roster.validation_report import list_problems
from tests.roster_validation.sample_rosters import GOOD
from tests.support.mistyped_rosters import TYPED

if TYPE_CHECKING:
    from tests.roster_validation.conftest import IsolatedTeam


def saved(team: IsolatedTeam, text: str) -> int:
    """Save a text; return its version, 0 if SSM rejects it (empty, or not text)."""
    ssm = team.system.client("ssm")
    with suppress(ClientError, ParamValidationError, UnicodeEncodeError):
        text.encode()  # half a character is not UTF-8, which the emulator detects too late
        done = ssm.put_parameter(Name=team.parameter, Value=text, Type="String", Overwrite=True)
        return int(done["Version"])
    return 0


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(TYPED, min_size=1, max_size=3), lost=st.integers(0, 3))
def test_the_last_good_version_is_labelled_and_used(
    own_team: IsolatedTeam,
    texts: list[str],
    lost: int,
) -> None:
    saved(own_team, " ")
    own_team.delete()
    good = saved(own_team, GOOD)
    own_team.send_change("Create")
    for number, text in enumerate(texts):
        version = saved(own_team, text)
        if version and not list_problems(text, datetime.now(UTC)):
            good = version
        if number == lost:
            continue  # a change event may be lost
        own_team.send_change()

        assert own_team.labelled == good
        plan = own_team.plan()["plan"]
        assert plan["calls"]
        assert plan["roster"]["version"] == good
