"""The on-call list: who is called when a page goes out, as operators write it."""

from oncall.roster.model import Contact, Override, Roster, Rotation
from oncall.roster.parsing.errors import Problem, RosterError
from oncall.roster.parsing.parser import available_languages, parse

__all__ = [
    "Contact",
    "Override",
    "Problem",
    "Roster",
    "RosterError",
    "Rotation",
    "available_languages",
    "parse",
]
