"""The resources of the template that a page needs, with names, ARNs and settings resolved."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.environment import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.simulation.synthesized_template import Json

#: The construct of the triggers' rules.
TRIGGERS = "Triggers"
#: What the CDK appends to a logical ID.
_CDK_HASH = re.compile(r"[0-9A-F]{8}$")
_OWN_ACCOUNT = '{"Ref": "AWS::AccountId"}'

_SERVICES = {
    "AWS::Lambda::Function": "lambda:{where}:function:{name}",
    "AWS::SNS::Topic": "sns:{where}:{name}",
    "AWS::SQS::Queue": "sqs:{where}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{where}:stateMachine:{name}",
}


@dataclass(frozen=True)
class FunctionSettings:
    """The settings of a function.

    Attributes:
        name: of its module: `place_call`.
        timeout: its timeout in seconds.
    """

    name: str
    arn: str
    environment: Mapping[str, str]
    timeout: float


@dataclass(frozen=True)
class RuleSettings:
    """A rule of EventBridge.

    Attributes:
        name: its logical ID.
        target: ARN of its target.
        template: the target's input template; empty for the event itself.
        dead_letter_queue: ARN.
    """

    name: str
    pattern: Json
    target: str
    template: str
    paths: Mapping[str, str]
    dead_letter_queue: str

    @property
    def trigger(self) -> str:
        """The trigger that it belongs to, such as RootSignIn."""
        return _trigger(self.name)


class DeployedStack:
    """The deployed stack, with every reference resolved.

    Args:
        parameters: values of the SSM parameters that the deployment reads, by name.

    Attributes:
        definition: the state machine's, as JSON text.
        table: the properties of the incident table, with its TableName.
        functions: the functions by ARN.
        consumers: the ARN of the function that reads a queue, by the queue's.
        topic_arn, chat_topic_arn: of the topics; the latter is "" without chat.
        chat_function: the ARN of the function that repeats notifications for chat, or "".
        rosters: the initial value of each roster parameter, by name.
    """

    def __init__(self, template: Json, parameters: Mapping[str, str]) -> None:
        self._resources: dict[str, Json] = template["Resources"]
        self._parameters: dict[str, str] = {"AWS::AccountId": ACCOUNT} | {
            name: parameters[parameter["Default"]]
            for name, parameter in template["Parameters"].items()
            if parameter["Default"] in parameters
        }
        machine, properties = self._the_only("AWS::StepFunctions::StateMachine")
        self.state_machine_arn = self._arn(machine)
        substitutions = {
            name: self._value(value)
            for name, value in properties["DefinitionSubstitutions"].items()
        }
        self.definition = _substituted(properties["DefinitionString"], substitutions)
        self.topic_arn = substitutions["NotificationTopicArn"]
        topics = map(self._arn, self._all("AWS::SNS::Topic"))
        self.chat_topic_arn = next((arn for arn in topics if arn != self.topic_arn), "")
        name, properties = self._the_only("AWS::DynamoDB::Table")
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
            self._arn(name): self._function(name, properties)
            for name, properties in self._all("AWS::Lambda::Function").items()
        }
        functions = self.functions.values()
        self.chat_function = next((f.arn for f in functions if f.name == "post_to_chat"), "")
        self.rules = [self._rule(*rule) for rule in self._all("AWS::Events::Rule").items()]
        self.consumers = {
            self._value(mapping["EventSourceArn"]): self._value(mapping["FunctionName"])
            for mapping in self._all("AWS::Lambda::EventSourceMapping").values()
        }
        self.rosters = {
            parameter["Name"]: parameter["Value"]
            for parameter in self._all("AWS::SSM::Parameter").values()
        }

    def _function(self, name: str, properties: Json) -> FunctionSettings:
        variables = properties["Environment"]["Variables"]
        return FunctionSettings(
            name=properties["Handler"].removesuffix(".handler"),
            arn=self._arn(name),
            environment={key: self._value(value) for key, value in variables.items()},
            timeout=properties["Timeout"],
        )

    def _rule(self, name: str, properties: Json) -> RuleSettings:
        [target] = properties["Targets"]
        transformer = target.get("InputTransformer", {})
        return RuleSettings(
            name=name,
            pattern=self._resolved(properties["EventPattern"]),
            target=self._value(target["Arn"]),
            template=transformer.get("InputTemplate", ""),
            paths=transformer.get("InputPathsMap", {}),
            dead_letter_queue=self._value(target["DeadLetterConfig"]["Arn"]),
        )

    def _resolved(self, given: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Resolve the references in an event pattern."""
        if isinstance(given, list):
            return [self._resolved(item) for item in given]
        if isinstance(given, dict):
            if given.keys() == {"Ref"}:
                return self._value(given)
            return {key: self._resolved(value) for key, value in given.items()}
        return given

    def _all(self, kind: str) -> dict[str, Json]:
        return {
            name: resource.get("Properties", {})
            for name, resource in self._resources.items()
            if resource["Type"] == kind
        }

    def _the_only(self, kind: str) -> tuple[str, Json]:
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
            case {"Fn::GetAtt": [str(), "ApiEndpoint"]}:
                return "https://callout.execute-api.us-east-1.amazonaws.com"
        raise LocalError(f"local/simulation/ cannot resolve this value of the template: {given}")

    def _arn(self, name: str) -> str:
        kind = self._resources[name]["Type"]
        if kind not in _SERVICES:
            raise LocalError(f"local/simulation/ cannot make the ARN of a {kind}: {name}")
        return "arn:aws:" + _SERVICES[kind].format(where=f"{REGION}:{ACCOUNT}", name=name)


def function_variables(template: Json, function: str) -> Json:
    """Return the environment variables of a function, such as place_call; {} if there is none."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if properties.get("Handler") == f"{function}.handler":
            found: Json = properties["Environment"]["Variables"]
            return found
    return {}


def trigger_patterns(template: Json) -> dict[str, Json]:
    """Return the event pattern of each trigger, such as RootSignIn, in a template."""
    return {
        _trigger(name): json.loads(
            json.dumps(resource["Properties"]["EventPattern"]).replace(_OWN_ACCOUNT, f'"{ACCOUNT}"')
        )
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Events::Rule" and name.startswith(TRIGGERS)
    }


def trigger_metadata(template: Json) -> dict[str, Json]:
    """Return what each trigger adds to its events, in a template."""
    found: dict[str, Json] = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Events::Rule" and name.startswith(TRIGGERS):
            [target] = resource["Properties"]["Targets"]
            added = target.get("InputTransformer", {}).get("InputTemplate", "{}")
            found[_trigger(name)] = json.loads(re.sub("<[^>]*>", "null", added)).get("trigger", {})
    return found


def _trigger(rule: str) -> str:
    return _CDK_HASH.sub("", rule).removeprefix(TRIGGERS)


def _substituted(definition: str, values: Mapping[str, str]) -> str:
    """Replace `${name}` by ARNs, which need no escaping in JSON strings."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], definition)
