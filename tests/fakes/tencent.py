"""Tencent Cloud's SMS API on loopback, as strict as its documents say: signature, approved template, every number."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from backend import instant
from tests.fakes.listening import Listening

SECRET_ID, SECRET_KEY, APP, SIGN = "AKIDlinlitestsecretid", "linli-test-secret-key", "1400000001", "阳光花园物业"
CALLBACK = "a-word-that-only-tencent-was-told"
NEWS = "您有一条来自物业的新消息，请在微信里查看，或致电前台。"
TEMPLATES = {"1110001": "您的验证码是{1}，{2}分钟内有效。", "1110002": NEWS, "1110003": "请在{1}前到前台办理。"}
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
    r"SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})"
)
_TAKES = {"PhoneNumberSet", "SmsSdkAppId", "TemplateId", "SignName", "TemplateParamSet", "ExtendCode"}
_TAKES |= {"SessionContext", "SenderId"}


class Wrong(Exception):
    """A code of theirs."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Tencent(Listening):
    """sent: what was taken, with its `SerialNo`; refuses: number → the code that it is refused with."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    poor: bool = False

    def __post_init__(self) -> None:
        self.listen(_handler(self))

    def anew(self) -> None:
        self.sent, self.refuses, self.poor = [], {}, False

    def take(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        if said.keys() - _TAKES:
            raise Wrong("UnknownParameter", str(said.keys() - _TAKES))
        numbers = said.get("PhoneNumberSet")
        if not isinstance(numbers, list) or not numbers:
            raise Wrong("MissingParameter.EmptyPhoneNumberSet")
        if said.get("SmsSdkAppId") != APP:
            raise Wrong("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        if self.poor:
            raise Wrong("FailedOperation.InsufficientBalanceInSmsPackage")
        return [self._one(number, said) for number in numbers]

    def _one(self, number: str, said: dict[str, Any]) -> dict[str, Any]:
        code = self.refuses.get(number) or _wrong(number, said)
        serial = f"2640:{len(self.sent) + 1:020d}" if code == "Ok" else ""
        if code == "Ok":
            self.sent.append({**said, "To": number, "SerialNo": serial})
        told = {"SerialNo": serial, "PhoneNumber": number, "Fee": int(code == "Ok"), "IsoCode": "CN"}
        return {**told, "SessionContext": said.get("SessionContext", ""), "Code": code, "Message": code}

    def texts(self) -> list[str]:
        """As people read them."""
        found = []
        for one in self.sent:
            text = TEMPLATES[one["TemplateId"]]
            for place, word in enumerate(one["TemplateParamSet"], 1):
                text = text.replace(f"{{{place}}}", word)
            found.append(f"【{one['SignName']}】{text}")
        return found


def _wrong(number: str, said: dict[str, Any]) -> str:
    """`Ok`, or why this number gets nothing."""
    words, approved = said.get("TemplateParamSet") or [], TEMPLATES.get(said.get("TemplateId", ""))
    if not re.fullmatch(r"\+861\d{10}", number):
        return "InvalidParameterValue.IncorrectPhoneNumber"
    if said.get("SignName") != SIGN:
        return "FailedOperation.SignatureIncorrectOrUnapproved"
    if approved is None:
        return "FailedOperation.TemplateIncorrectOrUnapproved"
    if len(words) != len(set(re.findall(r"\{\d\}", approved))):
        return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
    if any("://" in word for word in words):
        return "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"
    return "Ok"


def theirs(headers: dict[str, str], body: bytes) -> None:
    """Raises `Wrong` unless exactly this was signed, now, for this host."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if found is None or found[1] != SECRET_ID:
        raise Wrong("AuthFailure.SecretIdNotFound")
    stamp = headers.get("x-tc-timestamp", "0")
    if abs(instant.now().timestamp() - int(stamp)) > 300:
        raise Wrong("AuthFailure.SignatureExpire")
    if found[2] != datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d"):
        raise Wrong("AuthFailure.SignatureFailure", "date")
    names = found[3].split(";")
    if not {"content-type", "host"} <= set(names) or names != sorted(names):
        raise Wrong("AuthFailure.SignatureFailure", "SignedHeaders")
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    asked = f"POST\n/\n\n{lines}\n{found[3]}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{found[2]}/sms/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = b"TC3" + SECRET_KEY.encode()
    for part in (found[2], "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), found[4]):
        raise Wrong("AuthFailure.SignatureFailure")
    if (headers.get("x-tc-action"), headers.get("x-tc-version")) != ("SendSms", "2021-01-11"):
        raise Wrong("InvalidAction")
    if not re.fullmatch(r"ap-[a-z]+", headers.get("x-tc-region", "")):
        raise Wrong("UnsupportedRegion")


def _handler(fake: Tencent) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                theirs({name.lower(): value for name, value in self.headers.items()}, body)
                told: dict[str, Any] = {"SendStatusSet": fake.take(json.loads(body))}
            except Wrong as error:
                told = {"Error": {"Code": error.code, "Message": error.message}}
            # Refusals too are a 200.
            content = json.dumps({"Response": {**told, "RequestId": "r"}}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    return Handler
