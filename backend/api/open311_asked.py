"""What callers of Open311 give: fields read into a report or into the requests that are wanted, or refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from backend.services import georeports
from backend.services.georeports import PLACE_MOST, SERVICES, SHORT_MOST, WORDS_MOST, Report, Service, Wanted
from bot.contract.errors import Refused

# As the specification has it: where no days are given, the last 90, and never more than 1,000 requests.
SPAN, MOST, USUAL = timedelta(days=90), 1000, 50
NUMBERS_MOST = 100
Given = Mapping[str, str]
_SHORT = ("email", "first_name", "last_name", "device_id", "account_id", "media_url", "zipcode")


def field_limits(pairs: Sequence[tuple[str, str]]) -> Given:
    """Raises `Refused` for a field given twice, or one that cannot be stored."""
    given = dict(pairs)
    if len(given) != len(pairs):
        raise Refused("a field is given twice", status=400)
    for name, value in given.items():
        if "\x00" in value or "\x00" in name:
            raise Refused("a field holds what cannot be stored", status=400)
        if len(value) > (WORDS_MOST if name == "description" else SHORT_MOST * 10):
            raise Refused(f"{name[:40]} is too long", status=400)
    return given


def report_of(given: Given, sounds: Callable[[str], bool]) -> Report:
    """sounds: whether words tell of somebody in danger. Raises `Refused` (400, 404)."""
    if not given.get("service_code"):
        raise Refused("service_code is required", status=400)
    service = _service(given["service_code"])
    place = _place(given)
    where = (given.get("address_string") or given.get("address_id") or "").strip()
    if not where and place is None:
        raise Refused("a place is required: lat and long, address_string or address_id", status=400)
    if len(where) > PLACE_MOST:
        raise Refused(f"address_string has at most {PLACE_MOST} characters", status=400)
    words = given.get("description", "").strip()
    answers = {
        name.removeprefix("attribute[").removesuffix("]"): value
        for name, value in given.items()
        if name.startswith("attribute[")
    }
    more = {name: given[name][:SHORT_MOST] for name in _SHORT if given.get(name)}
    if "media_url" in more and not more["media_url"].startswith(("https://", "http://")):
        raise Refused("media_url is no address of the web", status=400)
    report = Report(
        service=service,
        words=words or service.code,
        where=where or "{:.5f}, {:.5f}".format(*(place or (0.0, 0.0))),
        place=place,
        answers=answers,
        danger=bool(words) and sounds(words),
        phone=given.get("phone", "")[:24],
        more=more,
    )
    georeports.check(report)
    return report


def _service(code: str) -> Service:
    if code not in SERVICES:
        raise Refused("no such service_code", status=404)
    return SERVICES[code]


def _place(given: Given) -> tuple[float, float] | None:
    if not given.get("lat") and not given.get("long"):
        return None
    try:
        lat, long = float(given.get("lat", "")), float(given.get("long", ""))
    except ValueError as error:
        raise Refused("lat and long are numbers, both of them", status=400) from error
    # NaN is neither.
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise Refused("lat is within 90, long within 180", status=400)
    return lat, long


def wanted_of(given: Given, community: str, number: str, now: datetime) -> Wanted:
    """number: the one that the path names, or empty. Raises `Refused` (400, 404)."""
    if number:
        return Wanted(community, 1, numbers=(number,))
    named = given.get("service_request_id", "")
    if named:
        # Whoever names requests wants these, whatever else is given.
        numbers = [part.strip() for part in named.split(",") if part.strip()]
        if len(numbers) > NUMBERS_MOST:
            raise Refused(f"at most {NUMBERS_MOST} service_request_id at once", status=400)
        return Wanted(community, NUMBERS_MOST, numbers=numbers)
    state = given.get("status") or None
    states = {part.strip() for part in state.split(",")} if state else {"open", "closed"}
    if not states <= {"open", "closed"}:
        raise Refused("status is open or closed", status=400)
    until = _moment(given, "end_date", now)
    since = _moment(given, "start_date", until - SPAN)
    if until - since > SPAN:
        raise Refused("start_date and end_date are at most 90 days apart", status=400)
    return Wanted(
        community,
        _count(given, "page_size", USUAL, MOST),
        page=_count(given, "page", 1, 10_000),
        services=[_service(code.strip()) for code in given.get("service_code", "").split(",") if code.strip()],
        since=since,
        until=until,
        state=states.pop() if len(states) == 1 else None,
    )


def _moment(given: Given, name: str, otherwise: datetime) -> datetime:
    if not given.get(name):
        return otherwise
    try:
        found = datetime.fromisoformat(given[name])
    except ValueError as error:
        raise Refused(f"{name} is a time as ISO 8601 writes it", status=400) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=otherwise.tzinfo)


def _count(given: Given, name: str, usual: int, most: int) -> int:
    text = given.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise Refused(f"{name} is a number from 1 to {most}", status=400)
    return int(text)
