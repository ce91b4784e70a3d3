"""Each request brings the line along that it came over, so that whoever answers can see who is still there."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.contract.line import Line, brought


class Lines(HttpToolsProtocol):
    """uvicorn's own, which hands its state to every request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself
        super().connection_made(transport)
        self.app_state = brought(self.app_state, Line(transport))
