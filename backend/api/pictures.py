"""A pass as a QR code: what a guest opens on the way, known only to who has the link."""

from __future__ import annotations

from fastapi import APIRouter, Response

from backend.db import Database
from backend.services import pass_picture, visitors
from bot.contract.errors import Refused
from bot.contract.ports import Clock

# A pass's picture lets somebody in: nobody keeps it, nobody lists it.
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def picture_routes(db: Database, clock: Clock) -> APIRouter:
    router = APIRouter()

    async def token_of(public_id: str) -> str:
        token = await db.read(lambda c: visitors.token_of(c, public_id, clock.now()))
        if token is None:
            raise Refused("this pass is not good any more", status=404)
        return token

    async def svg(public_id: str) -> Response:
        return Response(pass_picture.svg(await token_of(public_id)), media_type="image/svg+xml", headers=PRIVATE)

    async def png(public_id: str) -> Response:
        return Response(pass_picture.png(await token_of(public_id)), media_type="image/png", headers=PRIVATE)

    for path, shown, media in (("svg", svg, "image/svg+xml"), ("png", png, "image/png")):
        router.add_api_route(
            f"/pass/{{public_id}}.{path}",
            shown,
            methods=["GET"],
            summary="A pass as a QR code",
            response_class=Response,
            responses={200: {"content": {media: {"schema": {"type": "string"}}}}},
        )
    return router
