"""What a Step Functions of one's own is told, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

#: Where nobody listens: of an engine whose tasks are all answered from a file.
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Surroundings:
    """What an engine is started with.

    Attributes:
        lambda_url, sns_url: where its tasks find Lambda and SNS, as seen from this machine.
        time_scale: real seconds that it waits per second of a definition.
        mock_config: a MockConfigFile, if any.
    """

    lambda_url: str = NOWHERE
    sns_url: str = NOWHERE
    time_scale: float = 1.0
    mock_config: Path | None = None


class Engine(Protocol):
    """A Step Functions that runs from entering to leaving."""

    url: str
    """Where it is, as seen from this machine; known once it is entered."""

    def __enter__(self) -> Self:
        """Start it; returns when it answers."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """End it."""


#: Makes one, to be entered.
EngineMaker = Callable[[Surroundings], Engine]
