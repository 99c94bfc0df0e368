"""`callout doctor`: what is missing to ring a phone.

Read `checks` for what is looked at, in order. Each judge (`deployment`, `connect`, `flow`,
`rosters`, `countries`, `notifications`, `sign_ins`, `quotas`) is given what was read and says
what it finds; `account` reads it from AWS.
"""
