"""A simulated Amazon Connect: its real HTTP API, with phones that follow a script.

Read it from the outside in: ``server`` (what a test or the demo holds), ``listener``
(HTTP), ``wire`` (botocore's own model of the API), ``exchange`` (what each operation
does), ``call`` (one call over story time), ``flow`` (what the callee hears),
``flow_interpreter`` (which plays the flow we deploy), ``phone`` (what the callee does),
``setup`` (how the instance is set up, and how the API describes that).
"""
