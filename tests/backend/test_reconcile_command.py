"""`python -m bot reconcile` reads the same settings as the server, and says what does not agree."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import ROOT, Settings
from tests.fakes.wechatpay import WechatPay
from tests.fakes.wechatpay_papers import paid_line, secrets_in, statement


@pytest.fixture
def fake(prepared: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WechatPay]:
    one = WechatPay()
    shutil.copy(prepared.database_url.removeprefix("sqlite:///"), tmp_path / "linli.db")
    written = (ROOT / "config.yml").read_text(encoding="utf-8").replace("payment: demo", "payment: wechatpay")
    (tmp_path / "config.yml").write_text(written, encoding="utf-8")
    here = {"CONFIG": str(tmp_path / "config.yml"), "DATABASE_URL": f"sqlite:///{tmp_path / 'linli.db'}"}
    here |= {"PUBLIC_URL": "https://linli.example", "WECHATPAY_API_BASE": one.url, **secrets_in(tmp_path)}
    for name, value in here.items():
        monkeypatch.setenv(f"LINLI_{name}", value)
    yield one
    one.close()


def test_a_day_by_command(fake: WechatPay, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--day", "2026-11-20"]) == 0
    assert "sunshine  2026-11-20  0 do not agree" in capsys.readouterr().out
    fake.files["day"] = statement([paid_line("stranger", "4200001", "1.00")])
    assert main(["reconcile", "--day", "2026-11-20", "--community", "sunshine"]) == 1
    told = capsys.readouterr().out
    assert "not_here" in told
    assert "stranger" in told
    assert main(["reconcile", "--community", "nobody"]) == 2
    fake.away = True
    assert main(["reconcile", "--day", "2026-11-20"]) == 2
    assert "SYSTEM_ERROR" in capsys.readouterr().err
