"""All of the resident's page as one router."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backend.mypage import acts, opening
from backend.mypage.door import PATH, Door
from backend.mypage.pages import FOLDER, Pages
from backend.mypage.parts import Parts
from bot.contract.routing import gather


def routes(parts: Parts) -> APIRouter:
    door = Door(parts, Pages(parts))
    router = APIRouter()
    gather(router, opening.routes(door))
    gather(router, acts.routes(door))
    content = (FOLDER / "static" / "my.css").read_bytes()
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:20]}"'

    async def looks(request: Request) -> Response:
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/css; charset=utf-8", headers=headers)

    router.add_api_route(f"{PATH}/static/my.css", looks, methods=["GET"], include_in_schema=False)
    return router
