"""Settings: a clear line for every mistake, and a demo that nobody else can reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.configure import load
from bot.contract.emergency import complete, from_afar
from bot.contract.errors import Misconfigured

GOOD = """
demo: false
languages: [zh_Hans, en]
communities:
  one:
    names: {en: One}
    timezone: Asia/Shanghai
    emergency: {ambulance: "120"}
channels:
  rest: {enabled: true, accounts: {demo: {community: one}}}
"""


def _write(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "config.yml"
    path.write_text(text, encoding="utf-8")
    return {"LINLI_CONFIG": str(path)}


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert load(_write(tmp_path, GOOD)).communities["one"].timezone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("demo: false", "demoo: false"), r"config\.yml:2.*demoo"),
        (("Asia/Shanghai", "Asia/Atlantis"), r"config\.yml:7.*Atlantis"),
        (("community: one", "community: two"), r"config\.yml:10.*two"),
        (("demo: false", "demo: [false"), r"config\.yml:\d+.*YAML"),
        (("languages: [zh_Hans, en]", "languages: []"), r"config\.yml:3"),
        (("demo: false", "intents: {cues: no/such.yml}"), r"config\.yml:2.*no/such\.yml"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(change: tuple[str, str], wrong: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=wrong):
        load(_write(tmp_path, GOOD.replace(*change)))


@pytest.mark.parametrize(
    ("variables", "wrong"),
    [
        ({"LINLI_PORT": "70000"}, "LINLI_PORT"),
        ({"LINLI_PORT": "eighty"}, "LINLI_PORT"),
        ({"LINLI_NOW": "2026-11-20T09:30"}, "LINLI_NOW"),
        ({"LINLI_CONFIG": "no/such/file.yml"}, "does not exist"),
    ],
)
def test_a_wrong_variable_is_named(variables: dict[str, str], wrong: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=wrong):
        load({**_write(tmp_path, GOOD), **variables})


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "linli.example", "::"])
def test_the_demo_listens_on_loopback_only(host: str, tmp_path: Path) -> None:
    demo = _write(tmp_path, GOOD.replace("demo: false", "demo: true"))
    with pytest.raises(Misconfigured, match="loopback"):
        load({**demo, "LINLI_HOST": host})


def test_the_demos_fixed_time_is_in_the_communitys_zone(tmp_path: Path) -> None:
    demo = _write(tmp_path, GOOD.replace("demo: false", "demo: true"))
    now = load({**demo, "LINLI_NOW": "2026-11-20T09:30"}).now
    assert now is not None
    assert now.isoformat() == "2026-11-20T09:30:00+08:00"


def test_a_number_as_it_is_dialled_from_another_city() -> None:
    numbers = complete({"area": "021", "ambulance": "120"})
    assert from_afar(numbers, "120") == "021120"
    assert from_afar(numbers, "12356") == "", "a line of the whole country has no city"
    assert from_afar(complete({}), "120") == ""
