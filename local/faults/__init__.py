"""What goes wrong in a story, on purpose: one vocabulary for all that Callout depends on.

A scenario file (local/scenarios/) lists faults; ``at`` and ``fault`` are required::

    faults:
      - {at: connect DescribeContact, fault: throttling, times: 3}
      - {at: ssm, fault: unavailable, seconds: 20}         # every operation
      - {at: sns Publish, fault: hang_after, by: workflow} # the state machine's own
      - {at: check_call, fault: killed_after, skip: 1, contact: Ana}
      - {at: events, fault: delivered_twice}

``fault`` says what each key means, ``kinds`` what each fault does and where it may be. Read on
from there: ``gate`` decides which request is struck, without effects; ``answers`` is what AWS
says then; ``function_faults`` how a function ends; ``proxy`` stands between the functions and
the emulator, and ``inside`` is loaded into the emulator's own processes.
"""
