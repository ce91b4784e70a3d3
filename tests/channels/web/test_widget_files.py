"""The widget stays small, typed and readable: any page can afford it, anybody can read it."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest

from bot.contract.errors import Misconfigured
from channels.web import files
from channels.web.joining import join
from tests.conftest import MakeResident
from tests.databases import on_sqlite
from tests.house.tree import ROOT

UI = ROOT / "channels" / "web" / "ui"
PACKED, PAINTED, STYLES, LINES = 12_000, 25_000, 15_000, 300
MODULES = [path for name in ("widget", "more") for path in (UI / f"{name}.js", *sorted((UI / name).glob("*.js")))]


@on_sqlite
def test_the_widget_is_within_twelve_kilobytes(resident: MakeResident) -> None:
    """As the server sends it: the module and the words of a language; what few need comes when it is needed."""
    one = resident()
    answer = one.request("GET", "/widget.js")
    assert answer.headers["content-encoding"] == "gzip"
    assert not re.search(r"^import |^export |@param", answer.text, re.MULTILINE)
    for language in ("zh_Hans", "en"):
        said = one.request("GET", f"/channels/web/words/{language}.js")
        assert int(answer.headers["content-length"]) + int(said.headers["content-length"]) <= PACKED
    assert one.request("GET", "/channels/web/words/xx.js").status_code == 404


@on_sqlite
def test_the_first_paint_of_the_page_is_within_25_kilobytes(resident: MakeResident) -> None:
    one = resident()
    page = one.request("GET", "/chat", params={"lang": "zh-Hans"}).text
    parts = re.findall(r'(?:src|href)="(/(?:widget|channels)[^"]*)"', page)
    assert {"/widget.js", "/channels/web/words/zh_Hans.js", "/channels/web/site/chat.css"} <= set(parts)
    sizes = [int(one.request("GET", path).headers["content-length"]) for path in dict.fromkeys(parts)]
    assert len(gzip.compress(page.encode())) + sum(sizes) <= PAINTED


def test_parts_that_declare_the_same_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "widget").mkdir()
    (tmp_path / "widget" / "a.js").write_text("export const x = 1;\n", encoding="utf-8")
    (tmp_path / "widget.js").write_text(
        'import { x } from "./widget/a.js";\n// why\n/** @type {y} */ const y = x;\n/** z */\n', encoding="utf-8"
    )
    assert join(tmp_path, "").splitlines()[1:] == ["const x = 1;const y = x;"]
    with pytest.raises(Misconfigured, match="x"):
        join(tmp_path, "const x = 2;\n")


def test_the_pages_styles_are_within_fifteen_kilobytes() -> None:
    assert len((files.HERE / "site" / "chat.css").read_bytes()) <= STYLES


def test_modules_are_short_and_need_nobody_else() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= LINES, path.name
        for name in re.findall(r'^import .* from "(.*)";$', text, re.MULTILINE):
            target = (path.parent / name).resolve()
            assert target in MODULES or target.name == "words.js", f"{path.name} imports {name}"


def test_no_text_becomes_markup() -> None:
    ways = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTMLUnsafe")
    assert [path.name for path in MODULES if ways.search(path.read_text(encoding="utf-8"))] == []


def test_types_hold(tsc: str) -> None:
    done = subprocess.run([tsc, "-p", str(UI / "tsconfig.json")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
