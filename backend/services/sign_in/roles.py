"""Roles and rights of staff, in one table: what is not written here is denied."""

from __future__ import annotations

# Right → roles that have it. A right is a word of the house, routes name one each (`backend/console/permissions.py`).
RIGHTS: dict[str, frozenset[str]] = {
    "self": frozenset({"duty", "agent", "supervisor", "admin", "auditor", "sysadmin"}),
    "alarms.see": frozenset({"duty", "agent", "supervisor", "admin"}),
    "alarms.act": frozenset({"duty", "agent", "supervisor", "admin"}),
    "alarms.close": frozenset({"duty", "supervisor", "admin"}),
    "screens.write": frozenset({"duty", "supervisor", "admin"}),
    # Sealed notes on health, in an emergency: for whoever is on duty and nobody else.
    "alarms.health": frozenset({"duty"}),
    "people.health": frozenset({"duty"}),
    "talks.see": frozenset({"duty", "agent", "supervisor", "admin"}),
    "talks.act": frozenset({"duty", "agent", "supervisor", "admin"}),
    "people.reveal": frozenset({"duty", "agent", "supervisor", "admin"}),
    "cases.see": frozenset({"duty", "agent", "supervisor", "admin"}),
    "cases.act": frozenset({"duty", "agent", "supervisor", "admin"}),
    "people.see": frozenset({"duty", "agent", "supervisor", "admin"}),
    "people.write": frozenset({"agent", "supervisor", "admin"}),
    "money.post": frozenset({"agent", "supervisor", "admin"}),
    "money.reverse": frozenset({"supervisor", "admin"}),
    "office.write": frozenset({"supervisor", "admin"}),
    "texts.write": frozenset({"supervisor", "admin"}),
    "teach.label": frozenset({"agent", "supervisor", "admin"}),
    "teach.review": frozenset({"supervisor", "admin"}),
    "teach.publish": frozenset({"supervisor", "admin"}),
    "staff.manage": frozenset({"admin", "sysadmin"}),
    "webhooks.manage": frozenset({"admin", "sysadmin"}),
    "audit.read": frozenset({"auditor"}),
}
ROLES = ("duty", "agent", "supervisor", "admin", "auditor", "sysadmin")
# Whom each may appoint: nobody makes somebody who may do more than they may themselves, or read their trail.
APPOINTS: dict[str, tuple[str, ...]] = {
    "admin": ("duty", "agent", "supervisor"),
    "sysadmin": ROLES,
}


def allowed(role: str, right: str) -> bool:
    """Unknown rights and unknown roles are denied."""
    return role in RIGHTS.get(right, frozenset())
