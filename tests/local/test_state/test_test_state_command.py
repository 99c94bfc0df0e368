"""`make test-aws` without an AWS account: one line, no failure."""

from __future__ import annotations

import os
from unittest.mock import patch

import pytest

from local.environment import NOWHERE, local_environment
from local.test_state.__main__ import main


@pytest.mark.parametrize(
    ("without", "message"),
    [
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "no AWS credentials (AWS_PROFILE, "),
        (("AWS_REGION", "AWS_DEFAULT_REGION"), "no AWS region (AWS_DEFAULT_REGION, "),
    ],
)
def test_missing_configuration_is_reported_in_one_line(
    without: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = local_environment(NOWHERE)
    for name in without:
        del environment[name]

    with patch.dict(os.environ, environment, clear=True):
        main()

    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"test-aws: skipped, {message}")


def test_a_missing_profile_is_reported_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = local_environment(NOWHERE) | {"AWS_PROFILE": "nobody"}

    with patch.dict(os.environ, environment, clear=True), pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().out == (
        "test-aws: request failed: The config profile (nobody) could not be found\n"
    )
