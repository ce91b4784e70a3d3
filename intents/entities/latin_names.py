"""Finds visitors' names in Latin letters: capitals tell them, and words such as "named" where there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.patterns import later

Span = tuple[int, int, float]

_BARE, _LIKELY, _SURE = 0.6, 0.8, 1.0
_CAP = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÿ'’-]*"
_JOIN = r"(?:de|da|van|von|bin|al|el|la|der|den)"
_PARTICLE = later(r"(?i:van|von|de|da|del|della|di|la|le|el|al|bin|ibn|der|den|dos|san)")
_FULL = rf"{_CAP}(?:[ ·](?:{_JOIN} )?{_CAP}){{0,3}}"
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Madam|Uncle|Aunt|Auntie|Aunty|Old|Xiao|Lao|Granny|Grandpa|Grandma|Sister|Father)\.?"
)
_NAMED = later(
    r"(?P<own>\b(?:my|our)\s+)?\b(?i:called|named|jiao|name['’]s|name of|names?(?: is|:)?|goes by|known as)\s+(?:the )?"
    rf"(?P<name>(?:{_TITLE} )?{_FULL}|[a-z][a-z'’-]+(?: [a-z][a-z'’-]+)?)",
)
_TITLED = later(rf"\b{_TITLE} {_FULL}")
_RELATION = (
    r"(?:friends?|mates?|cousin|sister|brother|aunt|uncle|nephew|niece|son|daughter|boyfriend|girlfriend|fianc[eé]e?"
    r"|colleague|classmate|coworker|co-worker|roommate|boss|teacher|tutor|instructor|doctor|nurse|nanny|babysitter"
    r"|cleaner|driver|plumber|electrician|carpenter|landlord|lodger|neighbou?r|partner|wife|husband|mother|father|mum"
    r"|mom|dad|grandson|granddaughter|visitors?|guests?|technician|lawyer|pastor|in-law|relative|client|student)"
)
_OF_ONE = later(
    rf"\b(?i:{_RELATION})(?:,|:| is| are|['’]s name is)? (?P<name>(?:{_TITLE} )?{_FULL})(?=$|[\s.,;:!?'’)])"
)
_OF_ONE_SMALL = later(
    rf"\b{_RELATION},? (?P<name>[a-z]{{2,15}}(?: [a-z]{{2,15}})?) (?:is|will|comes|coming|arrives|arriving|visits|visiting)\b"
)
# "zhang wei at 10": typed without capitals, a family name and one or two syllables after it.
_PINYIN = later(
    r"\b(?P<name>(?:zhang|wang|li|liu|chen|yang|huang|zhao|wu|zhou|xu|sun|ma|zhu|hu|guo|lin|gao|luo|zheng|liang|xie"
    r"|tang|deng|feng|xiao|cheng|cao|peng|zeng|jiang|cai|yuan|pan|dong|yu|ye|jia|xia|wei|zhong|tian|ren|fang|shi|qin"
    r"|qian|qiu|hou|shao|meng|xue|lei|bai|cui|kang|mao|gong|wan|lu|su|lai|du|fu|shen|ding|ni|hao|kong)"
    r" (?:(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ui|ao|ou|iu|ie|ue"
    r"|an|en|in|un|ia|ua|uo|[aeiou]) ?){1,2})(?=$|[,.;!?]|(?<= )(?:at|is|comes?|coming|will|drives?|tomorrow|tmrw|today|tonight|on|arrives?|with|and|by|in|plate|mon|tue|wed|thu|fri|sat|sun|\d)|['’]?s\b)"
)
_AFTER = (
    r"(?=['’]s\b|[，。、！？；]|\s+(?:is|are|will|comes?|came|coming|arriv\w+|visits?|visiting|plus|and|&|in\b|at\b|on\b|by\b|tomorrow|today|tonight"
    r"|next|this|the (?:day|\d)|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|drops?|dropping|with|to\b|has|wants|needs|brings?|bringing|delivers?|delivering|picks?|picking|fixes|fixing|repairs?|drives?|driving|moves?|stays?|staying|who|for\b|through|isn|can)|['’]s\b"
    r"|\s*[,.;:!?&]|\s*$|\s*[\u4e00-\u9fff])"
)
_PLACED = later(
    r"(?P<pre>^|[.,;:!?&，。、；：]\s*|[\u4e00-\u9fff]\s*|\b(?i:just|only|let|register|registering|expect(?:ing)?|for|with|and|invit(?:e|ing)"
    r"|admit(?:ting)?|add|sign in|it['’]?s|is|be|for|to|revoke|cancel|extend|not|hosting|meet|pass of|now) )"
    rf"(?P<name>{_FULL}){_AFTER}"
)
_OWN = later(
    r"\b(?:i['’]?m|i am|this is|my name['’]?s|my name is|here is|speaking is|it['’]s me,?|dear|hi|hello|hey|thanks,?|regards,?)\s*$",
    re.I,
)
# Where somebody goes: "flying to Xi'an", "the train from Suzhou".
_JOURNEY = later(
    r"\b(?:fl(?:y|ies|ying|ew|ight)|train|trips?|travel\w*|off|away|move[ds]?|moving|journey|business|holiday|home)"
    r"(?: (?:back|over|out|down|up))? (?:to|from|in)\s+$",
    re.I,
)
_WHOLE = later(rf"\s*(?P<name>(?:{_TITLE} )?{_CAP}(?:[ ·]{_CAP}){{1,3}})[.!]?\s*")
_SECOND = later(r"[ ·]")


class Latin:
    """stops: words that open sentences or name other things, in small letters."""

    def __init__(self, stops: frozenset[str]) -> None:
        self._stops = stops

    def find(self, text: str) -> Iterator[Span]:
        """(start, end, how sure); spans may overlap, the caller keeps them apart."""
        if (whole := _WHOLE.fullmatch(text)) is not None:
            yield from self._kept(whole, text, _BARE)
            return
        for match in _NAMED.finditer(text):
            if match["own"] is None or match["name"][0].isupper():
                yield from self._named(match, text)
        if text.islower():
            yield from (s for m in _OF_ONE_SMALL.finditer(text) for s in self._small(m))
            yield from (s for m in _PINYIN.finditer(text) for s in self._spelled(m))
            return
        for match in _TITLED.finditer(text):
            if not _OWN.search(text, 0, match.start()):
                yield (*match.span(), _SURE)
        for match in _OF_ONE.finditer(text):
            yield from self._kept(match, text, _SURE)
        for match in _PLACED.finditer(text):
            yield from self._placed(match, text)

    def _named(self, match: re.Match[str], text: str) -> Iterator[Span]:
        if match["own"] is not None or _OWN.search(text, 0, match.start("name")):
            return
        if match["name"][0].isupper():
            yield from self._kept(match, text, _SURE)
        else:
            yield from self._small(match)

    def _small(self, match: re.Match[str]) -> Iterator[Span]:
        """Without capitals: one or two words, up to the first that is no name."""
        start, end = match.span("name")
        words = match["name"].split(" ")
        if words[0] in self._stops:
            return
        if len(words) > 1 and words[1] in self._stops:
            end = start + len(words[0])
        yield (start, end, _LIKELY)

    def _spelled(self, match: re.Match[str]) -> Iterator[Span]:
        name = match["name"].rstrip()
        if not any(word in self._stops for word in name.split(" ")):
            yield (match.start("name"), match.start("name") + len(name), _LIKELY)

    def _kept(self, match: re.Match[str], text: str, sure: float) -> Iterator[Span]:
        """The name without words at its ends that are none: "Emily Tomorrow" is Emily."""
        start = match.start("name")
        if _OWN.search(text, 0, start):
            return
        words = list(re.finditer(r"[^ ·]+", match["name"]))
        titled = re.fullmatch(_TITLE, words[0].group()) is not None
        last_word = len(words) - 1
        keep = [
            n
            for n, word in enumerate(words)
            if not self._stopped(word.group())
            or (titled and n == 0)
            # "Nguyen Van Hai": between two names it is no vehicle.
            or (0 < n < last_word and _PARTICLE.fullmatch(word.group()) and not self._stopped(words[n + 1].group()))
        ]
        if not keep or (titled and keep == [0]) or keep[0] != 0:
            return
        last = next((n - 1 for n in range(1, len(words)) if n not in keep), len(words) - 1)
        if titled and last == 0:
            return
        said = words[last].group()
        cut = 2 if said.endswith(("'s", "’s")) else 0
        if len(words[0].group().strip(".")) > 1:
            yield (start, start + words[last].end() - cut, sure)

    def _placed(self, match: re.Match[str], text: str) -> Iterator[Span]:
        """A capital at the start of a sentence says little: it needs a second one, or what only a person does."""
        for start, end, sure in self._kept(match, text, _LIKELY):
            if _JOURNEY.search(text, 0, start):
                continue
            single = not _SECOND.search(text[start:end])
            if single and start == match.start() and not match["pre"].strip() and not _DOES.match(text, end):
                continue
            yield (start, end, sure)

    def stops(self, word: str) -> bool:
        """Whether the word names no person."""
        return self._stopped(word)

    def _stopped(self, word: str) -> bool:
        plain = word.strip(".").lower()
        return (
            plain in self._stops
            or plain.split("'")[0].split("’")[0] in self._stops
            or (word.isupper() and len(word) > 1)
        )


_DOES = later(
    r"\s+(?:is|are|will be|will|and [A-Z]\w+ (?:are|is)?)?\s*(?:coming|comes?|came|visiting|visits|arriving|arrives|here|outside|dropping|drops|staying|brings|bringing|delivers|delivering|picks|picking|fixes|drives)\b"
    r"|['’]s (?:coming|here|visiting|arriving)\b|\s+plus\b|\s+(?:and|&) [A-Z]|,\s*[A-Z][\w'’-]+\s*(?:,|and\b|&)|,\s*(?:two|three|four|just|tomorrow|today|tonight|next|on|at|plate|one|\d)"
    r"|\s+(?:tomorrow|tonight|today|at \d)\b|\s*[\u4e00-\u9fff]"
)
