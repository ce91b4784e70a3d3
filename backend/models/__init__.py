"""Every table of Linli, so that one import gives the whole schema to migrations."""

from backend.models import (
    access,
    board,
    fieldwork,
    housekeeping,
    ladder,
    money,
    nodes,
    notes,
    office,
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
    "fieldwork",
    "housekeeping",
    "ladder",
    "metadata",
    "money",
    "nodes",
    "notes",
    "office",
    "people",
    "sign_in",
    "staff",
    "talk",
    "teach",
    "visitors",
    "webhooks",
    "work",
]
