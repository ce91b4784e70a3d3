"""Hears danger in any words: reviewed cues and a trained detector, either of which is enough for an alarm."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.contract.understanding import Danger
from intents.normalise import count_han, count_words, fold
from intents.sentences import LOADER
from intents.sieve import Sieve, split

FOLDER = Path(__file__).resolve().parent / "cues"
# Long messages are read at both ends: the request of a long story stands there.
READ = 1_500
# When several kinds are heard, the one that must be handled with most care wins.
ORDER = ("violence", "suicide", "fire", "gas", "lift", "child", "medical", "fall", "plea")
# A cue in calm company (a film, a drill, last year) needs the detector's voice as well.
CALM_ALERT = 0.85
SOS = "trigger_sos"
# A cue that the detector finds absurd ("how do I recognise a stroke") is none; these are never left to it alone.
CUE_ALERT = 0.25
CUE_ASK = 0.08
GRAVE = frozenset({"violence", "suicide"})
BARE_WORDS, BARE_HAN = 3, 6

_WHO = re.compile(
    r"(我(?:的)?)?(妈妈?|爸爸?|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老伴|老公|老婆|丈夫|妻子|儿子|女儿|孩子|宝宝|孙子|孙女"
    r"|邻居|老人|老太太|老大爷|大爷|大妈|室友|同事|朋友|婆婆|公公|岳母|岳父|哥哥|姐姐|弟弟|妹妹|保姆|阿姨|小孩)"
    r"|\b(?:my|our|the|an?)\s+(?:old\s+|elderly\s+|little\s+|pregnant\s+)?(mother|mom|mum|father|dad|grandmother|grandma|granny"
    r"|grandfather|grandpa|husband|wife|son|daughter|child|kid|baby|neighbou?r|roommate|flatmate|friend|sister|brother|old man"
    r"|old lady|old woman|man|woman|lady|girl|boy|aunt|uncle|nanny)\b"
)


class Cues:
    """The reviewed patterns of every language at once: people mix them, and danger has no language setting."""

    def __init__(self, folder: Path = FOLDER) -> None:
        alert: dict[str, list[str]] = {kind: [] for kind in ORDER}
        calm: list[str] = []
        for path in sorted(folder.glob("*.yml")):
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
            if path.stem == "urgent":
                self._urgent = {kind: _sieve(patterns) for kind, patterns in data.items()}
            if "alert" not in data:
                continue
            for kind, patterns in data["alert"].items():
                alert[kind].extend(patterns)
            calm.extend(data["calm"])
        self._alert = {kind: _sieve(patterns) for kind, patterns in alert.items()}
        self._calm = _sieve(calm)

    def kind(self, text: str) -> str | None:
        """The kind of danger that a cue in these words names, None without one."""
        folded = _ends(fold(text))
        return next((kind for kind in ORDER if self._alert[kind].search(folded)), None)

    def calm(self, text: str) -> bool:
        """Whether the words keep calm company: a film, a drill, last year, a joke."""
        return self._calm.search(_ends(fold(text)))

    def urgent(self, text: str) -> str | None:
        """The kind of urgent repair that the words describe, None for an ordinary one."""
        folded = _ends(fold(text))
        return next((kind for kind, patterns in self._urgent.items() if patterns.search(folded)), None)

    def judge(self, text: str, kind: str | None, score: float, limits: tuple[float, float], intent: str) -> Danger:
        """`ALERT` on a cue or a sure detector, in no calm company; `ASK` where one of them speaks and not enough.

        score: P(present danger) of the detector; limits: where it alarms and where it asks, fixed on training folds.
        """
        alert, doubt = limits
        if kind is None and score < doubt and intent != SOS:
            return Danger.NONE
        if self.calm(text):
            if kind is not None and score >= CALM_ALERT:
                return Danger.ALERT
            return Danger.ASK if score >= alert else Danger.NONE
        if kind is not None and (kind in GRAVE or score >= CUE_ALERT or (kind == "plea" and _is_bare(text))):
            return Danger.ALERT
        if score >= alert:
            return Danger.ALERT
        if kind == "plea" or (kind is not None and score >= CUE_ASK):
            return Danger.ASK
        return Danger.ASK if score >= doubt or intent == SOS else Danger.NONE


def who(text: str) -> str | None:
    """The person in danger as named by the speaker, None when it is the speaker or nobody is named."""
    found = _WHO.search(fold(text))
    return found.group(0).strip() if found else None


def _sieve(patterns: list[str]) -> Sieve:
    return Sieve(branch for pattern in patterns for branch in split(pattern))


def _is_bare(text: str) -> bool:
    """A cry and nothing else: "help!", "快来人"; with more words in it, it may ask for help with something."""
    return count_words(text) <= BARE_WORDS and count_han(text) <= BARE_HAN


def _ends(text: str) -> str:
    return text if len(text) <= 2 * READ else text[:READ] + " \n " + text[-READ:]
