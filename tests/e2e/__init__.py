"""Promises of the deployed template: a page, from event to ending."""

import pytest

# So that a comparison that fails shows both its sides.
pytest.register_assert_rewrite("tests.e2e.endings")
