"""Twilio as both channels know it that speak its contract: accounts, signed requests in, thin calls out.

Its own package proves signatures and builds TwiML; it is loaded with the first request, never before readiness.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from bot.contract.body import body_of
from bot.contract.channel import Account, Fate, Ports
from bot.contract.errors import LinliError, Misconfigured, NotTheirs, Refused, Unavailable

API = "https://api.twilio.com"
ANSWER_SECONDS = 8.0
FIELDS = 300
# The demo's, public on purpose: accepted in demo mode only.
_DEMO = {"sid": "AC" + "0" * 32, "token": "linli-demo-phone", "number": "+861000000000"}
_SID, NUMBER = re.compile(r"AC[0-9a-f]{32}"), re.compile(r"\+\d{6,15}")
CALL, MESSAGE = re.compile(r"CA[0-9a-f]{32}"), re.compile(r"(SM|MM)[0-9a-f]{32}")
RECORDING = re.compile(r"RE[0-9a-f]{32}")
_HOME = "+86"
_STATES = {"delivered": "delivered", "read": "read", "undelivered": "failed", "failed": "failed"}
# Nobody there who wants it: opted out, no such number, a landline, unreachable, blocked by us or them.
_GONE = frozenset({21211, 21214, 21217, 21610, 30003, 30005, 13224})
_PATIENCE = frozenset({20429, 14107, 30001, 30022})


@dataclass(frozen=True, slots=True)
class Line:
    """One number of ours. live: whether anything may go out to Twilio, or to a server that stands in for it;
    staff: numbers of the desk, which a caller may be put through to; alarms: the number that alarms and their drills
    call from, for contacts to save, empty for this one."""

    account: Account
    sid: str
    token: str = field(repr=False)
    number: str
    live: bool
    staff: tuple[str, ...] = ()
    alarms: str = ""


def lines(ports: Ports, channel: str) -> Mapping[str, Line]:
    """Every account with its secrets; one that has none at all is closed: nothing comes in and nothing goes out.

    Raises `Misconfigured` with the variable that is wrong, or missing beside another.
    """
    return lines_of(ports.accounts, ports.api_base, channel, demo=ports.demo)


def lines_of(accounts: Mapping[str, Account], api_base: str, channel: str, *, demo: bool) -> Mapping[str, Line]:
    """The same before there are ports; errors as those of `lines`."""
    found = ((name, _line(account, api_base, channel, name, in_demo=demo)) for name, account in accounts.items())
    return {name: line for name, line in found if line is not None}


def _line(account: Account, api_base: str, channel: str, name: str, *, in_demo: bool) -> Line | None:
    given = dict(account.secrets)
    demo = in_demo and name == "demo"
    own = "token" in given
    known = {**_DEMO, **given} if demo else given
    if not any(known.get(one) for one in _DEMO):
        return None
    start = f"LINLI_{channel.upper()}_{name.upper().replace('-', '_')}"
    _must(_SID, known.get("sid", ""), f"{start}_SID", "AC and 32 hexadecimal digits are expected")
    _must(NUMBER, known.get("number", ""), f"{start}_NUMBER", "a number such as +8610… is expected")
    token = known.get("token", "")
    if not token or (token == _DEMO["token"] and not in_demo):
        raise Misconfigured("the account's auth token is expected", file=f"{start}_TOKEN")
    staff = tuple(one.strip() for one in known.get("staff", "").split(",") if one.strip())
    for one in staff:
        _must(NUMBER, one, f"{start}_STAFF", "numbers such as +8610…, with commas between, are expected")
    alarms = known.get("alarms", "")
    if alarms:
        _must(NUMBER, alarms, f"{start}_ALARMS", "a number such as +8610… is expected")
    return Line(account, known["sid"], token, known["number"], not in_demo or own or bool(api_base), staff, alarms)


def is_demo(line: Line) -> bool:
    """Its token is public: whoever tries the demo may sign with it."""
    return line.token == _DEMO["token"]


def _must(pattern: re.Pattern[str], value: str, variable: str, expected: str) -> None:
    if not pattern.fullmatch(value):
        raise Misconfigured(expected, file=variable)


def international(number: str, own: str) -> str:
    """As Twilio wants it: people here write their numbers without their country's, which is our own number's."""
    plain = re.sub(r"[\s()\-]", "", number)
    if plain.startswith("+") or not own.startswith(_HOME):
        return plain
    return _HOME + plain.removeprefix("0")


def of(known: Mapping[str, Line], account: str) -> Line:
    if account not in known:
        raise Refused("there is no such account", status=404)
    return known[account]


async def signed_form(request: Request, line: Line, ports: Ports) -> FormData:
    """The fields of a request that Twilio signed, empty ones kept: they are part of what is signed.

    Raises `NotTheirs`, and `Refused` (400) for what Twilio never sends.
    """
    body = await body_of(request)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:
        pairs = None
    # Also what cannot be read must be theirs before it is told so.
    form = FormData(list[tuple[str, str | UploadFile]](pairs or []))
    given = request.headers.get("x-twilio-signature", "")
    if not _validator(line.token).validate(address_of(request, ports), form, given):
        ports.turned_away()
        raise NotTheirs("the signature is missing or wrong")
    if pairs is None:
        raise Refused("this is no form", status=400)
    if form.get("AccountSid", line.sid) != line.sid:
        raise Refused("another account's", status=400)
    return form


def fate(form: FormData, at: datetime) -> Fate | None:
    """What became of a text of ours; None for what tells nothing new: queued, sending, sent. They come in any order."""
    state = _STATES.get(field_of(form, "MessageStatus") or field_of(form, "SmsStatus"))
    key = text_of(form)
    return Fate(key, state, at, field_of(form, "ErrorCode")[:20]) if state else None


def text_of(form: FormData) -> str:
    """The number of a text; raises `Refused` (400)."""
    key = field_of(form, "MessageSid") or field_of(form, "SmsSid")
    if not MESSAGE.fullmatch(key):
        raise Refused("there is no such message", status=400)
    return key


def field_of(form: FormData, name: str) -> str:
    """A field of theirs; empty where it is missing, or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def address_of(request: Request, ports: Ports) -> str:
    """The address as Twilio was given it and signed it: behind a proxy ours is another one."""
    path = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope.get("query_string", b"")
    where = path.decode("latin-1").partition("?")[0] + (f"?{query.decode('latin-1')}" if query else "")
    base = ports.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    return base + where


