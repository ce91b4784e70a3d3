"""Hears danger in any words: reviewed cues and a trained detector, either of which is enough for an alarm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.contract.errors import Misconfigured
from bot.contract.understanding import Danger
from intents.edges import edges
from intents.entities.denied import without_denied
from intents.normalise import count_han, count_words, fold
from intents.patterns import later
from intents.sentences import LOADER
from intents.sieve import Index, Sieve, split

FOLDER = Path(__file__).resolve().parent / "cues"
# When several kinds are heard, the one that must be handled with most care wins.
ORDER = ("violence", "suicide", "fire", "gas", "lift", "child", "medical", "fall", "plea")
# Kinds of which a cue is never nothing, whatever the detector thinks of it.
VIOLENCE = "violence"
GRAVE = frozenset({VIOLENCE, "suicide"})
BARE_WORDS, BARE_HAN = 3, 6
# With a cue in no calm company an alarm needs less of the rest.
CUE_ALERT = 0.65
# A word alone is none of a cry unless it is as good as certain.
SURE_OF_A_WORD = 0.95
# And a cue is asked about on this little: on left-out folds the question costs 6 of 10,000 ordinary sentences.
CUE_ASK = 0.05
# So likely, what names no kind is of the one that it sounds like.
SURE_OF_KIND, SURE_OF_GRAVE = 0.45, 0.65
# Where a cue may alarm on less than the rest, and where it is asked about; in the middle of an ordinary talk it counts
# nearly as much as the weighing says.
CUED, CUED_IN_TALK = (CUE_ALERT, CUE_ASK), (0.8, 0.2)

_WHO = later(
    r"(我(?:的)?)?(妈妈?|爸爸?|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|老伴|老公|老婆|丈夫|妻子|儿子|女儿|孩子|宝宝|孙子|孙女"
    r"|邻居|老人|老太太|老大爷|大爷|大妈|室友|同事|朋友|婆婆|公公|岳母|岳父|哥哥|姐姐|弟弟|妹妹|保姆|阿姨|小孩)"
    r"|\b(?:my|our|the|an?)\s+(?:old\s+|elderly\s+|little\s+|pregnant\s+)?(mother|mom|mum|father|dad|grandmother|grandma|granny"
    r"|grandfather|grandpa|husband|wife|son|daughter|child|kid|baby|neighbou?r|roommate|flatmate|friend|sister|brother|old man"
    r"|old lady|old woman|man|woman|lady|girl|boy|aunt|uncle|nanny)\b"
)


# Who does it to the speaker is not who is in danger: "my husband is hitting me".
_AGAINST_ME = later(
    r"(打|掐|踢|踹|揍|砍|捅|追|威胁|欺负|堵)(了|着|死|伤)?我(?!家|们家|妈|爸|的|弟|妹|儿|女|孩)"
    r"|\b(hit\w*|beat\w*|chok\w+|strangl\w+|kick\w*|threaten\w*|attack\w*|punch\w*|slap\w*|stab\w*|hurt(s|ing)?"
    r"|kill(s|ing)?|chas\w+|after|against) me\b"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """What the cues say of a text. kind: of the danger a cue names; calm: whether the words keep calm company (a film,
    a drill, last year); doubt: a kind that is asked about even on a hint of it; added: the cue is certain, or the
    community's own; played: by the words themselves it is a film, a play or a game that screams.
    """

    kind: str | None = None
    calm: bool = False
    doubt: str | None = None
    added: bool = False
    played: bool = False

    def facts(self) -> tuple[float, ...]:
        """The same as numbers, for the detector."""
        cue = self.kind is not None
        signs = (cue, self.kind in GRAVE, self.kind == "plea", self.calm, cue and self.calm, self.doubt is not None)
        return tuple(float(sign) for sign in signs)


class Cues:
    """The reviewed patterns of every language at once: people mix them, and danger has no language setting.

    more: a file of further cues of a community, by kind; it can add alarms and take none away.
    """

    def __init__(self, folder: Path = FOLDER, more: Path | None = None) -> None:
        alert: dict[str, list[str]] = {kind: [] for kind in ORDER}
        doubt: dict[str, list[str]] = {kind: [] for kind in ORDER}
        calm: list[str] = []
        habit: list[str] = []
        fresh: list[str] = []
        own: list[str] = []
        played: list[str] = []
        fumes: list[str] = []
        certain: dict[str, list[str]] = {}
        named: dict[str, list[str]] = {}
        self._index = Index()
        for path in sorted(folder.glob("*.yml")):
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
            if path.stem == "urgent":
                self._urgent = {kind: _sieve(patterns, self._index) for kind, patterns in data.items()}
            if "alert" not in data:
                continue
            for kinds, patterns_by_kind in ((alert, data["alert"]), (doubt, data.get("doubt", {}))):
                for kind, patterns in patterns_by_kind.items():
                    kinds[kind].extend(patterns)
            calm.extend(data["calm"])
            own.extend(data.get("own", []))
            played.extend(data.get("played", []))
            fumes.extend(data.get("fumes", []))
            habit.extend(data.get("habit", []))
            fresh.extend(data.get("fresh", []))
            for into, some in ((certain, data.get("certain", {})), (named, data.get("named", {}))):
                for kind, patterns in some.items():
                    into.setdefault(kind, []).extend(patterns)
        self._alert = {kind: _sieve(patterns, self._index) for kind, patterns in alert.items()}
        self._doubt = {kind: _sieve(patterns, self._index) for kind, patterns in doubt.items() if patterns}
        for kind, patterns in (_read(more) if more is not None else {}).items():
            certain.setdefault(kind, []).extend(patterns)
        self._added = {kind: _sieve(certain[kind], self._index) for kind in ORDER if kind in certain}
        self._named = {kind: _sieve(named[kind], self._index) for kind in ORDER if kind in named}
        self._calm, self._habit, self._fresh = (_sieve(some, self._index) for some in (calm, habit, fresh))
        self._played = later("|".join(f"(?:{pattern})" for pattern in played or ["(?!)"]))
        self._fumes = later("|".join(f"(?:{pattern})" for pattern in fumes or ["(?!)"]))
        self._own = later("|".join(f"(?:{pattern})" for pattern in own or ["(?!)"]))
        # Read twice of every message: for danger, and for what is urgent.
        self._may = lru_cache(maxsize=4)(self._index.may)

    def hint(self, text: str) -> Hint:
        """What a text holds of cues and of calm."""
        folded, may = self._looked_at(text)
        added = _first(self._added, folded, may)
        kind = added or self._alerts(folded, may)
        doubt = _first(self._doubt, folded, may)
        calm = self._calm.search(folded, may) or (
            # Blows that fall every night are no calmer for it, nor is what has come today.
            not GRAVE & {kind, doubt}
            and self._habit.search(folded, may)
            and not (kind is not None and self._fresh.search(folded, may))
        )
        played = kind in GRAVE and self._played.search(folded) is not None
        return Hint(kind, calm or played, doubt, added is not None, played)

    def _alerts(self, folded: str, may: frozenset[int]) -> str | None:
        """What somebody's own body met with is no violence: "she hit her head on the radiator"."""
        kind = _first(self._alert, folded, may)
        if kind == "fire" and self._fumes.search(folded) and self._alert["gas"].search(folded, may):
            return "gas"  # coals that burn indoors, and people who feel ill
        if kind != VIOLENCE or self._own.search(folded) is None:
            return kind
        if self._alert[VIOLENCE].search(self._own.sub(" , ", folded), may):
            return kind
        return _first({name: some for name, some in self._alert.items() if name != VIOLENCE}, folded, may) or "medical"

    def kind(self, text: str) -> str | None:
        """The kind of danger that a cue in these words names, None without one."""
        return self.hint(text).kind

    def named(self, text: str) -> str | None:
        """The kind that what is a cry already is of, by whom it is about or what is told beside it: a former husband
        at the door, somebody in the flat. It makes no cry of anything."""
        folded, may = self._looked_at(text)
        return _first(self._named, self._own.sub(" , ", folded), may)

    def urgent(self, text: str) -> str | None:
        """The kind of urgent repair that the words describe, None for an ordinary one."""
        folded, may = self._looked_at(text)
        found = _first(self._urgent, folded, may)
        # What is denied is looked for only where something was found: "no sparks" is none.
        return found and _first(self._urgent, without_denied(folded), may)

    def _looked_at(self, text: str) -> tuple[str, frozenset[int]]:
        """What is read of a text, and which of all patterns it can match."""
        # What lies between the ends of a document is looked at by `stretches`, which brings what may be a cry.
        folded = fold(" \n ".join(part for part, _ in edges(text)))
        return folded, self._may(folded)


