"""What would have been sent, for a newcomer to look at; exists in demo mode only."""

from __future__ import annotations

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from backend.db import Database
from backend.services import outbox


def routes(db: Database) -> APIRouter:
    router = APIRouter()

    async def would_have_gone(limit: int = Query(100, ge=1, le=500)) -> JSONResponse:
        rows = await db.read(lambda c: outbox.newest(c, limit))
        items = [
            {
                "id": row.id,
                "kind": row.kind,
                "channel": row.channel,
                "to": row.user,
                "state": row.state,
                "body": row.body,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ]
        return JSONResponse({"items": items})

    router.add_api_route("/demo/outbox", would_have_gone, methods=["GET"], summary="What would have been sent")
    return router
