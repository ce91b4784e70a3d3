"""Tencent Cloud's text messages by its contract: approved templates only, each request signed (TC3)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.contract.channel import Account
from bot.contract.errors import LinliError, Misconfigured, Refused, Unavailable

API = "https://sms.tencentcloudapi.com"
ACTION, VERSION, SERVICE = "SendSms", "2021-01-11", "sms"
ANSWER_SECONDS = 8.0
JSON = "application/json; charset=utf-8"
# Every account of ours that has this secret is one of Tencent's.
MARK = "secret_id"
_FORMS: Mapping[str, tuple[str, str]] = {
    "secret_id": (r"[\w-]{8,80}", "the SecretId of an API key is expected"),
    "secret_key": (r"[\w-]{8,80}", "the SecretKey of an API key is expected"),
    "app": (r"14\d{8}", "the SdkAppId of the SMS application, 14…, is expected"),
    "sign": (r".{2,20}", "the approved signature, without brackets, is expected"),
    "callback": (r"[\w-]{24,80}", "a word of 24 letters or more, which only Tencent is told, is expected"),
    "region": (r"[a-z]+-[a-z]+(-\d)?", "a region such as ap-guangzhou is expected"),
    "endpoint": (r"https://[\w.-]+|http://127\.0\.0\.1:\d+", "an address such as https://sms.tencentcloudapi.com"),
}
_DEFAULTS = {"region": "ap-guangzhou", "endpoint": API}
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
# Nobody there who wants it: no such number, or one that has said it wants nothing.
_GONE = frozenset(
    {
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.PhoneNumberParseFail",
        "InvalidParameterValue.IncorrectPhoneNumber",
    }
)
# Limits of one number, which are nobody else's: half a minute is waited for, an hour or a day is not.
_ONE_NUMBER = "LimitExceeded.PhoneNumber"
_SHORT = frozenset({"LimitExceeded.PhoneNumberThirtySecondLimit", "LimitExceeded.DeliveryFrequencyLimit"})
SHORT_SECONDS = 30
# Seconds until the same may be tried again, by how their code begins.
_PATIENCE = (
    ("LimitExceeded.", 3600),
    ("FailedOperation.InsufficientBalanceInSmsPackage", 600),
    ("AuthFailure", 60),
    ("UnauthorizedOperation", 60),
    ("RequestLimitExceeded", 10),
    ("InternalError", 5),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """One application of ours, with the texts that were approved for it: template's id → its words, `{1}` for a
    variable; callback: the word in the addresses that Tencent is given, which alone proves that it is Tencent."""

    account: Account
    secret_id: str
    secret_key: str = field(repr=False)
    app: str
    sign: str
    callback: str = field(repr=False)
    region: str
    endpoint: str
    templates: Mapping[str, str]


def senders(accounts: Mapping[str, Account], channel: str) -> Mapping[str, Sender]:
    """Every account of Tencent's. Raises `Misconfigured` with the variable that is wrong, or missing."""
    found: dict[str, Sender] = {}
    for name, account in accounts.items():
        if MARK not in account.secrets:
            continue
        start = f"LINLI_{channel.upper()}_{name.upper().replace('-', '_')}"
        given = {one: account.secrets.get(one) or _DEFAULTS.get(one, "") for one in _FORMS}
        for one, (form, expected) in _FORMS.items():
            if not re.fullmatch(form, given[one]):
                raise Misconfigured(expected, file=f"{start}_{one.upper()}")
        if not account.templates:
            raise Misconfigured(f"channels.{channel}.accounts.{name}.templates: none is named", file="config.yml")
        found[name] = Sender(account, **given, templates=account.templates)
    return found


def e164(number: str) -> str:
    """As Tencent wants it; people here write their numbers without their country's."""
    plain = re.sub(r"[\s()\-]", "", number)
    whole = plain if plain.startswith("+") else f"+86{plain.removeprefix('0')}"
    if not _NUMBER.fullmatch(whole):
        raise Refused("there is no such number", status=410)
    return whole


def authorization(sender: Sender, host: str, body: bytes, stamp: int) -> str:
    """TC3-HMAC-SHA256, over the body, the content type and the host."""
    day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    digest = hashlib.sha256(body).hexdigest()
    asked = f"POST\n/\n\ncontent-type:{JSON}\nhost:{host}\n\ncontent-type;host\n{digest}"
    scope = f"{day}/{SERVICE}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"TC3{sender.secret_key}".encode()
    for part in (day, SERVICE, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    mark = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    signed = f"SignedHeaders=content-type;host, Signature={mark}"
    return f"TC3-HMAC-SHA256 Credential={sender.secret_id}/{scope}, {signed}"


class Api:
    """Out to Tencent, one message at a time."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._http: httpx.AsyncClient | None = None

    async def send(self, sender: Sender, to: str, template: str, words: Sequence[str], context: str) -> str:
        """Their serial number of it. Raises as `Outward` does; a 200 may hold a refusal of the number."""
        said = {"PhoneNumberSet": [to], "SmsSdkAppId": sender.app, "SignName": sender.sign, "TemplateId": template}
        said |= {"TemplateParamSet": list(words), "SessionContext": context[:500]}
        body = json.dumps(said, ensure_ascii=False).encode()
        stamp, host = int(self._real().timestamp()), urlsplit(sender.endpoint).netloc
        headers = {"Content-Type": JSON, "Host": host, "Authorization": authorization(sender, host, body, stamp)}
        headers |= {"X-TC-Action": ACTION, "X-TC-Version": VERSION, "X-TC-Region": sender.region}
        headers["X-TC-Timestamp"] = str(stamp)
        # Made on the loop that carries, with the first thing to send.
        self._http = self._http or httpx.AsyncClient(timeout=ANSWER_SECONDS)
        try:
            answer = await self._http.post(f"{sender.endpoint}/", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(f"Tencent: {type(error).__name__}", retry_after=0) from error
        return _serial(answer)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None


def _serial(answer: httpx.Response) -> str:
    try:
        found: Any = answer.json()["Response"]
        if "Error" in found:
            raise _ours(str(found["Error"]["Code"]), str(found["Error"].get("Message", "")))
        one = found["SendStatusSet"][0]
        code, serial = str(one["Code"]), str(one["SerialNo"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Unavailable(f"Tencent answered {answer.status_code}", retry_after=0) from error
    if code != "Ok":
        raise _ours(code, str(one.get("Message", "")))
    return serial


def _ours(code: str, message: str) -> LinliError:
    told = f"Tencent: {code} {message[:120]}"
    if code in _GONE:
        return Refused(told, status=410)
    if code in _SHORT:
        return Unavailable(told, retry_after=SHORT_SECONDS, alone=True)
    if code.startswith(_ONE_NUMBER):
        return Refused(told)
    wait = next((seconds for start, seconds in _PATIENCE if code.startswith(start)), None)
    return Refused(told) if wait is None else Unavailable(told, retry_after=wait)
