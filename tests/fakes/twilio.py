"""Twilio's API on loopback, as strict as its documents say, and with the codes that they name."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.listening import Listening

SID, TOKEN, NUMBER = "AC" + "0" * 32, "linli-demo-phone", "+861000000000"
# Another of theirs, which alarms call from where it is set.
ALARMS = "+861000000911"
_TO = re.compile(r"\+[1-9]\d{6,14}")
# What each of the two takes, and what of it must be there.
_TAKES = {
    "Messages": ({"To", "From", "Body", "StatusCallback"}, {"To", "From", "Body"}),
    "Calls": (
        {"To", "From", "Url", "Twiml", "Method", "Timeout", "MachineDetection", "StatusCallback", "FallbackUrl"}
        | {"MachineDetectionTimeout", "StatusCallbackEvent", "StatusCallbackMethod", "AsyncAmd"}
        | {"AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod"},
        {"To", "From"},
    ),
}


class Wrong(Exception):
    """status and code of their error document; after: seconds of Retry-After."""

    def __init__(self, status: int, code: int, message: str, after: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.after = status, code, message, after

    def document(self) -> bytes:
        info = f"https://www.twilio.com/docs/errors/{self.code}"
        return json.dumps(
            {"code": self.code, "message": self.message, "more_info": info, "status": self.status}
        ).encode()


@dataclass
class Twilio(Listening):
    """sent: the forms of messages and calls that were taken, each with its `Sid` and `What`; down: it takes none."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    landlines: set[str] = field(default_factory=set)
    patience: list[int] = field(default_factory=list)
    recordings: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def __post_init__(self) -> None:
        self.listen(_handler(self))

    def anew(self) -> None:
        self.sent, self.blocked, self.landlines, self.patience, self.recordings = [], set(), set(), [], {}
        self.down = False

    def texts(self) -> list[str]:
        return [one["Body"] for one in self.sent if one["What"] == "Messages"]

    def recording(self, path: str) -> bytes:
        """Empty where there is none, or not yet."""
        found = re.fullmatch(rf"/2010-04-01/Accounts/{SID}/Recordings/(RE[0-9a-f]{{32}})\.mp3", path)
        return self.recordings.get(found[1], b"") if found is not None else b""

    def take(self, what: str, form: dict[str, str]) -> dict[str, Any]:
        takes, needs = _TAKES[what]
        for name in sorted(form.keys() - takes):
            raise Wrong(400, 20001, f"Unknown parameter {name}")
        for name in sorted(needs - {name for name, value in form.items() if value}):
            raise Wrong(400, {"To": 21604, "From": 21603, "Body": 21602}[name], f"A '{name}' is required.")
        if self.down:
            raise Wrong(503, 20503, "Service Unavailable")
        if self.patience:
            raise Wrong(429, 20429, "Too Many Requests", self.patience.pop(0))
        if not _TO.fullmatch(form["To"]):
            raise Wrong(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
        if form["From"] not in (NUMBER, ALARMS):
            raise Wrong(400, 21606, "The 'From' phone number is not yours")
        if form["To"] in self.blocked:
            raise Wrong(400, 21610, "Attempt to send to unsubscribed recipient")
        if what == "Messages" and form["To"] in self.landlines:
            raise Wrong(400, 21614, f"'To' number is not a valid mobile number: {form['To']}")
        self._of_its_kind(what, form)
        sid = f"{'SM' if what == 'Messages' else 'CA'}{len(self.sent) + 1:032x}"
        self.sent.append({**form, "Sid": sid, "What": what})
        return {"sid": sid, "status": "queued", "to": form["To"], "from": form["From"]}

    @staticmethod
    def _of_its_kind(what: str, form: dict[str, str]) -> None:
        if what == "Messages" and len(form["Body"]) > 1_600:
            raise Wrong(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if what == "Calls" and not (form.get("Url") or form.get("Twiml")):
            raise Wrong(400, 21205, "Url is required")
        if what == "Calls":
            _machines(form)
        for name in ("Url", "StatusCallback", "AsyncAmdStatusCallback"):
            if form.get(name) and not form[name].startswith(("https://", "http://")):
                raise Wrong(400, 21205 if name == "Url" else 21609, f"{name} is not a valid URL")


def _machines(form: dict[str, str]) -> None:
    """Detection, and what only stands beside it."""
    if form.get("MachineDetection", "Enable") not in ("Enable", "DetectMessageEnd"):
        raise Wrong(400, 21217, "MachineDetection is not valid")
    if "MachineDetection" not in form and {"AsyncAmd", "MachineDetectionTimeout"} & form.keys():
        raise Wrong(400, 21217, "MachineDetection is required")
    if not 3 <= int(form.get("MachineDetectionTimeout", "30")) <= 59:
        raise Wrong(400, 21217, "MachineDetectionTimeout is not valid")
    if not 5 <= int(form.get("Timeout", "60")) <= 600:
        raise Wrong(400, 21217, "Timeout is not valid")
    if form.get("AsyncAmd", "false") == "true" and not form.get("AsyncAmdStatusCallback"):
        raise Wrong(400, 21217, "AsyncAmdStatusCallback is required")


def _handler(fake: Twilio) -> type[BaseHTTPRequestHandler]:
    right = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode()))
            try:
                if self.headers["authorization"] != right:
                    raise Wrong(401, 20003, "Authenticate")
                found = re.fullmatch(rf"/2010-04-01/Accounts/{SID}/(Messages|Calls)\.json", self.path)
                if found is None:
                    raise Wrong(404, 20404, f"The requested resource {self.path} was not found")
                self._answer(201, json.dumps(fake.take(found[1], form)).encode())
            except Wrong as error:
                self._answer(error.status, error.document(), error.after)

        def do_GET(self) -> None:
            kept = fake.recording(self.path)
            if self.headers["authorization"] != right:
                self._answer(401, Wrong(401, 20003, "Authenticate").document())
                return
            self._answer(200 if kept else 404, kept or Wrong(404, 20404, "The resource was not found").document())

        def _answer(self, status: int, content: bytes, after: int = 0) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            if after:
                self.send_header("retry-after", str(after))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    return Handler
