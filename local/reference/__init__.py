"""The parts of the docs that are written from the code: settings, roster, what SNS is sent.

`make reference` writes them; prose around them is written by people.
"""