def _validator(token: str) -> Any:
    from twilio.request_validator import RequestValidator

    return RequestValidator(token)


class Api:
    """Out to Twilio: one form at a time, with an end to waiting."""

    def __init__(self, base: str) -> None:
        self._base = (base or API).rstrip("/")
        self._http: httpx.AsyncClient | None = None

    async def post(self, line: Line, what: str, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """`Messages` or `Calls`. Raises as `Outward` does."""
        form = {**form, "To": international(str(form["To"]), line.number)}
        # Made on the loop that carries, with the first thing to send.
        self._http = self._http or httpx.AsyncClient(base_url=self._base, timeout=ANSWER_SECONDS)
        path = f"/2010-04-01/Accounts/{line.sid}/{what}.json"
        try:
            answer = await self._http.post(path, data=form, auth=(line.sid, line.token))
        except httpx.HTTPError as error:
            raise Unavailable(f"Twilio: {type(error).__name__}", retry_after=0) from error
        if not answer.is_success:
            raise _ours(answer)
        found: Mapping[str, Any] = answer.json()
        return found

    async def sound(self, line: Line, recording: str) -> bytes:
        """What somebody spoke on the line, which may not be there yet a moment after. Raises as `Outward` does."""
        self._http = self._http or httpx.AsyncClient(base_url=self._base, timeout=ANSWER_SECONDS)
        path = f"/2010-04-01/Accounts/{line.sid}/Recordings/{recording}.mp3"
        try:
            answer = await self._http.get(path, auth=(line.sid, line.token))
        except httpx.HTTPError as error:
            raise Unavailable(f"Twilio: {type(error).__name__}", retry_after=0) from error
        if answer.status_code == 404:
            raise Unavailable("the recording is not there yet", retry_after=5)
        if not answer.is_success:
            raise _ours(answer)
        return answer.content

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None


def _ours(answer: httpx.Response) -> LinliError:
    try:
        said = answer.json()
        code, words = int(said["code"]), str(said.get("message", ""))[:160]
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"Twilio answered {answer.status_code}", retry_after=0)
    if code in _PATIENCE or answer.status_code == 429:
        wait = answer.headers.get("retry-after", "10")
        return Unavailable(f"Twilio: {code} {words}", retry_after=float(wait) if wait.isdigit() else 10.0)
    if code == 20003 or answer.status_code in (401, 403):
        # Ours to mend, and nothing is lost while we do.
        return Unavailable(f"Twilio does not take our token: {code}", retry_after=60)
    if code in _GONE:
        return Refused(f"Twilio: {code} {words}", status=410)
    if answer.status_code >= 500:
        return Unavailable(f"Twilio answered {answer.status_code}", retry_after=0)
    return Refused(f"Twilio: {code} {words}")
