"""Every table of Linli, so that one import gives the whole schema to migrations."""

from backend.models import (
    access,
    board,
    housekeeping,
    money,
    nodes,
    notes,
    people,
    sign_in,
    staff,
    talk,
    teach,
    visitors,
    webhooks,
    work,
)
from backend.models.schema import metadata

__all__ = [
    "access",
    "board",
    "housekeeping",
    "metadata",
    "money",
    "nodes",
    "notes",
    "people",
    "sign_in",
    "staff",
    "talk",
    "teach",
    "visitors",
    "webhooks",
    "work",
]
