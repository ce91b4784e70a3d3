"""Pictures as answers: read beside the loop, and never taken by a browser for anything else."""

from __future__ import annotations

import asyncio

from fastapi.responses import Response

from backend.console.parts import Parts

# Asked for each time, since it may have been blacked out meanwhile.
AGAIN = "private, no-cache"


async def answer(parts: Parts, key: str, owner: str, cache: str = AGAIN) -> Response:
    kept = await asyncio.to_thread(parts.media.fetch, key, owner)
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    if kept.content_type == "audio/amr":
        # No browser plays it: whoever listens takes it along.
        headers["Content-Disposition"] = "attachment"
    return Response(kept.content, headers=headers, media_type=kept.content_type)
