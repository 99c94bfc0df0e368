"""Settings that enable every feature, so that everything is exercised locally."""

from __future__ import annotations

from typing import Any

from local.environment import ACCOUNT, REGION

FULL_SETTINGS: dict[str, Any] = {
    "teams": ["default", "payments"],
    "triggers": {
        "user_sign_in": {
            "enabled": True,
            "users": ["security_user"],
            "roles": ["AWSReservedSSO_AdministratorAccess_0123456789abcdef"],
        },
        "alarms": [{"prefixes": ["payments-"], "team": "payments", "severity": "critical"}, {}],
        "instances": {"enabled": True},
        "guardduty": {"enabled": True},
        "health": {
            "enabled": True,
            "categories": ["issue", "scheduledChange"],
            "public_events": True,
        },
        "patterns": [
            {
                "name": "OrderService",
                "pattern": {
                    "source": ["shop.orders"],
                    "detail-type": ["Order failed"],
                },
                "team": "payments",
                "severity": "low",
            }
        ],
        "sns_topics": [{"arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"}],
    },
    "sources": {"regions": ["eu-west-1"], "organization": "o-a1b2c3d4e5"},
    "dashboard": True,
    "telephony": {"callback": {"unknown_callers": "connect"}},
    "webhooks": [
        {"name": "alertmanager", "format": "alertmanager", "team": "default"},
        {"name": "grafana", "format": "grafana", "team": "default", "severity": "medium"},
        {
            "name": "shop",
            "format": "generic",
            "team": "payments",
            "fields": {"title": "alert.name", "dedup_key": "alert.id", "status": "state"},
        },
    ],
    "notifications": {
        "emails": ["oncall@example.com"],
        "sms": ["+14155550132"],
        "links": True,
        "texts": True,
        "slack": {"workspace_id": "T012AB3CD", "channel_id": "C012AB3CD"},
        "teams": {
            "tenant_id": "11111111-90ab-cdef-1234-567890abcdef",
            "team_id": "22222222-90ab-cdef-1234-567890abcdef",
            "channel_id": "19%3ab1c2d3%40thread.tacv2",
        },
    },
}
