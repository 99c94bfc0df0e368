"""A simulated Amazon Connect: its real HTTP API, with phones that follow a script.

From the outside in:

- ``server``: what tests and the demo use; it keeps the requests received. ``protocol``: requests
  and responses, by botocore's own model of the API.
- ``service``: what each operation does. ``quotas``: the account's limits. ``fault_responses``: the
  faults of local/faults.
- ``instance_config``: how the instance is set up, the calls that it refuses, and how the API
  describes it.
- ``simulated_call``: one call over scenario time. ``simulated_phones``: what each kind of phone
  does, and its default times. ``failing_numbers``: phones that Connect cannot call.
  ``callee_action``: what a person does instead of a script. ``timeline``: what happened.
- ``flow_interpreter``: plays the deployed contact flow. ``text_to_speech``: how long a text takes.
"""
