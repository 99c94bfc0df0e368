"""A simulated Amazon Connect: its real HTTP API, with phones that follow a script.

From the outside in:

- ``server``: what tests and the demo use. ``http_server``: HTTP. ``protocol``: requests and
  responses, by botocore's own model of the API. ``request_log``: the requests received.
- ``service``: what each operation does. ``request_validation``: the calls that Connect refuses.
  ``quotas``: the account's limits. ``fault_responses``: the faults of local/faults.
- ``instance_config``: how the instance is set up, and how the API describes that.
- ``simulated_call``: one call over scenario time. ``simulated_phones``: what each kind of phone
  does, and its default times. ``failing_numbers``: phones that Connect cannot call.
  ``callee_action``: what a person does instead of a script.
- ``flow_interpreter``: plays the deployed contact flow. ``text_to_speech``: how long a text takes.
"""
