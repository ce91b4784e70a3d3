"""Reads every log line of a whole test run as an operator would get it, and remembers those that tell too much."""

from __future__ import annotations

import json
import logging
import re

from bot.logs import JsonLines

# What must not stand in a line, whoever wrote it.
TOO_MUCH = {
    "a phone": re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "a landline": re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"),
    "an identity number": re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    "a key": re.compile(r"linli[_-](?:demo-key|[\w-]{30,})|[Bb]earer (?!\*)\S"),
    "a code of a pass": re.compile(r"(?<![\d.:T-])\d{8}(?![\d.-])"),
    "a plate": re.compile("[\u4eac\u6caa\u7ca4\u82cf\u6d59][A-Z]\u00b7?[A-Z0-9]{5}"),
    "words of a resident": re.compile("[\u4e00-\u9fff]{2}"),
}
# Numbers of ours: a line's time, its trail, its milliseconds.
_OURS = ("at", "trail", "ms")


def tells(line: str) -> list[str]:
    """What a line tells that it must not; a line must also be one line, of JSON."""
    if "\n" in line or len(line.splitlines()) != 1:
        return ["more than one line"]
    said = " ".join(str(value) for name, value in json.loads(line).items() if name not in _OURS)
    return [what for what, pattern in TOO_MUCH.items() if pattern.search(said)]


class Watch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._form = JsonLines()
        self.lines = 0
        self.offenders: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self._form.format(record)
        self.lines += 1
        self.offenders += [f"{what}: {line}" for what in tells(line)]
