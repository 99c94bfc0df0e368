"""A small model of a correct escalation, which random runs are compared with."""
