"""The console's own files as they are served: read once, compressed once, checked again by their digest."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from fastapi.responses import Response

from backend.console.visit import Visit
from bot.contract.errors import Refused

FOLDER = Path(__file__).resolve().parent / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}


class Files:
    """All of `static/`, in memory."""

    def __init__(self) -> None:
        self._files = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in _TYPES}
        self._packed = {name: gzip.compress(content, mtime=0) for name, content in self._files.items()}

    async def show(self, visit: Visit) -> Response:
        name = visit.path("name")
        content = self._files.get(name)
        if content is None:
            raise Refused("there is no such file", status=404)
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {**_ALWAYS, "ETag": tag}
        if visit.request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        kind = _TYPES[Path(name).suffix]
        if "gzip" in visit.request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(self._packed[name], headers=headers, media_type=kind)
        return Response(content, headers=headers, media_type=kind)
