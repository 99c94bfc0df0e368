"""The on-call list: who is called when a page goes out, as operators write it."""

from oncall.roster.model import Contact, Roster
from oncall.roster.parse import available_languages, parse
from oncall.roster.problems import Problem, RosterError

__all__ = ["Contact", "Problem", "Roster", "RosterError", "available_languages", "parse"]
