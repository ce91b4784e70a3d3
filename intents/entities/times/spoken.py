"""English clock times as spoken: half past two, 3pm, between 2 and 4, at nine, 10ish."""

from __future__ import annotations

import re
from dataclasses import replace

from intents.entities.numerals import parse_number
from intents.entities.times.pieces import Clock
from intents.entities.times.written import clock_of
from intents.patterns import later

HOUR = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
MINUTE = (
    r"(?:o[h']?\sfive|ten|fifteen|(?:twenty|thirty|forty|fifty)(?:[- ](?:one|two|three|four|five|six|seven|eight"
    r"|nine))?)"
)
# What may follow a bare number for it to be an hour: "at 9 please", never "at 9 Garden Road".
GUARD = (
    r"\s?(?:$|[^\x00\x02-\x7f]|[!?;)]|,(?!\d)|\.(?!\d))|\s(?:on|in\sthe|this|next|tomm?orr?ow|tmrw?|today|tonight"
    r"|please|pls"
    r"|if|and|or|but|to\s\d|until|till|for|when|works?|would|is|was|will|sharp|should|could|can|we|i|i'm|i'll|my"
    r"|with|too|instead|then|though|actually|really|cos|since|onwards"
    r"|so|thanks|thank|because|as|by|via|he|she|they|it|there|here|at|at\snight|morning|afternoon|evening|just|ok"
    r"|okay|maybe|not|fits|suits|a\.?m|p\.?m"
    r"|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
_HALF = r"\s?(?:p\.?\s?m\b\.?|a\.?\s?m\b\.?(?!\si\b)|(?:o[' ]?|a\s)clock\b)"
_PAST = r"(?:(?:half|(?:a\s)?quarter)\spast\s|(?:a\s)?quarter\s(?:to|after|of|till)\s)"
_COUNT = (
    r"(?:(?:five|ten|twenty(?:[- ]five)?|\d{1,2})\sminutes\s(?:past|to|after)\s|(?:five|ten|twenty(?:[- ]five)?"
    r"|\d{1,2}(?=\spast))\s(?:past|to)\s)"
)
_BODY = rf"{HOUR}(?:[:.][0-5]\d(?!\d)|\s?[0-5]\d(?=\s?[ap]\.?\s?m\b)|[\s-]{MINUTE}\b)?"
_NAMED = r"(?:(?:12|twelve)\s)?(?:noon|midnight|midday)\b"
_STRONG = (
    rf"(?:{_PAST}{_BODY}\b(?:{_HALF})?|{_COUNT}{HOUR}\b(?:{_HALF}|(?={GUARD}))|{_BODY}(?:{_HALF}|\s?-?ish\b)"
    rf"|half\s(?!an?\b){HOUR}(?=\s?-?ish\b)|(?:(?<![a-z] )|(?<=it )|(?<=say )|(?<=like )|(?<=so )|(?<=is ))half\s(?!an?\b){HOUR}(?=\s(?:roughly|or\sso|about|then|please|ish)\b|\s?[,.]|\s?$)"
    rf"|{_NAMED})"
)
_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
_ANY = rf"(?:{_STRONG}|{_BODY}(?![\d:])\b)"
_TO = r"\s?(?:-|–|~|—|\bto\b|\btill\b|\buntil\b)\s?"
CLOCK = (
    rf"(?:between|from)\s(?P<r_a>{_ANY})(?:{_TO}|\sand\s)(?P<r_b>{_ANY})(?={GUARD}|(?<=[mk]))"
    rf"|(?P<s_a>{_ANY})(?:{_TO}|\sor\s)(?P<s_b>{_STRONG})"
    rf"|(?P<u_a>{_STRONG}){_TO}(?P<u_b>{_ANY})(?={GUARD})"
    rf"|(?P<alone>{_STRONG})"
    rf"|(?:at|around|about|more\slike|closer\sto|by|after|before|(?:earlier|later|sooner)\sthan|from|until|till)\s(?:about\s|around\s)?(?!one\b)(?P<near>half\s(?!an?\b){HOUR}\b|{_ANY})"
    rf"(?:{_TO}(?P<near_b>{_ANY}))?(?={GUARD})"
    rf"|at\s(?P<at>(?:one|half\s{HOUR})(?={GUARD})|\d{{1,2}}\.[0-5]\d(?![\d%]))"
    rf"|(?:(?<=lunch,\s)|(?<=lunch\s)|(?<=dinner,\s)|(?<=dinner\s)|(?<=noon,\s)|(?<=noon\s)|(?<=work,\s)|(?<=work\s))(?:say|maybe|like)\s"
    rf"(?P<said>{_ANY})(?={GUARD})"
    rf"|(?<![\d.,:$\xa5])(?P<dot>(?:[6-9]|1\d|2[0-2])\.(?:00|15|30|45))(?={GUARD})"
    # Too little on their own, enough beside a day: "Saturday the 5th, 2 to 5", "tonight, half eleven".
    rf"|(?P<weak>(?:\d{{1,2}}|{_WORD})(?:[:.][0-5]\d)?)(?:-|–|\s(?:-|–|to|till"
    rf"|until)\s)(?P<weak_b>(?:\d{{1,2}}|{_WORD})(?:[:.][0-5]\d)?)(?={GUARD})"
    rf"|(?P<weak_half>half\s(?!an?\b){HOUR})(?![\w-]|\s(?:days?|hours?|dozen|price))"
    rf"|(?P<weak_so>{HOUR})\sor\sso\b(?!\s(?:people|persons?|guests|of\s|hours?|minutes?|days?|times))"
    rf"|(?P<tail>{_BODY})(?=\s(?:in\sthe\s(?:morning|afternoon|evening)|at\snight|tonight)\b)"
    rf"|(?:(?<=day\s)|(?<=tomorrow\s)|(?<=tonight\s)"
    rf"|(?<=tmr\s))(?P<next>{_BODY})(?:{_TO}(?P<next_b>{_ANY}))?(?={GUARD})"
)
_PAIRS = (("weak", "weak_b"), ("r_a", "r_b"), ("s_a", "s_b"), ("u_a", "u_b"), ("near", "near_b"), ("next", "next_b"))
_TIME = later(
    rf"(?:(?P<side>half|(?:a\s)?quarter|{MINUTE}|five|\d{{1,2}})(?:\sminutes)?\s(?P<way>past|to|after|of|till)\s"
    rf"|(?P<lazy>half\s))?"
    rf"(?P<hour>{HOUR})(?:[:.\s]?(?P<minute>[0-5]\d)|[\s-](?P<word>{MINUTE})\b)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?|\s?(?:o[' ]?|a\s)clock|\s?-?ish)?"
)


def read_clock(match: re.Match[str]) -> Clock:
    """The clock time, or the two of a range, that `CLOCK` matched."""
    if match["weak_half"] or match["weak_so"]:
        return replace(_one(match["weak_half"] or match["weak_so"]), weak=True)
    for first, second in _PAIRS:
        if match[first]:
            clock = _one(match[first])
            if not match[second]:
                return clock
            end = _one(match[second])
            return replace(clock, end=end, weak=first == "weak")
    return _one(match["alone"] or match["at"] or match["dot"] or match["said"] or match["tail"])


def _one(said: str) -> Clock:
    if "midnight" in said:
        return Clock(24, exact=True)
    if "noon" in said or "midday" in said:
        return Clock(12, exact=True)
    match = _TIME.fullmatch(said.strip())
    if match is None:  # the two expressions above have drifted apart
        raise ValueError(said)
    hour = match["hour"] if match["hour"].isdigit() else str(parse_number(match["hour"]))
    half = f"{match['half']}m" if match["half"] else None
    if match["way"] or match["lazy"]:
        return _beside(int(hour), match["side"] or "half", match["way"] or "past", half)
    minute = match["minute"] or str(_minutes(match["word"]) if match["word"] else 0)
    return clock_of(hour, minute, half)


def _minutes(said: str) -> int:
    if "quarter" in said:
        return 15
    if said == "half":
        return 30
    return int(parse_number(said.replace("oh ", "").replace("o' ", "").removeprefix("o ")) or 0)


def _beside(hour: int, side: str, way: str, half: str | None) -> Clock:
    minutes = _minutes(side)
    if way in ("past", "after"):
        return Clock(hour, minutes, half)
    return Clock((hour - 1) % 24 or 12, 60 - minutes, half)
