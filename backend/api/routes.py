"""`/api/v1`: everything that integrators read and write, always within the community of the key."""

from __future__ import annotations

from fastapi import APIRouter

from backend.api.alarms import alarm_routes
from backend.api.asking import OURS
from backend.api.bills import bill_routes
from backend.api.booking_acts import booking_act_routes
from backend.api.bookings import booking_routes
from backend.api.cases import case_routes
from backend.api.conversations import conversation_routes
from backend.api.deliveries import delivery_routes
from backend.api.estate import estate_routes
from backend.api.events import event_routes
from backend.api.filing import filing_routes
from backend.api.house import House
from backend.api.notices import notice_routes
from backend.api.own_key import key_routes
from backend.api.pass_acts import pass_act_routes
from backend.api.passes import pass_routes
from backend.api.pictures import picture_routes
from backend.api.webhooks import webhook_routes
from backend.services import keys
from backend.services.keys import Caller
from bot.contract.routing import gather


def routes(house: House) -> APIRouter:
    """Everything below /api/v1; each route names the scope that its caller's key must have."""
    db, clock = house.db, house.clock

    async def caller(authorization: str | None, scope: str) -> Caller:
        found = await db.read(lambda c: keys.identify(c, authorization, clock.real(), demo=house.demo))
        found.must(scope)
        return found

    doors = APIRouter()
    # Each at once below its prefix: every floor between would have FastAPI work out all of its routes once more.
    for part in (
        case_routes(db, clock, caller),
        filing_routes(house, caller),
        alarm_routes(db, caller),
        bill_routes(db, caller),
        pass_routes(db, clock, caller),
        pass_act_routes(house, caller),
        booking_act_routes(house, caller),
        booking_routes(db, clock, caller),
        estate_routes(db, caller),
        notice_routes(house, caller),
        webhook_routes(db, clock, caller, demo=house.demo),
        delivery_routes(db, clock, caller),
        conversation_routes(db, clock, caller),
        event_routes(house, caller),
        key_routes(house),
    ):
        doors.include_router(part, prefix=OURS, tags=["api"])
    gather(doors, picture_routes(db, clock))
    return doors
