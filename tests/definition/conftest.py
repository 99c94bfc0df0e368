"""What these tests share with others: the template."""

from tests.template.conftest import assembly, callout

__all__ = ["assembly", "callout"]
