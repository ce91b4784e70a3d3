"""Who may import whom: the contracts of pyproject.toml hold, and the five packages are really ours."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from tests.house.dotted import vendors
from tests.house.tree import ROOMS, ROOT, Module, nothing, planted, source

_WEB = (
    "bot/",
    "channels/",
    "backend/api/",
    "backend/console/",
    "backend/demo/",
    "backend/mypage/",
    "backend/till/",
)
# Where each vendor lives: a swap of the vendor is then the work of one place. A new one gets its line here.
HOMES: dict[str, tuple[str, ...]] = {
    "aiogram": ("channels/telegram/",),
    "aiohttp": ("channels/telegram/",),
    "wechatpy": ("channels/wechat/",),
    "xmltodict": ("channels/wechat/",),
    "twilio": ("channels/twilio.py", "channels/phone/", "channels/sms/"),
    "socketio": ("channels/socketio/",),
    "dbos": ("bot/work/",),
    "sklearn": ("intents/train.py", "intents/calibrate.py", "intents/train_acts.py", "intents/train_chat.py"),
    "scipy": ("intents/train.py", "intents/material.py", "intents/train_acts.py"),
    "numpy": ("intents/",),
    "psycopg": ("backend/db/",),
    "alembic": ("backend/migrate.py", "backend/migrations/"),
    # Pictures are decoded and pages are filled in one place each.
    "PIL": ("backend/media.py",),
    "jinja2": (
        "channels/web/pages.py",
        "channels/phone/hotline.py",
        "bot/contract/templates.py",
    ),
    "babel": ("bot/catalogue.py", "bot/locales.py", "bot/speak.py"),
    # A gate's program is copied away from here: it brings its own.
    "cryptography": (
        "backend/services/pass_token.py",
        "backend/vault.py",
        "backend/gatekit/verify.py",
        "backend/providers/wechatpay/account.py",
    ),
    "segno": ("backend/services/pass_picture.py", "backend/services/sign_in/totp.py"),
    "argon2": ("backend/services/sign_in/passwords.py",),
    "uvicorn": ("bot/commands/serve.py",),
    "prometheus_client": ("bot/observe.py",),
    "opentelemetry": ("bot/traces.py",),
    # What the whole house is built with; import-linter says more exactly which floors may see them.
    "fastapi": _WEB,
    "starlette": _WEB,
    "pydantic": (
        "bot/settings.py",
        "bot/configure.py",
        "bot/drill_settings.py",
        "bot/outside_settings.py",
        "channels/",
        "backend/api/",
    ),
    "sqlalchemy": ("backend/", "bot/"),
    "httpx": ("channels/", "backend/providers/", "bot/work/", "intents/outside.py", "intents/rasa/sidecar.py"),
    "yaml": (
        "bot/",
        "intents/",
        "flows/request_service/",
        "backend/demo/",
        "channels/web/pages.py",
        "channels/phone/",
        "backend/services/ringing/",
        "backend/services/care.py",
        "backend/api/examples.py",
        "flows/system/daily_ok.py",
    ),
}


def misplaced(modules: Iterable[Module]) -> list[str]:
    """Imports of a vendor away from its home, and of vendors that have none yet."""
    found: list[str] = []
    for module in modules:
        for name, line in vendors(module.tree):
            if name in sys.stdlib_module_names or name in ROOMS:
                continue
            if not module.path.startswith(HOMES.get(name, ("?",))):
                found.append(f"{module.path}:{line} imports {name}, at home in {HOMES.get(name, 'no room yet')}")
    return found


def strangers(names: Iterable[str], search: list[str]) -> list[str]:
    """Packages of these names that stand on a search path outside this repository."""
    outside = [path for path in search if path and not _ours(path)]
    specs = {name: PathFinder.find_spec(name, outside) for name in names}
    # A bare folder of the name is a namespace package, which never wins over a real one.
    return [f"{name}: {spec.origin}" for name, spec in specs.items() if spec is not None and spec.origin]


def _ours(path: str) -> bool:
    return Path(path).resolve() == ROOT


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_contracts_have_no_exceptions() -> None:
    """`ignore_imports` would be the exception list that this house does without."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert [contract["name"] for contract in contracts["contracts"] if contract.get("ignore_imports")] == []
    assert set(contracts["root_packages"]) == set(ROOMS)


def test_a_broken_contract_is_noticed(tmp_path: Path) -> None:
    config = """
[tool.importlinter]
root_package = "estate"
[[tool.importlinter.contracts]]
name = "the cellar knows nothing of the roof"
type = "forbidden"
source_modules = ["estate.cellar"]
forbidden_modules = ["estate.roof"]
"""
    (tmp_path / "pyproject.toml").write_text(config, encoding="utf-8")
    planted(tmp_path, {"estate/__init__.py": "", "estate/roof.py": "", "estate/cellar.py": "import estate.roof\n"})
    done = lint(tmp_path)
    assert done.returncode != 0
    assert " 1 broken" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("name", ROOMS)
def test_package_is_ours(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).resolve().is_relative_to(ROOT / name)


def test_no_installed_package_has_a_name_of_ours() -> None:
    nothing(strangers(ROOMS, sys.path))


def test_an_installed_package_is_noticed(tmp_path: Path) -> None:
    planted(tmp_path, {"channels/__init__.py": ""})
    assert strangers(ROOMS, [str(ROOT), str(tmp_path)]) == [f"channels: {tmp_path / 'channels' / '__init__.py'}"]


def test_vendors_stay_at_home() -> None:
    nothing(misplaced(source()))


def test_a_stray_vendor_is_noticed(tmp_path: Path) -> None:
    files = {
        "channels/wechat/parse.py": "import wechatpy\n",
        "bot/engine/decide.py": "def f() -> None:\n    from wechatpy.events import x\n",
        "flows/vote.py": "import brand_new\n",
    }
    found = misplaced(planted(tmp_path, files))
    assert [line.split(",")[0] for line in found] == [
        "bot/engine/decide.py:2 imports wechatpy",
        "flows/vote.py:1 imports brand_new",
    ]
