"""What these tests share with those of the functions: place_call and a simulated Connect."""

from tests.functions.conftest import check_call, connect, place_call, simulated_connect

__all__ = ["check_call", "connect", "place_call", "simulated_connect"]
