"""In place of Step Functions Local where there is no Docker: the emulator, with its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator import Emulator
from local.environment import ROOT

if TYPE_CHECKING:
    from local.step_functions_local.engine import Surroundings


class StandIn(Emulator):
    """A second emulator that holds state machines only, from entering to leaving.

    Args:
        surroundings: what it is told, as Step Functions Local is.
    """

    program = ROOT / "local" / "step_functions_local" / "inside" / "stand_in.py"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(connect_url="", faults_url="", time_scale=surroundings.time_scale)
        self._environment |= {
            "LAMBDA_ENDPOINT": surroundings.lambda_url,
            "SNS_ENDPOINT": surroundings.sns_url,
        }
        if surroundings.mock_config:
            self._environment["SFN_MOCK_CONFIG"] = str(surroundings.mock_config)
