"""What a backup holds: the database as one SQLite file, the pictures, and a manifest of counts and checksums."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import BinaryIO

from bot.contract.errors import Misconfigured

FORMAT = 1
DATABASE = "linli.db"
MANIFEST = "manifest.json"
PICTURE = re.compile(r"media/[0-9a-f]{2}/[0-9a-f]{16}-[0-9a-f]{40}\.(?:jpg|png|webp)")
BLOCK = 1 << 20
# What is heard while it goes on: a line to show, a part done, the whole.
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """revision: the schema's; tables: rows of each; files: size and SHA-256 of each."""

    revision: str
    made_at: str
    tables: dict[str, int]
    files: dict[str, tuple[int, str]]
    release: str = "0.1.0"
    format: int = FORMAT

    def written(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def read_manifest(content: bytes, where: str) -> Manifest:
    try:
        data = json.loads(content)
        if data["format"] != FORMAT:
            raise Misconfigured(f"a backup of format {data['format']}: install the newer release", file=where)
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in data["files"].items()}
        tables = {str(name): int(count) for name, count in data["tables"].items()}
        return Manifest(str(data["revision"]), str(data["made_at"]), tables, files, str(data["release"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise broken(where, "its manifest cannot be read") from error


def broken(where: str, why: str) -> Misconfigured:
    return Misconfigured(f"this is not a whole backup, nothing was changed: {why}", file=where)


@dataclass(slots=True)
class Hashed:
    """A file that is read or written once while its size and checksum are taken."""

    inner: BinaryIO
    size: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def read(self, count: int = -1) -> bytes:
        return self._seen(self.inner.read(count))

    def write(self, content: bytes) -> int:
        return self.inner.write(self._seen(content))

    def _seen(self, content: bytes) -> bytes:
        self.size += len(content)
        self._digest.update(content)
        return content

    @property
    def mark(self) -> tuple[int, str]:
        return self.size, self._digest.hexdigest()
