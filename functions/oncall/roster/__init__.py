"""The on-call list: who is called when a page goes out, as operators write it."""

from oncall.roster.model import Contact, Override, Roster, Rotation
from oncall.roster.parse import available_languages, parse
from oncall.roster.problems import Problem, RosterError

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
