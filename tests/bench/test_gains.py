"""A trimmed model is one with which a client can ask what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.loaders import Loader
from botocore.model import ServiceModel

from bench.gains import OPERATIONS, write_trimmed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_trimmed_model_has_every_shape_of_its_operations_and_no_other(tmp_path: Path) -> None:
    write_trimmed(tmp_path)
    loader = Loader(extra_search_paths=[str(tmp_path)], include_default_search_paths=False)

    trimmed = ServiceModel(loader.load_service_model("connect", "service-2"))

    assert sorted(trimmed.operation_names) == sorted(OPERATIONS)
    for name in OPERATIONS:
        asked = trimmed.operation_model(name).input_shape
        assert asked
        assert asked.members
    whole = ServiceModel(Loader().load_service_model("connect", "service-2"))
    assert len(trimmed.shape_names) < len(whole.shape_names) / 5
