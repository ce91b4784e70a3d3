"""Nobody hears a sentence in the wrong language: every text is translated, every intent is trained in each language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot import configure as configuration
from bot.catalogue import collect, template
from bot.locales import SOURCE, load, places
from intents import sentences
from tests.house.dotted import dotted, imported
from tests.house.tree import ROOT, Module, nothing, planted, source, tracked

LOCALES = ROOT / "locales"
LANGUAGES = configuration.load({}).languages
OTHERS = [language for language in LANGUAGES if language != SOURCE]
_TEXTS = frozenset({"bot.contract.text.t", "bot.contract.text.tn", "bot.contract.text.Text"})


def po(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "linli.po").open("rb") as file:
        return read_po(file, locale=language)


def ids(catalogue: Iterable[Message]) -> set[tuple[str | None, str | tuple[str, ...]]]:
    """(context, msgid) of every message, a plural's as the pair of its forms; without the header."""
    return {(m.context, m.id if isinstance(m.id, str) else tuple(m.id)) for m in catalogue if m.id}


def _forms(words: Any) -> list[str]:
    """One for a plain message, several for a plural; Babel's types leave both open."""
    return [words] if isinstance(words, str) else [*words]


def unequal(catalogue: Iterable[Message]) -> list[str]:
    """Messages whose words name other places than the msgid does; "one lamp" may leave out the `{n}` of "{n} lamps"."""
    found: list[str] = []
    for message in catalogue:
        forms, words = _forms(message.id), _forms(message.string)
        if not message.id or not all(words):
            continue
        least, most = places(forms[0]), places(forms[-1])
        if places(words[-1]) != most or any(not least <= places(word) <= most for word in words):
            found.append(f"{forms[0]!r}: {words}")
    return found


def undrawable(modules: Iterable[Module]) -> list[str]:
    """Texts that no catalogue can hold: the msgid is not written out, or `t` goes by another name."""
    found: list[str] = []
    for module in modules:
        known = imported(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (name := dotted(node.func, known)) in _TEXTS:
                msgids = node.args[: 2 if name.endswith("tn") else 1]
                msgids += [k.value for k in node.keywords if k.arg == "spoken"]
                written = [isinstance(a, ast.Constant) and isinstance(a.value, str) for a in msgids]
                plainly = isinstance(node.func, ast.Name) and node.func.id in ("t", "tn")
                # `Text(other.msgid, …)` fills the places of one that is drawn where it was written.
                drawn = not any(written) if name.endswith("Text") else all(written) and plainly
                if not drawn and module.path != "bot/contract/text.py":
                    found.append(f"{module.path}:{node.lineno} {ast.unparse(node)[:80]}")
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_words(language: str) -> None:
    nothing(load(LOCALES, LANGUAGES)[language].lacking(collect(ROOT)))


def test_a_missing_word_is_noticed(tmp_path: Path) -> None:
    planted(tmp_path, {"flows/a.py": "t('Lamp', spoken='A lamp')\ntn('{n} day', '{n} days', 2)\n"})
    (tmp_path / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "zh_Hans" / "LC_MESSAGES" / "linli.po").write_text('msgid "Lamp"\nmsgstr "L"\n', encoding="utf-8")
    assert load(tmp_path, ["zh_Hans"])["zh_Hans"].lacking(collect(tmp_path)) == ["A lamp", "{n} day"]


def test_every_text_can_be_drawn() -> None:
    nothing(undrawable(source()))


def test_an_undrawable_text_is_noticed(tmp_path: Path) -> None:
    head = "from bot.contract.text import Text, t, t as other, tn\n"
    calls = ["t(name)", "other('x')", "tn('a', f(), 1)", "Text('x')", "t('x', spoken=y)", "t('x')", "Text(x.msgid)"]
    found = undrawable(planted(tmp_path, {"flows/a.py": head + "\n".join(calls)}))
    assert [line.split(" ", 1)[1] for line in found] == calls[:5]


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_fuzzy_or_obsolete(language: str) -> None:
    catalogue = po(language)
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize("language", OTHERS)
def test_places_are_the_same_on_both_sides(language: str) -> None:
    nothing(unequal(po(language)))


def test_a_lost_place_is_noticed() -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("By {time}", "Um {zeit}")
    catalogue.add("To {name}", "An {name}")
    catalogue.add(("One case", "{n} cases"), ("Ein Fall", "{n} Sachen"))
    catalogue.add(("One lamp", "{n} lamps"), ("Eine Lampe", "Lampen"))
    assert [line.split(":")[0] for line in unequal(catalogue)] == ["'By {time}'", "'One lamp'"]


def test_the_template_is_up_to_date() -> None:
    """`python -m bot languages --update` writes it."""
    with (LOCALES / "linli.pot").open("rb") as file:
        written = ids(read_po(file))
    drawn = ids(template(ROOT))
    assert drawn
    nothing([f"not in linli.pot: {key}" for key in sorted(drawn - written, key=repr)])
    nothing([f"no longer in the source: {key}" for key in sorted(written - drawn, key=repr)])


def test_no_compiled_catalogue_is_tracked() -> None:
    nothing([path for path in tracked() if path.endswith(".mo")])


def test_languages_are_spelled_as_babel_does() -> None:
    folders = {path.name for path in (*LOCALES.iterdir(), *sentences.FOLDER.iterdir()) if path.is_dir()}
    assert {name for name in folders if re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?", name)} == {*LANGUAGES}
