"""A phone that does something else at each call."""

from dataclasses import dataclass

from local.connect.phone import NoAnswer, Phone


@dataclass(frozen=True)
class Turns(Phone):
    """Does what the first script says at the first call, the second at the second, and so on.

    The last script holds for every call after it. Requests are what is counted, so a
    script in a list had better not be one whose requests fail.
    """

    kind = "turns"
    scripts: tuple[Phone, ...] = (NoAnswer(),)

    def at_request(self, count: int) -> Phone:
        """See Phone."""
        return self.scripts[min(count, len(self.scripts) - 1)]