def judge(text: str, hint: Hint, score: float, limits: tuple[float, float], cued: tuple[float, float] = CUED) -> Danger:
    """`ALERT` where the evidence is strong, `ASK` where there is some, `NONE` where there is none worth a question.

    score: P(present danger), in which the cues are counted already; limits: where it alarms and where it asks, fixed
    on what was left out of training; cued: the same where a cue stands. What no score can take away: a bare cry, a community's own cue, and the question
    where a grave cue stands or a hint of what must be asked.
    """
    alert, doubt = limits
    if hint.added and not hint.calm:
        return Danger.ALERT
    if score >= alert and hint.played and hint.kind in GRAVE:
        return Danger.ASK
    if score >= alert:
        # One word that no cue knows may be anything ("ribs", of what is ordered): the question costs a breath.
        perhaps = hint.kind is None and hint.doubt is None and score < SURE_OF_A_WORD and _is_one_word(text)
        return Danger.ASK if perhaps else Danger.ALERT
    cue = hint.kind is not None and not hint.calm
    if cue and (_is_bare(text) if hint.kind == "plea" else score >= min(alert, cued[0])):
        return Danger.ALERT
    if score >= doubt or hint.added or (cue and score >= cued[1]):
        return Danger.ASK
    grave = hint.kind in GRAVE or hint.doubt is not None
    return Danger.ASK if grave and not hint.calm else Danger.NONE


