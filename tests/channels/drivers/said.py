"""What was said on the telephone while tests ran, answer by answer, for `make ears`."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

# Of one answer: its sentence groups as (language, pace in percent, words).
Group = tuple[str, int, str]
_SAID: dict[tuple[Group, ...], None] = {}


def note(twiml: ElementTree.Element) -> None:
    groups = []
    for say in twiml.iter("Say"):
        prosody = say.find("prosody")
        rate = prosody.attrib["rate"].rstrip("%") if prosody is not None else "100"
        language = "en" if say.attrib["language"].startswith("en") else "zh"
        groups.append((language, int(rate), "".join(say.itertext())))
    if groups:
        _SAID[tuple(groups)] = None


def keep(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in _SAID), encoding="utf-8")
