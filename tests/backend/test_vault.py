"""What signs is sealed in the database, opens with any key of the ring and with no other, and moves to a newer one."""

from __future__ import annotations

import base64
import logging
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, update

from backend import vault
from backend.models.ladder import health_note
from backend.models.visitors import pass_key
from backend.models.webhooks import webhook_endpoint
from backend.services import health, pass_keys, pass_token, webhook_secrets, webhooks
from bot.contract.errors import Misconfigured, Unavailable
from bot.settings import Settings
from tests.bot.work.station import COMMUNITY, Station
from tests.load.process import ROOT

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture(autouse=True)
def own_ring(prepared: Settings) -> Iterator[None]:
    """Whatever a test unlocks, the next one finds the usual key."""
    yield
    vault.unlock(prepared.secret_key, prepared.key_file)


def test_a_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "there" / "linli.key"
    vault.unlock("", file)
    key = file.read_text()
    sealed = vault.seal(b"secret", "a")
    vault.unlock("", file)
    assert vault.opened(sealed, "a") == b"secret"
    assert file.read_text() == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["linli.key"]


def test_what_is_sealed_opens_for_its_row_and_with_its_key_only() -> None:
    vault.unlock(OLD, Path("none"))
    sealed = vault.seal(b"secret", "row 1")
    assert b"secret" not in base64.b64decode(sealed)
    with pytest.raises(Unavailable):
        vault.opened(sealed, "row 2")
    vault.unlock(NEW, Path("none"))
    with pytest.raises(Unavailable, match="LINLI_SECRET_KEY"):
        vault.opened(sealed, "row 1")
    vault.unlock(f"{NEW} {OLD}", Path("none"))
    assert vault.opened(sealed, "row 1") == b"secret"


@pytest.mark.parametrize("given", ["short", f"{OLD} short"])
def test_a_short_key_is_refused_in_one_line(given: str) -> None:
    with pytest.raises(Misconfigured, match="32 characters"):
        vault.unlock(given, Path("none"))


def _columns(connection: Connection) -> str:
    rows = [*connection.execute(select(webhook_endpoint.c.secrets)), *connection.execute(select(pass_key.c.private))]
    return repr(rows)


def test_the_database_tells_no_secret_and_both_move_to_a_newer_key(station: Station) -> None:
    vault.unlock(OLD, Path("none"))
    made = station.endpoint("http://127.0.0.1:9/hook")
    station.do(lambda c: pass_keys.rotate(c, COMMUNITY, station.clock.real()))
    told = station.do(_columns)
    assert made.secret.removeprefix("whsec_") not in told
    assert "whsec_" not in told
    vault.unlock(f"{NEW} {OLD}", Path("none"))
    station.do(webhooks.reseal)
    station.do(pass_keys.reseal)
    vault.unlock(NEW, Path("none"))
    row = station.do(lambda c: webhooks.one(c, COMMUNITY, made.id))
    assert webhook_secrets.holding(made.id, row.secrets, station.clock.real()) == [made.secret]
    assert station.do(lambda c: pass_keys.signed_list(c, COMMUNITY, station.clock.now(), station.clock.real()))


def test_secrets_of_an_older_release_are_read_and_then_sealed(station: Station) -> None:
    made = station.endpoint("http://127.0.0.1:9/hook")
    plain = [{"secret": made.secret, "until": None}]
    private, public = pass_token.new_key()

    def as_before(connection: Connection) -> None:
        connection.execute(update(webhook_endpoint).values(secrets=plain))
        pass_keys.rotate(connection, COMMUNITY, station.clock.real())
        signs = update(pass_key).where(pass_key.c.private.is_not(None))
        both = {"private": base64.b64encode(private).decode(), "public": base64.b64encode(public).decode()}
        connection.execute(signs.values(**both))

    station.do(as_before)
    row = station.do(lambda c: webhooks.one(c, COMMUNITY, made.id))
    assert webhook_secrets.holding(made.id, row.secrets, station.clock.real()) == [made.secret]
    station.do(webhooks.reseal)
    station.do(pass_keys.reseal)
    told = station.do(_columns)
    assert made.secret not in told
    assert base64.b64encode(private).decode() not in told


def test_without_the_key_old_passes_are_verified_and_new_ones_signed(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    """A backup restored where the key was lost: webhooks wait for it, gates go on."""
    at = datetime(2026, 11, 21, 7, 10, tzinfo=UTC)
    hours = timedelta(hours=2)
    claims = pass_token.Claims("0a" * 8, at - hours, at + hours, 1)
    tokens = []
    for key in (OLD, NEW):
        vault.unlock(key, Path("none"))
        with caplog.at_level(logging.WARNING, "linli.passes"):
            tokens.append(station.do(lambda c: pass_keys.sign(c, COMMUNITY, claims, station.clock.real())))
    assert "signed with a new key" in caplog.text
    ring = station.do(lambda c: pass_keys.ring(c, COMMUNITY))
    assert len({token.split(":")[1] for token in tokens}) == 2
    assert [pass_token.verify(token, ring, at).refused for token in tokens] == [None, None]


def test_the_command_seals_with_a_new_key(fresh: Settings, station: Station, tmp_path: Path) -> None:
    file = tmp_path / "linli.key"
    shutil.copy(fresh.key_file, file)
    station.do(lambda c: c.execute(delete(health_note)))
    station.do(lambda c: health.put(c, COMMUNITY, 1, "a pacemaker", station.clock.real()))
    made = station.endpoint("http://127.0.0.1:9/hook")
    before = station.do(_columns)
    variables = [f"LINLI_DATABASE_URL={fresh.database_url}", f"LINLI_KEY_FILE={file}"]
    command = ["env", *variables, sys.executable, "-m", "bot", "reseal", "--new-key"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "sealed with the newest key" in done.stdout
    assert station.do(_columns) != before
    keys = file.read_text().split()
    assert len(keys) == 2
    file.write_text(keys[0] + "\n")
    vault.unlock("", file)
    row = station.do(lambda c: webhooks.one(c, COMMUNITY, made.id))
    assert webhook_secrets.holding(made.id, row.secrets, station.clock.real()) == [made.secret]
    assert [words for _, words in station.do(lambda c: health.of(c, COMMUNITY, [1]))] == ["a pacemaker"]
