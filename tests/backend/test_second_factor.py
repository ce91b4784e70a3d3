"""The second factor and the commands around accounts: what a lost phone, a stolen backup and a first day need."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from backend.models.sign_in import staff_credential
from backend.services.sign_in import accounts, totp
from bot.__main__ import main
from bot.settings import Settings
from intents.understand import Embedded
from tests.backend.test_sign_in import fresh
from tests.clerk import Clerk, Hands
from tests.resident import Resident

__all__ = ["fresh"]

# RFC 6238, appendix B, for SHA-1.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, seconds // totp.STEP_SECONDS, digits=8) == code


def test_a_code_is_taken_once_and_a_slow_clock_is_forgiven() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    step = totp.step_of(now)
    for near in (step - 1, step, step + 1):
        assert totp.matching(SECRET, totp.code_at(SECRET, near), now, 0) == near
    assert totp.matching(SECRET, totp.code_at(SECRET, step), now, used=step) is None
    assert totp.matching(SECRET, totp.code_at(SECRET, step - 2), now, 0) is None
    assert totp.matching(SECRET, "١٢٣٤٥٦", now, 0) is None


def test_the_second_factor_from_the_first_scan_to_a_lost_phone(house: Resident, hands: Hands) -> None:
    clerk = Clerk(house, "supervisor")
    elsewhere = Clerk(house, "supervisor")
    secret = re.search(r'name="secret" value="(\w+)"', clerk.get("/console/account").text)
    assert secret
    key = secret.group(1)

    def code() -> str:
        return totp.code_at(key, totp.step_of(hands.real()))

    assert clerk.post("/console/account/second", secret=key, code="000000").status_code == 422
    done = clerk.post("/console/account/second", secret=key, code=code())
    spare = re.findall(r"\b[0-9a-f]{6}-[0-9a-f]{6}\b", done.text)
    assert len(spare) == 10
    assert elsewhere.get("/console/inbox").status_code == 303
    late = Clerk(house)
    assert late.sign_in("supervisor").headers["location"].startswith("/console/second")
    assert late.get("/console/inbox").status_code == 303
    half = late.http.cookies["linli_console"]
    assert late._ask("POST", "/console/second", data={"code": code()}).status_code == 403, "a code opens once"
    hands.pass_(seconds=31)
    assert late._ask("POST", "/console/second", data={"code": code()}).status_code == 303
    assert late.http.cookies["linli_console"] != half
    assert late.get("/console/inbox").status_code == 200
    for status in (303, 403):
        lost = Clerk(house)
        lost.sign_in("supervisor")
        assert lost._ask("POST", "/console/second", data={"code": spare[0].upper()}).status_code == status


def test_a_stolen_database_makes_no_codes(house: Resident, hands: Hands) -> None:
    clerk = Clerk(house, "agent")
    key = re.search(r'name="secret" value="(\w+)"', clerk.get("/console/account").text)
    assert key
    code = totp.code_at(key.group(1), totp.step_of(hands.real()))
    assert clerk.post("/console/account/second", secret=key.group(1), code=code).status_code == 200
    db = house.app.state.desk.db
    rows = select(staff_credential.c.secret).where(staff_credential.c.secret.is_not(None))
    kept = db.read_now(lambda c: c.execute(rows).scalar_one())
    assert key.group(1) not in kept
    assert base64.b32decode(key.group(1)) not in base64.b64decode(kept)
    assert db.submit(accounts.reseal).result() == 1
    hands.pass_(seconds=31)
    late = Clerk(house)
    late.sign_in("agent")
    code = totp.code_at(key.group(1), totp.step_of(hands.real()))
    assert late._ask("POST", "/console/second", data={"code": code}).status_code == 303


def test_the_first_account_and_the_proof_of_the_log(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], interpreter: Embedded
) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", fresh.database_url)
    assert main(["new", "staff", "Li-Hui", "--name", "Li Hui", "--role", "admin"]) == 0
    login, password = capsys.readouterr().out.split()
    assert (login, len(password) >= 12) == ("li-hui", True)
    assert main(["new", "staff", "li-hui", "--name", "Li Hui"]) == 2
    real = Resident(fresh.model_copy(update={"demo": False}), interpreter, "x")
    assert Clerk(real, login, password).get("/console/account").status_code == 200
    real.close()
    assert main(["audit"]) == 0
    digest = capsys.readouterr().out.split()[-1]
    assert main(["audit", "--digest", digest]) == 0
    assert main(["audit", "--digest", "0" * 64]) == 1
