"""Small words that steer a talk whatever it is about: a question, "go on", a bare wish, the name of a language."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from intents.normalise import count_han, fold
from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "cues" / "turns.yml"
# What `read` finds → the patterns in the file, of which the first that holds counts.
_FIRSTS = {
    "topic": "topics",
    "want": "wants",
    "about": "about",
    "thing": "things",
    "matter": "matters",
    "fault": "faults",
    "kin": "kin",
    "parking": "parking",
    "meal": "meals",
    "delivery": "deliveries",
    "diet": "diets",
    "language": "languages",
}
_ALNUM = re.compile(r"\w")
_PLAIN = re.compile(r"[\W_]+")
# Longer than this, a message says more than that something is off, or comes later.
SHORT = 60
# So many words, or Chinese characters, besides a yes are a wish for the staff.
WORDS, HAN = 3, 4
_WORD = re.compile(r"[a-z']+")


class Turns:
    """The reviewed patterns; `read` gives what a flow or the engine may ask of an utterance, as words."""

    def __init__(self, file: Path = FILE) -> None:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
        self._question = re.compile(data["question"])
        self._acted = re.compile(data["acted"])
        self._resume = re.compile(data["resume"])
        self._go = re.compile(data["go"])
        self._small = re.compile(data["small"])
        self._starts = {name: re.compile(data[name]) for name in ("assent", "also", "ahead")}
        self._whole = {name: _Whole(one["says"], one["around"]) for name, one in data["whole"].items()}
        self._vague = {kinds: _Whole(pattern, data["vague_around"]) for kinds, pattern in data["vague"].items()}
        self._utilities = _Listed(data["utilities"], data["utilities_around"])
        self._that_one = re.compile(data["that_one"])
        self._wish = re.compile("|".join(data["wish"]))
        self._pointing = re.compile("|".join(data["pointing"]))
        self._marks = _compiled(data["marks"])
        self._cues = _compiled(data["cues"])
        self._follows = _compiled(data["follows"])
        self._firsts = {name: _compiled(data[source]) for name, source in _FIRSTS.items()}

    def read(self, text: str, named: tuple[str, ...]) -> dict[str, str]:
        """`question`, `acted`, `resume`, `go`, `bare`, `pointing`, what steers, marks and cues, each where it holds.

        named: the surfaces of what was said besides the matter (place, time, phone); they are not the matter.
        """
        folded = fold(text).strip()
        found: dict[str, str] = {}
        if self._question.search(folded):
            found["question"] = "yes"
        if self._acted.search(folded):
            found["acted"] = "yes"
        if self._resume.fullmatch(folded):
            found["resume"] = "yes"
        if self._go.fullmatch(folded):
            found["go"] = "yes"
        if self._is_bare(folded, named):
            found["bare"] = "yes"
        found |= self._steers(folded)
        for name, kinds in self._firsts.items():
            found |= _first(name, kinds, folded)
        found |= {name: "yes" for name, pattern in self._cues.items() if pattern.search(folded)}
        kind = found.get("thing")
        if kind is not None and self._that_one.search(folded):
            rest = self._that_one.sub(" ", self._firsts["thing"][kind].sub(" ", folded))
            found |= {} if count_han(rest) or _ALNUM.search(rest) else {"that_one": kind}
        if "topic" in found and self._is_only(self._firsts["topic"][found["topic"]], folded):
            found["pointing"] = "yes"
        follow = found.get("topic") if "pointing" in found else self._follow(folded)
        if follow is not None:
            found["follow"] = follow
        marks = {name: pattern.search(folded) for name, pattern in self._marks.items()}
        found |= {name: mark.group().strip() for name, mark in marks.items() if mark is not None}
        return found

    def _steers(self, folded: str) -> dict[str, str]:
        """How the words begin (with a yes, with something more), and what short messages say as a whole."""
        starts = {name: pattern.search(folded) for name, pattern in self._starts.items()}
        found = {name: mark.group() for name, mark in starts.items() if mark is not None and mark.group()}
        if self._says_more(folded[len(found.get("assent", "")) :]):
            found["beside"] = "yes"
        if len(folded) > SHORT:
            return found
        found |= {name: said for name, whole in self._whole.items() if (said := whole.said(folded))}
        bills = self._utilities.named(folded)
        found |= {"utility": bills} if bills else {}
        vague = next((kinds for kinds, whole in self._vague.items() if whole.said(folded, exact=True)), None)
        return found if vague is None else found | {"vague": vague}

    def _says_more(self, rest: str) -> bool:
        """Whether words stand beside a yes that somebody should read."""
        plain = self._small.sub(" ", rest)
        return count_han(plain) >= HAN or len(_WORD.findall(plain)) >= WORDS

    def _is_only(self, topic: re.Pattern[str], folded: str) -> bool:
        """ "And how much is it?" names no matter: it points at the one just spoken of."""
        rest = self._pointing.sub(" ", topic.sub(" ", folded))
        return count_han(rest) == 0 and len(_ALNUM.findall(rest)) < 2

    def _follow(self, folded: str) -> str | None:
        """ "Where do I go?": what a question asks about something that it does not name."""
        if len(folded) > SHORT:
            return None
        return next((kind for kind, asked in self._follows.items() if self._is_follow(asked, folded)), None)

    def _is_follow(self, asked: re.Pattern[str], folded: str) -> bool:
        return asked.search(folded) is not None and self._is_only(asked, folded)

    def _is_bare(self, folded: str, named: tuple[str, ...]) -> bool:
        for surface in named:
            folded = folded.replace(fold(surface), " ")
        rest = self._wish.sub(" ", folded)
        return count_han(rest) == 0 and len(_ALNUM.findall(rest)) < 2


class _Whole:
    """A message that says one thing and holds nothing besides."""

    def __init__(self, says: str, around: str) -> None:
        self._says = re.compile(says)
        self._around = re.compile(around)

    def said(self, folded: str, *, exact: bool = False) -> str:
        """The words that say it, empty when they are not there or something else is; exact: they stand alone."""
        if exact:
            rest = " ".join(_PLAIN.sub(" ", self._around.sub(" ", folded)).split())
            return rest if self._says.fullmatch(rest) else ""
        mark = self._says.search(folded)
        if mark is None or folded.rstrip()[-1] in "?\uff1f":
            return ""
        rest = self._around.sub(" ", folded[: mark.start()] + " " + self._says.sub(" ", folded[mark.end() :]))
        return "" if count_han(rest) or len(_ALNUM.findall(rest)) > 1 else mark.group()


class _Listed:
    """A message that names one or more of a few kinds and holds nothing besides: "and the water?"."""

    def __init__(self, kinds: dict[str, str], around: str) -> None:
        self._kinds = _compiled(kinds)
        self._around = re.compile(around)

    def named(self, folded: str) -> str:
        """The kinds in the order of the list, a space between them; empty when something else is said too."""
        rest, found = folded, []
        for name, pattern in self._kinds.items():
            rest, hits = pattern.subn(" ", rest)
            found.extend([name] if hits else [])
        rest = self._around.sub(" ", rest)
        return "" if _ALNUM.search(rest) else " ".join(found)


def _compiled(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


def _first(name: str, kinds: dict[str, re.Pattern[str]], folded: str) -> dict[str, str]:
    """The first of the kinds that the words show, under its name."""
    kind = next((kind for kind, pattern in kinds.items() if pattern.search(folded)), None)
    return {} if kind is None else {name: kind}
