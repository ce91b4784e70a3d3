"""Whether the process answers, whether it can work, and its numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, text

from backend.db import Database
from backend.services import alarms, ledger
from bot.contract.errors import Unavailable
from bot.contract.ports import Clock
from bot.observe import Metrics

log = logging.getLogger("linli.health")


def routes(db: Database, metrics: Metrics, clock: Clock, lacking: Callable[[], list[str]]) -> APIRouter:
    """lacking: what is not ready yet, in words."""
    router = APIRouter()

    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz() -> JSONResponse:
        missing = lacking()
        try:
            await db.read(_alive)
        except Unavailable as error:
            missing.append(error.reason)
        if missing:
            return JSONResponse({"status": "not ready", "reasons": missing}, status_code=503)
        return JSONResponse({"status": "ok"})

    async def numbers() -> Response:
        try:
            standing, waiting, dead = await db.read(
                lambda c: (alarms.open_counts(c), ledger.waiting(c), ledger.dead_letters(c))
            )
        except Unavailable as error:
            # The numbers of the process are wanted most when the database is away.
            log.warning("what stands in the database cannot be counted: %s", error.reason)
            metrics.levels(None, db.waiting)
        else:
            real = clock.real()
            aged = [(channel, count, (real - since).total_seconds()) for channel, count, since in waiting]
            metrics.outbox(aged, dead)
            metrics.levels(standing, db.waiting)
        body, kind = metrics.text()
        return Response(body, media_type=kind)

    router.add_api_route("/healthz", healthz, methods=["GET"], summary="The process answers")
    router.add_api_route("/readyz", readyz, methods=["GET"], summary="Database, model and channels are ready")
    router.add_api_route("/metrics", numbers, methods=["GET"], summary="Prometheus text")
    return router


def _alive(connection: Connection) -> None:
    connection.execute(text("SELECT 1 FROM community LIMIT 1"))
