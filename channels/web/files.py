"""The widget's own files as they are served: read once, compressed once, checked again by their digest."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from fastapi.responses import Response

from bot.contract.errors import Refused

HERE = Path(__file__).resolve().parent
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}
# Anybody's page may load the widget; what it may then do is decided where it sends.
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class Served:
    """One file, ready to go out."""

    content: bytes
    packed: bytes
    kind: str
    tag: str

    def answer(self, request: Request) -> Response:
        headers = {**_ALWAYS, **_PUBLIC, "ETag": self.tag}
        if request.headers.get("if-none-match") == self.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(self.packed, headers=headers, media_type=self.kind)
        return Response(self.content, headers=headers, media_type=self.kind)


def served(content: bytes, suffix: str) -> Served:
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return Served(content, gzip.compress(content, mtime=0), _TYPES[suffix], tag)


def folder(name: str, *suffixes: str) -> dict[str, Served]:
    """The files of a folder beside this module, by their names."""
    return {
        path.name: served(path.read_bytes(), path.suffix)
        for path in sorted((HERE / name).iterdir())
        if path.suffix in suffixes
    }


def one(files: dict[str, Served], name: str) -> Served:
    if name not in files:
        raise Refused("there is no such file", status=404)
    return files[name]
