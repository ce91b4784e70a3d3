"""Small words that steer a talk whatever it is about: a question, "go on", a bare wish, the name of a language."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from intents.normalise import HAN, count_han, fold
from intents.patterns import later
from intents.sentences import LOADER
from intents.sieve import Index

FILE = Path(__file__).resolve().parent / "cues" / "turns.yml"
SERVICES = FILE.with_name("services.yml")
# What `read` finds → the patterns in the file, of which the first that holds counts.
_FIRSTS = {
    "topic": "topics",
    "want": "wants",
    "about": "about",
    "ballots": "ballots",
    "supply": "supplies",
    "thing": "things",
    "matter": "matters",
    "fault": "faults",
    "kin": "kin",
    "parking": "parking",
    "meal": "meals",
    "delivery": "deliveries",
    "diet": "diets",
    "language": "languages",
    "chat": "chats",
    "openness": "openness",
    "till_part": "till_parts",
    "service_wish": "services",
    "errand": "errands",
    "meant_service": "chores",
}
_ALNUM = re.compile(r"\w")
_HAN_GAP = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_PLAIN = re.compile(r"[\W_]+")
_CLAUSE = re.compile(r"(?<=\w)(?:[,.;!\u3002\uff1b]+ *| and )(?=\w)")
# A yes before the words of the thing itself, and how far those may stand from the beginning.
_YES = re.compile(
    r"(?:yes|yeah|yep|ok|okay|right|fine|sure|good|great|[\u884c\u597d\u55ef\u5bf9\u6210\u90a3\u7684\u5427])+"
)
_FIRST_FEW = 3
# Longer than this, a message says more than that something is off, or comes later.
SHORT = 60
# So many words, or Chinese characters, besides a yes are a wish for the staff.
WORDS, SIGNS = 3, 4
_ASKING = frozenset({"question", "asks_back", "asking", "topic", "follow", "every"})
_WORD = re.compile(r"[a-z']+")


class Turns:
    """The reviewed patterns; `read` gives what a flow or the engine may ask of an utterance, as words."""

    def __init__(self, file: Path = FILE) -> None:
        data = {**_data(file), **_data(SERVICES)}
        self._index = index = Index()
        self._plain = {name: index.add(data[name]) for name in ("question", "acted")}
        self._all = {name: index.add(data[name]) for name in ("resume", "go")}
        self._small = later(data["small"])
        self._lead_in = later(data["lead_in"])
        self._starts = {name: index.add(data[name]) for name in ("assent", "also", "ahead")}
        self._whole = {name: _Whole(one["says"], one["around"], index) for name, one in data["whole"].items()}
        self._vague = {kinds: _Whole(said, data["vague_around"], index) for kinds, said in data["vague"].items()}
        self._utilities = _Listed(data["utilities"], data["utilities_around"])
        self._that_one = later(data["that_one"])
        self._wish = later("|".join(data["wish"]))
        self._pointing = later("|".join(data["pointing"]))
        self._marks = _numbered(data["marks"], index)
        self._cues = _numbered(data["cues"], index)
        self._papers: dict[str, str] = data["papers"]
        self._merely_asked, self._wished = index.add(data["asked"]), index.add(data["wished"])
        self._follows = _numbered(data["follows"], index)
        self._firsts = {name: _numbered(data[source], index) for name, source in _FIRSTS.items()}
        self._kinds = {number: (name, kind) for name, kinds in self._firsts.items() for kind, number in kinds.items()}
        self._kinds |= {number: (name, "yes") for name, number in self._cues.items()}

    def read(self, text: str, named: tuple[str, ...]) -> dict[str, str]:
        """`question`, `acted`, `resume`, `go`, `bare`, `pointing`, what steers, marks and cues, each where it holds.

        named: the surfaces of what was said besides the matter (place, time, phone); they are not the matter.
        """
        folded = fold(text).strip()
        index, may = self._index, self._index.may(folded)
        found = {n: "yes" for n, number in self._plain.items() if number in may and index[number].search(folded)}
        plain = self._to_the_point(folded)
        found |= {
            name: "yes"
            for name, number in self._all.items()
            if number in may and (index[number].fullmatch(folded) or index[number].fullmatch(plain))
        }
        if self._all["go"] in may and "go" not in found and (first := self._goes_first(folded)):
            found["go_first"] = first
        if self.is_bare(folded, named):
            found["bare"] = "yes"
        found |= self._steers(folded, may)
        # In the order of the file: of each list the first that holds counts.
        for number in sorted(may & self._kinds.keys()):
            name, kind = self._kinds[number]
            if name not in found and index[number].search(folded):
                found[name] = kind
        if "service_wish" in found and self._only_asks_of_it(folded, may):
            del found["service_wish"]
        if found.get("service_wish") in self._papers:
            # Somebody who stays is registered at the counter.
            found["wants_paper"] = self._papers[found.pop("service_wish")]
        if "but_fee" in found:
            # Which one it is that shall not be paid.
            found["but_fee"] = self._utilities.within(folded)
        if "fee_off" in found:
            found["fee_off"] = self._utilities.within(self._found({"": self._cues["fee_off"]}, folded, may)[""])
        found |= self._points(folded, plain, found, may)
        if {"inexact", "anywhere"} & found.keys():
            # "Wherever", "a few hours" ask nothing.
            found = {name: said for name, said in found.items() if name not in _ASKING}
        return found | {name: said.strip() for name, said in self._found(self._marks, folded, may).items()}

    def _goes_first(self, folded: str) -> str:
        """ "Put it in and ring me first": the words up to the end of "go ahead", with what joins the rest to them."""
        go, at = self._index[self._all["go"]], 0
        for stop in islice(_CLAUSE.finditer(_HAN_GAP.sub(",", folded)), _FIRST_FEW):
            first, part = folded[: stop.start()], folded[at : stop.start()]
            if go.fullmatch(part) or go.fullmatch(self._to_the_point(first)):
                return folded[: stop.end()]
            if not _YES.fullmatch(part):
                break
            at = stop.end()
        return ""

    def _only_asks_of_it(self, folded: str, may: frozenset[int]) -> bool:
        """ "How are the hours for building work?" asks about a service, and wants none."""
        asked, wished = (
            number in may and self._index[number].search(folded) is not None
            for number in (self._merely_asked, self._wished)
        )
        return asked and not wished

    def _to_the_point(self, folded: str) -> str:
        """ "Oh I see, pay it then": without what people say before they come to it.

        A space between Chinese words is the comma that nobody types.
        """
        return self._lead_in.sub("", _HAN_GAP.sub(",", folded))

    def _points(self, folded: str, plain: str, found: dict[str, str], may: frozenset[int]) -> dict[str, str]:
        """What words show that name no matter themselves: they point at one spoken of, or at one of a kind.

        plain: without what is said before one comes to the point ("wait, is it free?").
        """
        shown: dict[str, str] = {}
        kind = found.get("thing")
        if kind is not None and self._that_one.search(folded):
            rest = self._that_one.sub(" ", self._index[self._firsts["thing"][kind]].sub(" ", folded))
            shown |= {} if count_han(rest) or _ALNUM.search(rest) else {"that_one": kind}
        topic = found.get("topic")
        if topic is not None and self._is_only(self._index[self._firsts["topic"][topic]], plain):
            return shown | {"pointing": "yes", "follow": topic}
        follow = self._follow(plain, may)
        return shown if follow is None else shown | {"follow": follow}

    def _found(self, patterns: dict[str, int], folded: str, may: frozenset[int]) -> dict[str, str]:
        """The words that each of them found, under its name."""
        marks = {name: self._index[number].search(folded) for name, number in patterns.items() if number in may}
        return {name: mark.group() for name, mark in marks.items() if mark is not None}

    def _steers(self, folded: str, may: frozenset[int]) -> dict[str, str]:
        """How the words begin (with a yes, with something more), and what short messages say as a whole."""
        found = {name: said for name, said in self._found(self._starts, folded, may).items() if said}
        if self._says_more(folded[len(found.get("assent", "")) :]):
            found["beside"] = "yes"
        if len(folded) > SHORT:
            return found
        found |= {name: said for name, whole in self._whole.items() if (said := whole.said(folded, may))}
        bills = self._utilities.named(folded)
        found |= {"utility": bills} if bills else {}
        vague = next((kinds for kinds, whole in self._vague.items() if whole.alone(folded, may)), None)
        return found if vague is None else found | {"vague": vague}

    def _says_more(self, rest: str) -> bool:
        """Whether words stand beside a yes that somebody should read."""
        plain = self._small.sub(" ", rest)
        return count_han(plain) >= SIGNS or len(_WORD.findall(plain)) >= WORDS

    def _is_only(self, topic: re.Pattern[str], folded: str) -> bool:
        """ "And how much is it?" names no matter: it points at the one just spoken of."""
        rest = self._pointing.sub(" ", topic.sub(" ", folded))
        return count_han(rest) == 0 and len(_ALNUM.findall(rest)) < 2

    def _follow(self, folded: str, may: frozenset[int]) -> str | None:
        """ "Where do I go?": what a question asks about something that it does not name."""
        if len(folded) > SHORT:
            return None
        asked = {kind: self._index[number] for kind, number in self._follows.items() if number in may}
        return next((kind for kind, pattern in asked.items() if self._is_follow(pattern, folded)), None)

    def _is_follow(self, asked: re.Pattern[str], folded: str) -> bool:
        return asked.search(folded) is not None and self._is_only(asked, folded)

    def is_bare(self, folded: str, named: tuple[str, ...]) -> bool:
        """Whether the words wish for something and tell nothing."""
        for surface in named:
            folded = folded.replace(fold(surface), " ")
        rest = self._wish.sub(" ", folded)
        return count_han(rest) == 0 and len(_ALNUM.findall(rest)) < 2


class _Whole:
    """A message that says one thing and holds nothing besides."""

    def __init__(self, says: str, around: str, index: Index) -> None:
        self._index = index
        self._says = index.add(says)
        self._around = later(around)

    def said(self, folded: str, may: frozenset[int]) -> str:
        """The words that say it, empty when they are not there or something else is."""
        if self._says not in may:
            return ""
        says = self._index[self._says]
        mark = says.search(folded)
        if mark is None or folded.rstrip()[-1] in "?\uff1f":
            return ""
        rest = self._around.sub(" ", folded[: mark.start()] + " " + says.sub(" ", folded[mark.end() :]))
        return "" if count_han(rest) or len(_ALNUM.findall(rest)) > 1 else mark.group()

    def alone(self, folded: str, may: frozenset[int]) -> bool:
        """Whether they stand alone, but for what may stand around them."""
        if self._says not in may:
            return False
        rest = " ".join(_PLAIN.sub(" ", self._around.sub(" ", folded)).split())
        return self._index[self._says].fullmatch(rest) is not None


class _Listed:
    """A message that names one or more of a few kinds and holds nothing besides: "and the water?"."""

    def __init__(self, kinds: dict[str, str], around: str) -> None:
        self._kinds = _compiled(kinds)
        self._around = later(around)

    def named(self, folded: str) -> str:
        """The kinds in the order of the list, a space between them; empty when something else is said too."""
        rest, found = folded, []
        for name, pattern in self._kinds.items():
            rest, hits = pattern.subn(" ", rest)
            found.extend([name] if hits else [])
        rest = self._around.sub(" ", rest)
        return "" if _ALNUM.search(rest) else " ".join(found)

    def within(self, folded: str) -> str:
        """The kinds that are named, whatever else is said."""
        return " ".join(name for name, pattern in self._kinds.items() if pattern.search(folded))


def _data(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
    return data


def _compiled(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: later(pattern) for name, pattern in patterns.items()}


def _numbered(patterns: dict[str, str], index: Index) -> dict[str, int]:
    return {name: index.add(pattern) for name, pattern in patterns.items()}
