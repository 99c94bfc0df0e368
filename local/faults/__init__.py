"""Fault injection: one set of faults for every dependency of Callout.

A scenario file (local/scenarios/) lists faults; ``at`` and ``fault`` are required::

    faults:
      - {at: connect DescribeContact, fault: throttling, times: 3}
      - {at: ssm, fault: unavailable, seconds: 20}         # every operation
      - {at: sns Publish, fault: hang_after, by: workflow} # only from the state machine
      - {at: check_call, fault: killed_after, skip: 1, contact: Ana}
      - {at: events, fault: delivered_twice}

``fault`` describes the keys; ``fault_types`` what each fault does and where it is possible.
``injector`` decides which requests fail, without side effects. ``error_responses`` holds the
errors that AWS then returns, ``function_failure`` how a function fails. ``proxy`` sits between the
functions and the emulator; ``emulator_patches`` is loaded into the emulator's own processes. How
the simulated Connect applies its faults is in local/connect/fault_responses.py.
"""
