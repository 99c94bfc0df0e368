"""Queries of a synthesized stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """A statement of a policy."""

    policy: str
    body: Json

    @property
    def actions(self) -> list[str]:
        """The actions as a list."""
        return as_list(self.body.get("Action", []))

    @property
    def resources(self) -> list[Any]:
        """The resources as a list."""
        return as_list(self.body.get("Resource", []))

    @property
    def only_allows_telemetry(self) -> bool:
        """Whether it only allows writing logs and traces."""
        return all(action.startswith(("logs:", "xray:")) for action in self.actions)

    @property
    def only_allows_dead_letters(self) -> bool:
        """Whether it only allows sending failed invocations to a queue."""
        return all(action.startswith("sqs:") for action in self.actions)

    @property
    def allows(self) -> bool:
        """Whether it is an Allow statement."""
        return bool(self.body["Effect"] == "Allow")


@dataclass(frozen=True)
class Stack:
    """A CloudFormation template."""

    template: Json

    def of_type(self, kind: str) -> dict[str, Json]:
        """Return the resources of a type, such as `AWS::SQS::Queue`, by logical id."""
        resources: dict[str, Json] = self.template["Resources"]
        return {name: resource for name, resource in resources.items() if resource["Type"] == kind}

    def properties(self, kind: str) -> list[Json]:
        """Return the properties of each resource of a type."""
        return [resource["Properties"] for resource in self.of_type(kind).values()]

    @property
    def functions(self) -> dict[str, Json]:
        """The properties of each function by the module of its handler."""
        found = self.properties("AWS::Lambda::Function")
        return {function["Handler"].removesuffix(".handler"): function for function in found}

    def statements(self, kind: str = "AWS::IAM::Policy") -> Iterator[Statement]:
        """Yield every statement of the policies of a type."""
        for name, policy in self.of_type(kind).items():
            for body in policy["Properties"]["PolicyDocument"]["Statement"]:
                yield Statement(name, body)

    def granted_to(self, role: str) -> list[Statement]:
        """Return the statements of the policies attached to a role, by its logical id."""
        attached = {
            name
            for name, policy in self.of_type("AWS::IAM::Policy").items()
            if {"Ref": role} in policy["Properties"]["Roles"]
        }
        return [statement for statement in self.statements() if statement.policy in attached]

    def references(self) -> set[str]:
        """Return the logical IDs of all Refs and GetAtts."""
        return set(_references(self.template))


def as_list(value: object) -> list[Any]:
    """Return a list unchanged, and any other value as the only item of a list."""
    return value if isinstance(value, list) else [value]


def target(reference: Json) -> str:
    """Return the logical ID of a Ref or GetAtt."""
    return next(_references(reference))


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        if isinstance(value.get("Fn::GetAtt"), list):
            yield value["Fn::GetAtt"][0]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
