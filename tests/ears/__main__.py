"""Speaks each prompt that the telephone's tests have heard, measures it, and has a recogniser listen to it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot.contract.breath import LONGEST
from bot.contract.breath import seconds as reckoned
from tests.ears.heard import Recogniser, errors
from tests.ears.voices import clearly, doubled, over_the_line, seconds, spoken

# Of a slow voice, Chinese characters a minute; what is said at an ordinary pace is worth looking at above this.
SLOW = (120.0, 140.0)
# In percent: below this it is the slow pace.
SLOWLY = 80
# Errors a word, over all English prompts: .169 when it was first measured, by a small recogniser that hears a synthetic
# voice; a prompt that is much worse than the others is what is looked for.
LOST = 0.2
SHOWN = 12
# Twice the same but for a number is once.
_NUMBER = re.compile(r"\d")
# A key before what it means.
_BACKWARDS = re.compile(r"[Pp]ress \d (?:for|to)\b|按 ?\d[是为]")
_CHARACTER = re.compile(r"[\u4e00-\u9fff\d]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One sentence group; pace: in percent of the voice's own; long: measured, with its pauses, at the pace at which
    everybody hears it first."""

    language: str
    pace: int
    text: str
    long: float

    @property
    def characters(self) -> float:
        """A minute."""
        return len(_CHARACTER.findall(self.text)) / max(self.long, 0.1) * 60


def main(arguments: Sequence[str]) -> int:
    missing = [one for one in ("espeak-ng", "flite") if shutil.which(one) is None]
    if missing:
        sys.stdout.write(f"skipped: {', '.join(missing)} not installed (apt-get install {' '.join(missing)})\n")
        return 2
    turns = [[tuple(group) for group in json.loads(line)] for line in _lines(Path(arguments[0]))]
    groups = {_once(group[1], group[2]): group for turn in turns for group in turn}
    with ThreadPoolExecutor(2) as pool:
        prompts = list(pool.map(_measured, groups.values()))
    wrong = [*_lengths(prompts), *_order(prompts), *_slowly(prompts), *_understood(prompts)]
    _estimate(prompts)
    _turns(turns, prompts)
    sys.stdout.write("".join(f"WRONG: {one}\n" for one in wrong) or "all within their bounds\n")
    return 1 if wrong else 0


def _lines(file: Path) -> Iterator[str]:
    yield from file.read_text(encoding="utf-8").splitlines()


def _measured(group: tuple[str, int, str]) -> Prompt:
    language, pace, text = group
    return Prompt(language, pace, text, seconds(*spoken(text, language, pace / 100)))


def _once(pace: int, text: str) -> str:
    """By what a prompt is known, whatever numbers it says."""
    return _NUMBER.sub("0", text) + str(pace)


def _shown(title: str, rows: Iterable[str]) -> None:
    sys.stdout.write("\n".join([f"\n{title}", *(f"  {row}" for row in rows)]) + "\n")


def _lengths(prompts: list[Prompt]) -> list[str]:
    ordinary = sorted((one for one in prompts if not _slow(one)), key=lambda one: -one.long)
    _shown(f"{len(ordinary)} prompts; the longest", (f"{one.long:5.1f} s  {one.text}" for one in ordinary[:SHOWN]))
    return [f"{one.long:.1f} s: {one.text}" for one in ordinary if one.long > LONGEST]


def _slow(one: Prompt) -> bool:
    return one.pace < SLOWLY


def _order(prompts: list[Prompt]) -> list[str]:
    return [f"a key before its meaning: {one.text}" for one in prompts if _BACKWARDS.search(one.text)]


def _slowly(prompts: list[Prompt]) -> list[str]:
    """Over a whole call, not for each short sentence."""
    slow = [one for one in prompts if _slow(one) and one.language == "zh"]
    if not slow:
        return ["nothing was said slowly"]
    pace = sum(len(_CHARACTER.findall(one.text)) for one in slow) / sum(one.long for one in slow) * 60
    _shown("slow pace", [f"{pace:.0f} characters a minute in {len(slow)} prompts"])
    return [] if SLOW[0] <= pace <= SLOW[1] else [f"slow is {pace:.0f} characters a minute"]


def _understood(prompts: list[Prompt]) -> list[str]:
    recogniser = Recogniser.load()
    found: list[tuple[float, str, str]] = []
    for one in prompts:
        if one.language == "en" and not _slow(one):
            heard = recogniser.hear(doubled(over_the_line(*clearly(one.text, one.pace / 100))))
            found.append((errors(one.text, heard), one.text, heard))
    found.sort(reverse=True)
    mean = sum(one[0] for one in found) / max(1, len(found))
    _shown(
        f"word errors over the line: {mean:.3f} in {len(found)} prompts; the worst",
        (f"{lost:.2f}  {said}\n        {heard}" for lost, said, heard in found[:SHOWN]),
    )
    return [] if mean <= LOST else [f"{mean:.3f} errors a word"]


def _estimate(prompts: list[Prompt]) -> None:
    """How far what the short tests reckon is from what was measured."""
    rows = []
    for language in ("zh", "en"):
        ratios = sorted(
            reckoned(one.text) / one.long
            for one in prompts
            if one.language == language and not _slow(one) and one.long > 2
        )
        if ratios:
            low, middle, high = (ratios[int(len(ratios) * at)] for at in (0.05, 0.5, 0.95))
            rows.append(f"{language}: {middle:.2f} in the middle, {low:.2f} to {high:.2f} for nine of ten")
    _shown("reckoned for measured seconds", rows)


def _turns(turns: list[list[tuple[str, int, str]]], prompts: list[Prompt]) -> None:
    """What is heard in one answer before the caller's turn; a key or a word cuts it short."""
    known = {_once(one.pace, one.text): one.long for one in prompts}
    long = [
        (sum(known[_once(pace, text)] for _, pace, text in turn), turn)
        for turn in turns
        if not any(pace < SLOWLY for _, pace, _ in turn)
    ]
    long.sort(key=lambda one: -one[0])
    seen: dict[str, str] = {}
    for whole, turn in long:
        text = " | ".join(text for _, _, text in turn)
        seen.setdefault(_NUMBER.sub("0", text), f"{whole:5.1f} s  {text}")
    _shown("the longest answers", list(seen.values())[:SHOWN])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
