"""Puts the routes of one router among those of another, so that each is worked out once and found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI


def gather(house: FastAPI | APIRouter, *routers: APIRouter, tags: tuple[str, ...] = ()) -> None:
    """Like `include_router` without a prefix; that one builds all routes anew for each floor between, and on each floor
    looks for the route of a request twice."""
    for router in routers:
        for route in router.routes:
            own = getattr(route, "tags", None)
            if own is not None:
                own[:0] = tags
            house.routes.append(route)
