"""Keeps residents' pictures: decoded and written anew, so that a file holds a picture and nothing else."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import struct
import threading
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from bot.contract.errors import Refused
from bot.contract.messages import Attachment
from bot.contract.ports import Picture
from bot.contract.text import t

LIMIT = 8_000_000
PIXELS = 64_000_000
# As large as a repairer can use; phones send more.
EDGE = 2560
_KINDS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
_TYPES = dict(_KINDS.values())
# What only the desk sends: handed out as it came.
_SOUND = "audio/mpeg"
_SERVED = {**_TYPES, "pdf": "application/pdf", "mp3": _SOUND}
_KEY = re.compile(r"([0-9a-f]{16})-[0-9a-f]{40}\.(jpg|png|webp|pdf|mp3)")
_PAPER = b"%PDF-"
# With a tag before it, or with the first frame at once.
_SOUNDS = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
# What a reader would do by itself. Data embedded in an invoice does nothing, and is let through.
_ACTS = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/SubmitForm", b"/ImportData", b"/RichMedia")
ACTS_BY_ITSELF = t("This PDF is broken or holds something that would run by itself. Save it once more as a plain PDF.")
NO_PICTURE = t("Only JPEG, PNG and WebP pictures and PDF files are taken.")
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error)
# We look at the size ourselves, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


class Shelf:
    """A folder of pictures under keys that cannot be guessed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A decoded picture takes a hundred times its file.
        self._decoding = threading.Semaphore(2)

    def keep(self, content: bytes, owner: str) -> Attachment:
        """What the camera wrote beside the picture (place, time, device) is not kept; its rotation is applied."""
        if len(content) > LIMIT:
            raise Refused("the picture is larger than 8 MB", status=413)
        ending, clean = self._decoded(content, None)
        key = f"{_mark(owner)}-{secrets.token_hex(20)}.{ending}"
        self._write(key, clean)
        return Attachment("image", key, _TYPES[ending])

    def name(self, seed: str, content_type: str, owner: str) -> str:
        """Where a picture will lie that has still to be fetched; the owner's mark lets only them see it."""
        kinds = {**_TYPES, "mp3": _SOUND}
        ending = next((ending for ending, kind in kinds.items() if kind == content_type), None)
        if ending is None:
            raise Refused("this is not a JPEG, PNG or WebP picture", status=415)
        return f"{_mark(owner)}-{hashlib.blake2b(f'{owner}:{seed}'.encode(), digest_size=20).hexdigest()}.{ending}"

    def put(self, key: str, content: bytes) -> None:
        """In the format that the key promises; the same picture twice is the same file."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise Refused("there is no such picture", status=404)
        if len(content) > LIMIT:
            raise Refused("the picture is larger than 8 MB", status=413)
        if found.group(2) == "mp3":
            if not content.startswith(_SOUNDS):
                raise Refused("this is no MP3 recording", status=415)
            self._write(key, content)
            return
        self._write(key, self._decoded(content, found.group(2))[1])

    def _decoded(self, content: bytes, ending: str | None) -> tuple[str, bytes]:
        with self._decoding:
            try:
                return _anew(content, ending)
            except _BROKEN as error:
                raise Refused("this is not a JPEG, PNG or WebP picture", status=415) from error

    def keep_any(self, content: bytes, owner: str) -> Attachment:
        """A PDF stays as it is, so it is only ever handed out to be kept, and one that acts by itself is not taken."""
        if content.startswith(_PICTURES):
            return self.keep(content, owner)
        if not content.startswith(_PAPER):
            raise Refused("neither a picture nor a PDF", NO_PICTURE, status=415)
        if len(content) > LIMIT:
            raise Refused("the file is larger than 8 MB", status=413)
        if b"%%EOF" not in content[-2048:] or any(mark in content for mark in _ACTS):
            raise Refused("this PDF is broken or acts by itself", ACTS_BY_ITSELF, status=415)
        key = f"{_mark(owner)}-{secrets.token_hex(20)}.pdf"
        self._write(key, content)
        return Attachment("file", key, _SERVED["pdf"])

    def _write(self, key: str, content: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_bytes(content)
        half.replace(path)

    def fetch(self, key: str, owner: str) -> Picture:
        found = _KEY.fullmatch(key)
        if found is None or found.group(1) != _mark(owner):
            raise Refused("there is no such picture", status=404)
        try:
            return Picture(self._path(key).read_bytes(), _SERVED[found.group(2)])
        except FileNotFoundError as error:
            raise Refused("there is no such picture", status=404) from error

    def cover(self, key: str, owner: str, boxes: Sequence[tuple[float, float, float, float]]) -> Attachment:
        """A copy with these parts painted over; boxes: x, y, width, height as parts of the picture."""
        content = self.fetch(key, owner).content
        with self._decoding, Image.open(io.BytesIO(content), formats=tuple(_KINDS)) as picture:
            kind = picture.format or "PNG"
            flat = picture.convert("RGB")
            brush = ImageDraw.Draw(flat)
            for x, y, width, height in boxes:
                right, bottom = min(1.0, x + width) * flat.width, min(1.0, y + height) * flat.height
                brush.rectangle((x * flat.width, y * flat.height, right, bottom), fill=(24, 24, 24))
            out = io.BytesIO()
            flat.save(out, kind, quality=85)
        return self.keep(out.getvalue(), owner)

    def _path(self, key: str) -> Path:
        return self._folder / key[17:19] / key


def _mark(owner: str) -> str:
    """Whose it is, not readable as who they are."""
    return hashlib.blake2b(owner.encode(), digest_size=8).hexdigest()


def _anew(content: bytes, ending: str | None = None) -> tuple[str, bytes]:
    """The first frame, upright, no larger than needed, in its own format or that of the ending: (ending, bytes)."""
    with Image.open(io.BytesIO(content), formats=tuple(_KINDS)) as picture:
        if picture.width * picture.height > PIXELS:
            raise Refused("the picture has too many pixels", status=413)
        kind = next((kind for kind, (name, _) in _KINDS.items() if name == ending), picture.format or "")
        if picture.format == "JPEG":
            picture.draft("RGB", (EDGE, EDGE))  # decodes at a fraction of the size where that is enough
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((EDGE, EDGE))
        if kind != "PNG" and upright.mode not in ("RGB", "RGBA", "L"):
            upright = upright.convert("RGB")
        if kind == "JPEG" and upright.mode == "RGBA":
            upright = upright.convert("RGB")
        bare = Image.new(upright.mode, upright.size)
        if upright.palette is not None and upright.mode == "P":
            bare.putpalette(upright.palette)
        bare.paste(upright)
        out = io.BytesIO()
        bare.save(out, kind, quality=85)
    return _KINDS[kind][0], out.getvalue()
