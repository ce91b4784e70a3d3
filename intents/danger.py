"""Hears danger in any words: reviewed cues and a trained detector, either of which is enough for an alarm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.contract.understanding import Danger
from intents.normalise import fold

FOLDER = Path(__file__).resolve().parent / "cues"
# Long messages are read at both ends: the request of a long story stands there.
READ = 1_500
# When several kinds are heard, the one that must be handled with most care wins.
ORDER = ("violence", "suicide", "fire", "gas", "lift", "child", "medical", "fall", "plea")
# A cue in calm company (a film, a drill, last year) needs the detector's voice as well.
CALM_ALERT = 0.85
SOS = "trigger_sos"
# A cue that the detector finds absurd ("how do I recognise a stroke") is none; these are never left to it alone.
CUE_ALERT = 0.05
GRAVE = frozenset({"violence", "suicide", "plea"})

_WHO = re.compile(
    r"(我(?:的)?)?(妈妈?|爸爸?|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老伴|老公|老婆|丈夫|妻子|儿子|女儿|孩子|宝宝|孙子|孙女"
    r"|邻居|老人|老太太|老大爷|大爷|大妈|室友|同事|朋友|婆婆|公公|岳母|岳父|哥哥|姐姐|弟弟|妹妹|保姆|阿姨|小孩)"
    r"|\b(?:my|our|the|an?)\s+(?:old\s+|elderly\s+|little\s+|pregnant\s+)?(mother|mom|mum|father|dad|grandmother|grandma|granny"
    r"|grandfather|grandpa|husband|wife|son|daughter|child|kid|baby|neighbou?r|roommate|flatmate|friend|sister|brother|old man"
    r"|old lady|old woman|man|woman|lady|girl|boy|aunt|uncle|nanny)\b"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """kind: one of `ORDER`, or None when only the detector spoke; calm: it stands among words of calm."""

    kind: str | None
    calm: bool


class Cues:
    """The reviewed patterns of every language at once: people mix them, and danger has no language setting."""

    def __init__(self, folder: Path = FOLDER) -> None:
        alert: dict[str, list[str]] = {kind: [] for kind in ORDER}
        calm: list[str] = []
        for path in sorted(folder.glob("*.yml")):
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            if path.stem == "urgent":
                self._urgent = {kind: _any(patterns) for kind, patterns in data.items()}
                continue
            if "alert" not in data:
                continue
            for kind, patterns in data["alert"].items():
                alert[kind].extend(patterns)
            calm.extend(data["calm"])
        self._alert = {kind: _any(patterns) for kind, patterns in alert.items() if patterns}
        self._calm = _any(calm)

    def hear(self, text: str) -> Heard:
        folded = _ends(fold(text))
        kind = next((k for k in ORDER if k in self._alert and self._alert[k].search(folded)), None)
        return Heard(kind, bool(self._calm.search(folded)))

    def urgent(self, text: str) -> str | None:
        """The kind of urgent repair that the words describe, None for an ordinary one."""
        folded = _ends(fold(text))
        return next((kind for kind, pattern in self._urgent.items() if pattern.search(folded)), None)


def who(text: str) -> str | None:
    """The person in danger as named by the speaker, None when it is the speaker or nobody is named."""
    found = _WHO.search(fold(text))
    return found.group(0).strip() if found else None


def judge(heard: Heard, score: float, alert: float, intent: str) -> Danger:
    """`ALERT` when a cue stands in no calm company, or when the detector is sure; `ASK` when only the intent says so.

    score: P(present danger) of the detector; alert: its threshold, fixed on training folds.
    """
    if heard.kind is not None:
        needed = CALM_ALERT if heard.calm else 0.0 if heard.kind in GRAVE else CUE_ALERT
        if score >= needed:
            return Danger.ALERT
    if score >= alert and not heard.calm:
        return Danger.ALERT
    return Danger.ASK if intent == SOS and not heard.calm else Danger.NONE


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _ends(text: str) -> str:
    return text if len(text) <= 2 * READ else text[:READ] + " \n " + text[-READ:]
