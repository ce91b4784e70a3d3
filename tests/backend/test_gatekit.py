"""The reference verifier for gates says what the house says, of passes that residents get and of every forgery."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.gatekit import verify as kit
from backend.services import pass_token
from backend.services.pass_token import Claims
from tests.conftest import MakeResident
from tests.resident import DEMO_KEY, Resident

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)
PRIVATE, PUBLIC = pass_token.new_key()
RING = {"K001": PUBLIC}
HEADERS = {"Authorization": f"Bearer {DEMO_KEY}"}

minutes = st.integers(-3000, 3000).map(lambda n: timedelta(minutes=n))
claims = st.builds(
    Claims,
    serial=st.binary(min_size=8, max_size=8).map(bytes.hex),
    opens_at=minutes.map(lambda shift: NOW + shift),
    closes_at=minutes.map(lambda shift: NOW + shift),
    people=st.integers(1, 9),
    plates=st.lists(st.sampled_from(["沪A12345", "粤BD12345"]), max_size=2).map(tuple),
    weekdays=st.integers(0, 127),
    opens_minute=st.integers(0, 1439),
    closes_minute=st.integers(0, 1439),
    uses=st.integers(0, 2),
)


@given(claims, st.integers(0, 7 * 1440), st.booleans(), st.integers(0, 400), st.sampled_from("A7:é\n"))
def test_it_says_what_the_house_says(one: Claims, later: int, listed: bool, place: int, letter: str) -> None:
    at = NOW + timedelta(minutes=later)
    revoked = {one.serial} if listed else set()
    text = pass_token.sign_list(revoked, at, "K001", PRIVATE)
    token = pass_token.sign(one, "K001", PRIVATE)
    for shown in (token, token[:place] + letter + token[place + 1 :], token[:place]):
        ours, theirs = pass_token.verify(shown, RING, at, revoked), kit.verdict(shown, RING, text, at)
        assert (theirs["admit"], theirs["refused"]) == (ours.admit, ours.refused)
        if ours.claims is not None:
            assert (theirs["people"], theirs["plates"]) == (ours.claims.people, list(ours.claims.plates))


def test_a_list_that_is_old_or_not_theirs_is_told() -> None:
    token = pass_token.sign(Claims("00" * 8, NOW, NOW + timedelta(days=9)), "K001", PRIVATE)
    old = pass_token.sign_list([], NOW, "K001", PRIVATE)
    assert kit.verdict(token, RING, old, NOW + timedelta(hours=23))["stale_list"] is False
    late = kit.verdict(token, RING, old, NOW + timedelta(hours=25))
    assert (late["admit"], late["stale_list"]) == (True, True)
    assert kit.verdict(token, RING, "", NOW)["stale_list"] is True
    with pytest.raises(ValueError, match="forged"):
        kit.verdict(token, RING, pass_token.sign_list([], NOW, "K001", pass_token.new_key()[0]), NOW)


def _asked_at_the_gate(one: Resident, folder: Path, token: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The files as a gate fetches them, and the verifier as it is called."""
    (folder / "ring.json").write_text(one.request("GET", "/api/v1/passes/keys", headers=HEADERS).text)
    listed = one.request("GET", "/api/v1/passes/revoked", headers=HEADERS).json()["signed"]
    (folder / "revoked.txt").write_text(listed)
    monkeypatch.setattr("sys.stdin", io.StringIO(token + "\n"))
    return kit.main(str(folder / "ring.json"), str(folder / "revoked.txt"), "Asia/Shanghai", "2026-11-20T15:05")


def test_a_residents_pass_opens_until_it_is_revoked(
    resident: MakeResident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = resident(now="2026-11-20T14:30")
    one.say("我朋友李雷今天下午3点来，车牌沪A12345")
    one.say("是")
    (item,) = one.items("passes")
    assert _asked_at_the_gate(one, tmp_path, item["token"], monkeypatch) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["plates"], told["stale_list"]) == (["沪A12345"], False)
    assert "501" not in json.dumps(told)
    asked = {"token": item["token"]}
    open_now = one.request("POST", "/api/v1/passes/verify", headers=HEADERS, json=asked).json()
    assert (open_now["admit"], open_now["refused"], open_now["plates"]) == (True, None, ["沪A12345"])
    one.request("POST", f"/api/v1/passes/{item['number']}/revoke", headers=HEADERS)
    assert _asked_at_the_gate(one, tmp_path, item["token"], monkeypatch) == 1
    assert json.loads(capsys.readouterr().out)["refused"] == "revoked"
    shut = one.request("POST", "/api/v1/passes/verify", headers=HEADERS, json=asked).json()
    assert (shut["admit"], shut["refused"]) == (False, "revoked")
    forged = {"token": item["token"][:-3] + "AAA"}
    assert not one.request("POST", "/api/v1/passes/verify", headers=HEADERS, json=forged).json()["admit"]
    assert one.request("POST", "/api/v1/passes/verify", json=asked).status_code == 401
