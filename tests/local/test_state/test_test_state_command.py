"""`make test-aws` where there is no account: one line, and no failure."""

from __future__ import annotations

import os
from unittest.mock import patch

import pytest

from local.environment import NOWHERE, local_environment
from local.test_state.__main__ import main


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "no AWS credentials (AWS_PROFILE, "),
        (("AWS_REGION", "AWS_DEFAULT_REGION"), "no AWS region (AWS_DEFAULT_REGION, "),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    without: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = local_environment(NOWHERE)
    for name in without:
        del environment[name]

    with patch.dict(os.environ, environment, clear=True):
        main()

    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"test-aws is skipped: {said}")


def test_a_profile_that_is_not_there_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = local_environment(NOWHERE) | {"AWS_PROFILE": "nobody"}

    with patch.dict(os.environ, environment, clear=True), pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().out == (
        "test-aws could not ask: The config profile (nobody) could not be found\n"
    )
