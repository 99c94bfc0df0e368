"""Puts the deployed state machine elsewhere: the rules start it there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from local.emulator import LocalError
from local.watch import Watch

if TYPE_CHECKING:
    from types import TracebackType

#: Real seconds between looks.
LOOK = 0.05
#: What the machine does where it was: nothing. Its executions hold what the rules gave them.
EMPTIED = {"StartAt": "Elsewhere", "States": {"Elsewhere": {"Type": "Pass", "End": True}}}


class MovedMachine:
    """Has a state machine run elsewhere, under the ARN that it has here, from entering to leaving.

    EventBridge knows but its own emulator: the machine there is emptied, and whatever starts it is
    started once more elsewhere, under the same name and with the same input. How an execution
    ends elsewhere, EventBridge is not told.

    Args:
        here: a client of Step Functions where the machine was deployed.
        there: one of where it is to be.
        arn: the machine's.

    Raises:
        LocalError: on entering, it would have another ARN there.
    """

    def __init__(self, here: Any, there: Any, arn: str) -> None:  # noqa: ANN401 - boto3's
        self._here = here
        self._there = there
        self._arn = arn
        self._definition = ""
        self._known: set[str] = set()
        self._watch = Watch(self._hand_on, LOOK)

    def __enter__(self) -> Self:
        machine = self._here.describe_state_machine(stateMachineArn=self._arn)
        made = self._there.create_state_machine(
            name=machine["name"], definition=machine["definition"], roleArn=machine["roleArn"]
        )["stateMachineArn"]
        if made != self._arn:
            raise LocalError(
                f"Step Functions elsewhere made {made}, not {self._arn}: its account and region"
                " must be the emulator's"
            )
        self._known = set(self._started())
        self._definition = machine["definition"]
        self._here.update_state_machine(stateMachineArn=self._arn, definition=json.dumps(EMPTIED))
        self._watch.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watch.__exit__(kind, error, trace)
        self._here.update_state_machine(stateMachineArn=self._arn, definition=self._definition)

    def _hand_on(self) -> None:
        for execution in self._started():
            if execution in self._known:
                continue
            found = self._here.describe_execution(executionArn=execution)
            self._there.start_execution(
                stateMachineArn=self._arn, name=found["name"], input=found["input"]
            )
            self._known.add(execution)

    def _started(self) -> list[str]:
        """Give the executions here, the oldest first."""
        pages = self._here.get_paginator("list_executions").paginate(stateMachineArn=self._arn)
        return [one["executionArn"] for page in pages for one in page["executions"]][::-1]
