"""One module out of the widget's parts: a single request, without the comments, and nothing of Node to do it."""

from __future__ import annotations

import re
from pathlib import Path

from bot.contract.errors import Misconfigured

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?:widget/|more/)?(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|class|function)", re.MULTILINE)
_NAMES = re.compile(r"^(?:const|class|function) (\w+)", re.MULTILINE)
_STYLES = re.compile(r"(?<==) `\n?[^`]*`;$", re.MULTILINE)
_NOTHING_TO_RUN = (
    re.compile(r"^\s*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL),
    re.compile(r"^\s*//.*\n", re.MULTILINE),
    re.compile(r"/\*\* @\w.*?\*/ ?"),
    re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE),
)


def join(folder: Path, words: str, name: str = "widget") -> str:
    """`widget.js` or `more.js`, with every part before its first use. words: the generated part, in no file."""
    parts: dict[str, str] = {"words": words}
    _gather(folder / f"{name}.js", folder / name, parts)
    if name == "widget":
        parts[name] = _EXPORT.sub("", parts[name])
    known: set[str] = set()
    for name, text in parts.items():
        found = set(_NAMES.findall(text))
        if known & found:
            raise Misconfigured(f"two parts declare {', '.join(sorted(known & found))}", file=f"{name}.js")
        known |= found
    return "// Linli's chat; to be read in channels/web/ui of its repository.\n" + _bare("".join(parts.values()))


def _gather(path: Path, folder: Path, parts: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for name in _IMPORT.findall(text):
        if name not in parts:
            _gather(folder / f"{name}.js", folder, parts)
    bare = _IMPORT.sub("", text)
    # What somebody else imports from the whole keeps its export.
    parts[path.stem] = bare if path.stem == folder.name else _EXPORT.sub("", bare)


def _bare(text: str) -> str:
    for dead in _NOTHING_TO_RUN:
        text = dead.sub("", text)
    # A line that ends in one of these goes on, with or without its end.
    return re.sub(r"(?<=[;,{(\[])\n", "", _STYLES.sub(lambda found: _tight(found[0]), text))


def _tight(styles: str) -> str:
    return re.sub(r"\s*([{};,])\s*|(?<=:) ", r"\1", re.sub(r"\s+", " ", styles)).replace(";}", "}")
