"""Whether the process answers, whether it can work, and its numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Connection, text

from backend.db import Database
from backend.services import alarm_figures, alarms, ledger
from backend.services.drills import rows as drills
from bot.contract.errors import Unavailable
from bot.contract.ports import Clock
from bot.observe import DrillLine, Metrics

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
            real = clock.real()
            standing, waiting, dead, safe = await db.read(
                lambda c: (alarms.open_counts(c), ledger.waiting(c, real), ledger.dead_letters(c), _safe(c, clock))
            )
        except Unavailable as error:
            # The numbers of the process are wanted most when the database is away.
            log.warning("what stands in the database cannot be counted: %s", error.reason)
            metrics.levels(None, db.waiting)
        else:
            aged = [(channel, count, (real - since).total_seconds()) for channel, count, since in waiting]
            metrics.outbox(aged, dead)
            metrics.safety(*safe)
            metrics.levels(standing, db.waiting)
        body, kind = metrics.text()
        return Response(body, media_type=kind)

    router.add_api_route("/healthz", healthz, methods=["GET"], summary="The process answers")
    router.add_api_route("/readyz", readyz, methods=["GET"], summary="Database, model and channels are ready")
    router.add_api_route(
        "/metrics", numbers, methods=["GET"], summary="Prometheus text", response_class=PlainTextResponse
    )
    return router


def _safe(connection: Connection, clock: Clock) -> tuple[dict[tuple[str, str], tuple[int, int]], list[DrillLine]]:
    """How soon alarms were answered, and whether what is tried on a schedule works."""
    answered = {
        (key, str(seconds)): found.within[place]
        for key, found in alarm_figures.live(connection, clock.now()).items()
        for place, seconds in enumerate(alarm_figures.WITHIN)
    }
    lines: dict[tuple[str, str, str], DrillLine] = {}
    for row in drills.newest(connection, None, clock.real()):
        if row.state in (drills.PASSED, drills.FAILED):
            # Of several numbers of one kind the one that failed speaks: it stands first.
            name = (row.community_id, row.kind, row.way)
            lines.setdefault(name, (*name, row.state == drills.PASSED, drills.took(row)))
    return answered, list(lines.values())


def _alive(connection: Connection) -> None:
    connection.execute(text("SELECT 1 FROM community LIMIT 1"))
