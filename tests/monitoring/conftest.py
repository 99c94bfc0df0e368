"""Fixtures of other folders: the functions, a simulated Connect, the template."""

from tests.functions.conftest import check_call, connect, place_call, simulated_connect
from tests.infrastructure.conftest import assembly, callout

__all__ = ["assembly", "callout", "check_call", "connect", "place_call", "simulated_connect"]
