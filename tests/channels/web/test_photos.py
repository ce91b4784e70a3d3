"""Photos: taken when they are some, kept without what the camera noted, shown to their owner alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.media import EDGE, LIMIT, Shelf
from backend.services import cases
from bot.contract.errors import Refused
from channels.web.parse import sender
from tests.channels.web.test_routes import MINE, OTHERS, PATH, send
from tests.conftest import MakeResident
from tests.databases import on_sqlite


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    image.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_for_its_owner_alone(kind: str, resident: MakeResident) -> None:
    one = resident()
    kept = one.request("POST", f"{PATH}/photos", content=picture(kind), headers=MINE)
    assert kept.status_code == 201
    key = kept.json()["key"]
    shown = one.request("GET", f"{PATH}/photos/{key}", headers=MINE)
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.content)).format == kind
    assert one.request("GET", f"{PATH}/photos/{key}", headers=OTHERS).status_code == 404
    assert send(one, {"id": "message-1", "photo": key}, OTHERS).status_code == 404
    line = send(one, {"id": "message-1", "photo": key}).json()["lines"][0]
    assert line["parts"] == [{"type": "photo", "key": key}]
    (file,) = [path for path in one.settings.media_path.rglob("*") if path.is_file()]
    assert file.name == key


def test_what_the_camera_wrote_beside_the_picture_is_gone(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "SecretPhone 12", 6  # model; lying on its right side
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    source = picture(size=(60, 40), exif=exif.tobytes(), comment=b"SecretNote")
    assert b"SecretPhone" in source
    shelf = Shelf(tmp_path)
    key = shelf.keep(source + b"<?php hidden", "me").key
    kept = shelf.fetch(key, "me").content
    for secret in (b"SecretPhone", b"SecretNote", b"Exif", b"hidden"):
        assert secret not in kept
    upright = Image.open(io.BytesIO(kept)).convert("RGB")
    assert upright.size == (40, 60)
    red, _, blue = upright.getpixel((20, 5))  # type: ignore[misc]  # an RGB triple
    assert blue > red


def test_a_large_photo_is_made_smaller(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept = shelf.fetch(shelf.keep(picture(size=(4000, 3000)), "me").key, "me").content
    assert Image.open(io.BytesIO(kept)).size == (EDGE, EDGE * 3 // 4)


BROKEN = {
    "nothing": b"",
    "text": b"hello " * 100,
    "a program": b"MZ" + bytes(500),
    "a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a GIF": b"GIF89a" + bytes(40),
    "the beginning of a JPEG": picture()[:200],
    "the beginning of a PNG": picture("PNG")[:60],
    "a JPEG in name only": b"\xff\xd8\xff\xe0" + b"nonsense" * 40,
    "a PNG in name only": b"\x89PNG\r\n\x1a\n" + b"nonsense" * 40,
    "a WebP in name only": b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"x" * 40,
}


@on_sqlite
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_photo_is_refused(name: str, resident: MakeResident) -> None:
    one = resident()
    answer = one.request("POST", f"{PATH}/photos", content=BROKEN[name], headers={**MINE, "content-type": "image/jpeg"})
    assert answer.status_code == 415
    assert not [path for path in one.settings.media_path.rglob("*") if path.is_file()]


@on_sqlite
@pytest.mark.parametrize("size", [LIMIT + 1, 50_000_000])
def test_what_is_too_large_is_refused(size: int, resident: MakeResident) -> None:
    answer = resident().request("POST", f"{PATH}/photos", content=bytes(size), headers=MINE)
    assert answer.status_code == 413


def test_a_small_file_of_a_huge_picture_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(Refused):
        Shelf(tmp_path).keep(out.getvalue(), "me")


def test_a_photo_joins_the_case_it_belongs_to(resident: MakeResident) -> None:
    one = resident()
    key = one.request("POST", f"{PATH}/photos", content=picture(), headers=MINE).json()["key"]
    send(one, {"id": "message-1", "text": "厨房水龙头漏水"})
    send(one, {"id": "message-2", "photo": key})
    send(one, {"id": "message-3", "text": "是"})
    who = sender(MINE["authorization"], "demo")
    desk = one.app.state.desk
    talk = desk.db.read_now(lambda c: desk.memory.peek(c, who))
    assert talk is not None
    (case,) = desk.db.read_now(lambda c: cases.of_conversation(c, talk.id, None, 5))
    assert case.slots["photo"] == key
