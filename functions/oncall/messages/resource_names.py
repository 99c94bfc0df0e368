"""What an AWS resource is called, from its ARN: `load balancer checkout`.

Formats: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import re

_ARN = re.compile(r"arn:[^:]*:([^:]*):[^:]*:[^:]*:(.+)", re.DOTALL)
_ID = re.compile(r"(?=.*\d)(?:[0-9a-fA-F-]{8,}|[0-9A-Z]{12,}|[a-z]+-[0-9a-f]{8,})")
_PREFIXED_ID = re.compile("[a-z]{1,12}-(?=[a-z]*[0-9])[0-9a-f]{8,17}")
#: The words of a language file (`resource_type`) by service, and by the type in the ARN.
_TYPES = {
    "autoscaling": {"autoScalingGroup": "auto_scaling_group"},
    "cloudwatch": {"alarm": "alarm"},
    "codepipeline": {"": "pipeline"},
    "dynamodb": {"table": "table"},
    "ecs": {"cluster": "cluster", "service": "service", "task": "task"},
    "eks": {"cluster": "cluster"},
    "elasticloadbalancing": {
        "loadbalancer": "load_balancer",
        "listener": "load_balancer",
        "targetgroup": "target_group",
    },
    "events": {"rule": "rule"},
    "iam": {"user": "user", "role": "role"},
    "lambda": {"function": "function"},
    "logs": {"log-group": "log_group"},
    "rds": {"db": "database", "cluster": "cluster"},
    "s3": {"": "bucket"},
    "sns": {"": "topic"},
    "sqs": {"": "queue"},
    "ssm": {"parameter": "parameter"},
    "states": {"execution": "execution", "express": "execution", "stateMachine": "state_machine"},
    "sts": {"assumed-role": "role"},
}
#: Types whose name is the last part of the ARN, not the first.
_LAST = frozenset(["auto_scaling_group", "role", "rule", "service", "user"])
_NETWORK_TYPES = frozenset(["app", "net", "gwy"])  # of a load balancer


def resource_name(arn: str) -> tuple[str, list[str]]:
    """Return the type of a resource, and its name, in parts.

    The type is a word of the language files, or "" if unknown. A function may have a second part,
    its alias or version; an execution has one, after its state machine.
    """
    match = _ARN.fullmatch(arn)
    if not match:
        return "", [arn.rstrip(":/").replace("/", ":").rpartition(":")[2]]
    service, resource = match.groups()
    types = _TYPES.get(service, {})
    parts = [part for part in re.split("[:/]", resource) if part and part != "*"] or [service]
    if _PREFIXED_ID.fullmatch(parts[-1]):  # its prefix says what it is: `i-0123456789abcdef0`
        return "", parts[-1:]
    kind = types.get(parts[0], "") if len(parts) > 1 else ""
    if kind:
        return kind, _name(kind, parts[1:2] if service == "sts" else parts[1:])
    if "" in types:
        return types[""], parts[:1]
    named = _meaningful(parts)  # `key/<UUID>` needs both parts, `stack/<name>/<UUID>` the name
    return "", named[-1:] if named[1:] or len(parts) == 1 else parts[:2]


def _name(kind: str, parts: list[str]) -> list[str]:
    if kind in ("log_group", "parameter"):
        return ["/".join(parts).partition("/log-stream/")[0]]
    if kind in ("execution", "function"):
        return parts[:2]
    named = [] if kind == "task" else _meaningful(parts)
    if not named:
        return parts[-1:]
    return named[-1:] if kind in _LAST else named[:1]


def _meaningful(parts: list[str]) -> list[str]:
    return [part for part in parts if part not in _NETWORK_TYPES and not _ID.fullmatch(part)]
