"""What a visitor is called who was told in a sentence: the words for them, without what is told of them besides."""

from __future__ import annotations

import json
import re
from pathlib import Path

_EDGES = " \t,.;:!?\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f\u201c\u201d\"'-()\uff08\uff09"
_SAID: dict[str, list[str]] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
_CLAUSE = re.compile(r"[,.;!?\uff0c\u3002\uff1b\uff01\uff1f\n]+|(?<=[\u4e00-\u9fff])\s+")
# So many letters are more than a name and who it is.
_LONG = 24
# "Mike, my colleague": who it is belongs to the name.
FEW = 3


def pattern(name: str) -> re.Pattern[str]:
    return re.compile("".join(_SAID[name]), re.IGNORECASE)


_LEAD, _ABOUT, _TAIL, _WAITS = map(pattern, ("lead", "about", "tail", "waits"))
# A name begins with a capital.
_NAMED = re.compile("".join(_SAID["named"]))


def called(text: str) -> str:
    """ "Just my aunt, she's from Wuhan" is "my aunt"; the same where nothing shorter names anybody."""
    named = _NAMED.search(text.strip())
    if named is not None:
        return str(named["name"] or named["titled"])
    said = _LEAD.sub("", text.strip()).strip(_EDGES)
    parts = [part.strip(_EDGES) for part in _CLAUSE.split(said)]
    clause = next((part for part in parts if sum(map(str.isalpha, part)) > 1 and not _WAITS.fullmatch(part)), said)
    if len(clause) > _LONG and clause.isascii():
        clause = _ABOUT.split(clause, maxsplit=1)[0].strip(_EDGES) or clause
    after = parts[parts.index(clause) + 1] if clause in parts[:-1] else ""
    if clause.isascii() and after.casefold().startswith("my ") and len(after.split()) <= FEW:
        return f"{clause}, {after}"
    return _TAIL.sub("", clause) or said