def of_kind(cue: str | None, named: str | None) -> str:
    """By the cue; where that is a bare plea, or none, by whom and what is told of. A child on a roof may jump."""
    less = cue in (None, "plea") or (cue == "child" and named == "suicide")
    return (named if less else None) or cue or "plea"


def by_sound(hint: Hint, sounds: tuple[tuple[str, float], ...]) -> str | None:
    """What no word names a kind of: by what is hinted at, or by what it sounds like most; None where that is unsure."""
    if hint.kind is not None:
        return None
    if hint.doubt is not None and hint.doubt not in GRAVE:
        return hint.doubt
    kind, share = sounds[0] if sounds else ("plea", 1.0)
    # Quiet is what a mistake would cost most: nobody near is rung.
    return kind if share >= (SURE_OF_GRAVE if kind in GRAVE else SURE_OF_KIND) else None


def who(text: str) -> str | None:
    """The person in danger as named by the speaker, None when it is the speaker or nobody is named."""
    folded = fold(text)
    found = _WHO.search(folded)
    return found.group(0).strip() if found and not _AGAINST_ME.search(folded) else None


def _is_one_word(text: str) -> bool:
    """ "help 3-2-501" is more than that."""
    return count_words(text) == 1 and not count_han(text) and not any(char.isdigit() for char in text)


def _first(kinds: dict[str, Sieve], folded: str, may: frozenset[int]) -> str | None:
    return next((kind for kind, patterns in kinds.items() if patterns.search(folded, may)), None)


def _read(path: Path) -> dict[str, list[str]]:
    """A community's file: kind -> patterns. Raises `Misconfigured` for any other key, above all one that would calm."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
    if not isinstance(data, dict) or not set(data) <= set(ORDER):
        raise Misconfigured(f"only kinds of danger with patterns are expected here: {', '.join(ORDER)}", file=str(path))
    for kind, patterns in data.items():
        for pattern in patterns:
            try:
                re.compile(pattern)
            except (re.error, TypeError) as error:
                raise Misconfigured(f"{kind}: {pattern!r} is no pattern ({error})", file=str(path)) from error
    return {kind: list(data[kind]) for kind in ORDER if kind in data}


def _sieve(patterns: list[str], index: Index) -> Sieve:
    return Sieve((branch for pattern in patterns for branch in split(pattern)), index)


def _is_bare(text: str) -> bool:
    """A cry and nothing else: "help!", "快来人"; with more words in it, it may ask for help with something."""
    return count_words(text) <= BARE_WORDS and count_han(text) <= BARE_HAN
