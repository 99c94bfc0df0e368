"""Clients that wait for a busy machine, so that counts are the same on it.

The functions give up on a table that has not answered within a second of real time, also where the
rest is virtual; and what they then leave out or try again would be counted.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from botocore.endpoint import EndpointCreator

from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Real seconds. Faults that hang do so in story time, so nobody waits for as long.
PATIENCE = 60


@contextmanager
def virtual_system() -> Iterator[VirtualSystem]:
    """Open the virtual system, with clients that are patient."""
    create = EndpointCreator.create_endpoint

    def patient(self: EndpointCreator, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - botocore's
        return create(self, *args, **kwargs | {"timeout": (PATIENCE, PATIENCE)})

    with ExitStack() as opened:
        with patch.object(EndpointCreator, "create_endpoint", patient):
            system = opened.enter_context(VirtualSystem())
        yield system
