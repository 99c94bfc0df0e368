"""What the template deploys, as far as a page needs it: names, ARNs and settings filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.environment import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.simulation.synthesized_template import Json

#: moto's own, where none is chosen.
ACCOUNT = "123456789012"

_SERVICES = {
    "AWS::Lambda::Function": "lambda:{where}:function:{name}",
    "AWS::SNS::Topic": "sns:{where}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{where}:stateMachine:{name}",
}


@dataclass(frozen=True)
class FunctionSettings:
    """How a function is set up.

    Attributes:
        name: of its module, and in the state machine: `place_call`.
        arn: its ARN.
        environment: its environment variables.
        timeout: seconds after which Lambda ends it.
    """

    name: str
    arn: str
    environment: Mapping[str, str]
    timeout: float


@dataclass(frozen=True)
class RuleSettings:
    """A rule of EventBridge.

    Attributes:
        pattern: what it matches.
        target: ARN of what it starts or tells.
        template: what the target is given in place of the event; empty for the event itself.
        paths: of what is filled into it, by name.
    """

    pattern: Json
    target: str
    template: str
    paths: Mapping[str, str]


class Deployed:
    """The stack, with every reference filled in.

    Args:
        template: the synthesised one.
        parameters: the values of SSM parameters that it is deployed with, by name.

    Attributes:
        definition: the state machine's, as JSON text.
        state_machine_arn, topic_arn: ARNs.
        table: the properties of the incident table, with its TableName.
        functions: the functions by ARN.
        rules: the rules.
        rosters: the value that each roster's parameter is made with, by name.
    """

    def __init__(self, template: Json, parameters: Mapping[str, str]) -> None:
        self._resources: dict[str, Json] = template["Resources"]
        self._parameters = {
            name: parameters[one["Default"]]
            for name, one in template["Parameters"].items()
            if one["Default"] in parameters
        }
        machine, properties = self._only("AWS::StepFunctions::StateMachine")
        self.state_machine_arn = self._arn(machine)
        self.definition = _substituted(
            properties["DefinitionString"],
            {name: self._value(one) for name, one in properties["DefinitionSubstitutions"].items()},
        )
        self.topic_arn = self._arn(self._only("AWS::SNS::Topic")[0])
        name, properties = self._only("AWS::DynamoDB::Table")
        self.table = {"TableName": name} | {
            key: properties[key]
            for key in (
                "AttributeDefinitions",
                "KeySchema",
                "LocalSecondaryIndexes",
                "BillingMode",
            )
        }
        self.functions = {
            self._arn(name): self._function(name, one)
            for name, one in self._all("AWS::Lambda::Function").items()
        }
        self.rules = [self._rule(one) for one in self._all("AWS::Events::Rule").values()]
        self.rosters = {
            one["Name"]: one["Value"] for one in self._all("AWS::SSM::Parameter").values()
        }

    def _function(self, name: str, properties: Json) -> FunctionSettings:
        variables = properties["Environment"]["Variables"]
        return FunctionSettings(
            name=properties["Handler"].removesuffix(".handler"),
            arn=self._arn(name),
            environment={key: self._value(one) for key, one in variables.items()},
            timeout=properties["Timeout"],
        )

    def _rule(self, properties: Json) -> RuleSettings:
        [target] = properties["Targets"]
        transformer = target.get("InputTransformer", {})
        return RuleSettings(
            pattern=self._filled(properties["EventPattern"]),
            target=self._value(target["Arn"]),
            template=transformer.get("InputTemplate", ""),
            paths=transformer.get("InputPathsMap", {}),
        )

    def _filled(self, given: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Fill in the references in an event pattern."""
        if isinstance(given, list):
            return [self._filled(one) for one in given]
        if isinstance(given, dict):
            if given.keys() == {"Ref"}:
                return self._value(given)
            return {key: self._filled(one) for key, one in given.items()}
        return given

    def _all(self, kind: str) -> dict[str, Json]:
        found = {name: one for name, one in self._resources.items() if one["Type"] == kind}
        return {name: one.get("Properties", {}) for name, one in found.items()}

    def _only(self, kind: str) -> tuple[str, Json]:
        [found] = self._all(kind).items()
        return found

    def _value(self, given: Any) -> str:  # noqa: ANN401 - whatever JSON holds
        match given:
            case str():
                return given
            case {"Ref": str(name)} if name in self._parameters:
                return self._parameters[name]
            case {"Ref": str(name)} if self._resources.get(name, {}).get("Type") in _SERVICES:
                return self._arn(name)
            case {"Ref": str(name)} if name in self._resources:
                return name
            case {"Fn::GetAtt": [str(name), "Arn"]}:
                return self._arn(name)
        raise LocalError(f"the template has a value that local/simulation/ cannot fill in: {given}")

    def _arn(self, name: str) -> str:
        kind = self._resources[name]["Type"]
        if kind not in _SERVICES:
            raise LocalError(f"local/simulation/ does not know the ARN of a {kind}: {name}")
        return "arn:aws:" + _SERVICES[kind].format(where=f"{REGION}:{ACCOUNT}", name=name)


def _substituted(definition: str, values: Mapping[str, str]) -> str:
    """Fill in `${name}`; values are ARNs, which JSON strings hold as they are."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], definition)
