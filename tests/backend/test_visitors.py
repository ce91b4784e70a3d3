"""Passes: a token that a gate checks by itself, codes that cannot be guessed, and nothing of the room in sight."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from backend.services import pass_token, visitors
from backend.services.pass_token import SKEW, Claims, read_list, sign, sign_list, verify
from backend.services.pass_words import lines
from backend.services.progress import Whose
from tests.resident import DEMO_KEY, Resident

MakeResident = Callable[..., Resident]
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PRIVATE, PUBLIC = pass_token.new_key()
RING = {"K001": PUBLIC}
PLAIN = Claims("00112233445566aa", NOW, NOW + timedelta(hours=4), 2, ("沪A12345",))
HEADERS = {"Authorization": f"Bearer {DEMO_KEY}"}


def _no_network(*args: object, **more: object) -> NoReturn:
    raise AssertionError("a gate has no network")


def test_a_gate_verifies_with_the_public_key_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign(PLAIN, "K001", PRIVATE)
    monkeypatch.setattr(socket, "socket", _no_network)
    verdict = verify(token, RING, NOW)
    assert verdict.admit
    assert verdict.claims == PLAIN


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        (-SKEW, None),
        (-SKEW - timedelta(minutes=1), "early"),
        (timedelta(hours=4) + SKEW, None),
        (timedelta(hours=4) + SKEW + timedelta(minutes=1), "late"),
    ],
)
def test_a_clock_may_be_off_by_two_minutes(after: timedelta, refused: str | None) -> None:
    assert verify(sign(PLAIN, "K001", PRIVATE), RING, NOW + after).refused == refused


def test_what_is_forged_revoked_or_noise_is_refused() -> None:
    token = sign(PLAIN, "K001", PRIVATE)
    other, _ = pass_token.new_key()
    assert verify(sign(PLAIN, "K001", other), RING, NOW).refused == "forged"
    assert verify(token.replace("K001", "K002"), RING, NOW).refused == "unknown_key"
    assert verify(token, RING, NOW, {PLAIN.serial}).refused == "revoked"
    for noise in ("", "LP1", "LP1:K001::", "LP1:K001:é:ü", "x" * 5_000, token[:-2], token.lower(), "LP1:K001:A:A"):
        assert verify(noise, RING, NOW).refused in ("malformed", "forged")


def test_weekdays_hold_between_their_hours() -> None:
    claims = Claims("00" * 8, NOW, NOW + timedelta(days=30), 1, (), 0b0000010, 960, 1200)
    token = sign(claims, "K001", PRIVATE)
    tuesday = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert verify(token, RING, tuesday).admit
    assert verify(token, RING, tuesday.replace(hour=12)).refused == "wrong_hour"
    assert verify(token, RING, tuesday + timedelta(days=1)).refused == "wrong_day"


def test_the_revocation_list_is_signed_and_ages() -> None:
    text = sign_list(["aa", "bb"], NOW, "K001", PRIVATE)
    assert read_list(text, RING, NOW) == (frozenset({"aa", "bb"}), True)
    assert read_list(text, RING, NOW + timedelta(hours=25))[1] is False
    with pytest.raises(ValueError):
        read_list(text[:-4] + "AAAA", RING, NOW)


def _made(resident: MakeResident, profile: str = "buttons") -> Resident:
    one = resident(now="2026-11-20T09:30", profile=profile)
    one.say("我表弟王强今天上午十点来，车牌沪A12345，登记访客")
    one.say("是")
    return one


def test_neither_token_nor_picture_shows_room_or_name(resident: MakeResident) -> None:
    one = _made(resident)
    item = one.items("passes")[0]
    assert item["household"] == "3栋2单元501"
    body = base64.b32decode(item["token"].split(":")[2] + "=" * (-len(item["token"].split(":")[2]) % 8))
    assert b"501" not in body
    assert "王强".encode() not in body
    picture = one.request("GET", item["picture"])
    assert picture.status_code == 200
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "no-store" in picture.headers["cache-control"]
    assert "501" not in re.sub(r'd="[^"]*"', "", picture.text)
    assert one.request("GET", item["picture"].replace(".svg", ".png")).content.startswith(b"\x89PNG")
    assert one.request("GET", "/pass/nobody.svg").status_code == 404


def test_a_guard_sees_building_and_room_and_guessing_is_slowed(resident: MakeResident) -> None:
    one = _made(resident)
    code = one.items("passes")[0]["code"]
    seen = one.request("GET", f"/api/v1/passes/by-code/{code}", headers=HEADERS).json()
    assert (seen["admit"], seen["building"], seen["room"], seen["visitor_name"]) == (True, "3", "501", "王强")
    assert one.request("GET", f"/api/v1/passes/by-code/{code}").status_code == 401
    assert one.request("GET", "/api/v1/passes/by-code/12ab", headers=HEADERS).status_code == 422
    wrong = f"{(int(code) + 7) % 10**8:08d}"
    statuses = [one.request("GET", f"/api/v1/passes/by-code/{wrong}", headers=HEADERS).status_code for _ in range(12)]
    assert statuses == [404] * 10 + [429] * 2


def test_a_revoked_pass_opens_nothing_and_is_on_the_list(resident: MakeResident) -> None:
    one = _made(resident)
    item = one.items("passes")[0]
    one.say("取消王强的通行证")
    one.say("是")
    seen = one.request("GET", f"/api/v1/passes/by-code/{item['code']}", headers=HEADERS).json()
    assert (seen["admit"], seen["refused"]) == (False, "revoked")
    assert one.request("GET", item["picture"]).status_code == 404
    keys = one.request("GET", "/api/v1/passes/keys", headers=HEADERS).json()
    ring = {key["kid"]: base64.b64decode(key["public"]) for key in keys["keys"]}
    listed = one.request("GET", "/api/v1/passes/revoked", headers=HEADERS).json()
    now = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
    serials, fresh = read_list(listed["signed"], ring, now)
    assert fresh
    assert verify(item["token"], ring, now, serials).refused == "revoked"
    assert verify(item["token"], ring, now).admit


def test_old_keys_verify_after_rotation(resident: MakeResident) -> None:
    one = _made(resident)
    token = one.items("passes")[0]["token"]
    rotated = one.request("POST", "/api/v1/passes/keys", headers=HEADERS).json()
    assert [key["signing"] for key in rotated["keys"]] == [True, False]
    ring = {key["kid"]: base64.b64decode(key["public"]) for key in rotated["keys"]}
    assert verify(token, ring, datetime.fromisoformat("2026-11-20T10:00:00+08:00")).admit


def test_the_code_is_read_twice(resident: MakeResident) -> None:
    one = resident(now="2026-11-20T09:30", profile="keys")
    one.say("register visitor John Smith tomorrow at 10am")
    text = one.say("1").text
    code = one.items("passes")[0]["code"]
    assert text.count(f"{' '.join(code[:4])}, {' '.join(code[4:])}") == 2


def test_another_conversation_manages_the_same_residents_passes(resident: MakeResident) -> None:
    one = _made(resident)
    assert "王强" in one.say("我的访客", sender="other-phone").text
    assert "12:30" in one.say("延长到十二点半", sender="other-phone").text
    desk = one.app.state.desk
    found = desk.db.read_now(lambda c: lines(c, Whose("sunshine", 0, 1), NOW - timedelta(hours=8)))
    assert [line.open for line in found] == [True]
    assert re.fullmatch(r"V-20261120-\d{4}", found[0].number)


@pytest.mark.parametrize("name", ["王" * 500, "José·María " * 60, "a" * 500])
def test_a_name_of_500_characters_is_cut(name: str, resident: MakeResident) -> None:
    one = resident(now="2026-11-20T09:30")
    one.say("访客登记")
    one.say(name)
    one.say("明天")
    one.say("是")
    kept = one.items("passes")[0]["visitor_name"]
    assert len(kept) <= 40
    assert name.startswith(kept)


def test_codes_are_unique_among_live_passes(monkeypatch: pytest.MonkeyPatch, resident: MakeResident) -> None:
    one = _made(resident)
    taken = int(one.items("passes")[0]["code"])
    drawn = iter([taken, taken, 42])
    monkeypatch.setattr("backend.services.visitors.secrets.randbelow", lambda most: next(drawn))
    assert one.app.state.desk.db.read_now(lambda c: visitors.new_code(c, "sunshine")) == "00000042"
