"""Which engine tells a story."""

from enum import StrEnum


class Engine(StrEnum):
    """Where stories are told."""

    VIRTUAL = "virtual"
    EMULATOR = "emulator"
