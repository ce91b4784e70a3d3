"""How many a plain answer counts: the one number in it, whatever is said around it, and people with whoever speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.entities.spoken import ENGLISH_NUMBER, english_number
from intents.normalise import fold, has_han
from intents.patterns import later

_LONGEST = 160
_HAN = r"[一二三四五六七八九十两俩仨]"
# What a number in it means is told already.
_OTHERS = frozenset({"hours", "plate", "phone", "location", "case_no", "amount", "recurring", "pass_code", "period"})
_BARE_HOUR = later(
    rf"(?:at |about |around |say |maybe )*(?:\d{{1,2}}|{ENGLISH_NUMBER})(?: or (?:\d{{1,2}}|{ENGLISH_NUMBER}))?(?:ish)?"
)
_NUMBER = later(
    rf"(?<![\w.:/#-])(?P<a>{ENGLISH_NUMBER}|\d{{1,3}}|(?:a )?couple(?= of)|a couple|half a dozen|a dozen|a pair|a single|single)(?: ?(?:or|to|-|–|maybe) ?(?P<b>{ENGLISH_NUMBER}|\d{{1,3}}))?"
    r"(?!\w|[:.]\d| ?(?:am|pm|o'?clock|yuan|rmb|%|st|nd|rd|th|years?|weeks?|months?|days?|minutes?|mins?|metres?|m2)\b)"
)
# "This one", "the cheap one", "one of them": nobody counts by it.
_PRONOUN = later(
    r"\b(?:this|that|which|each|any|every|no|other|another|same|last|next|first|second|third|fourth|\w+(?:er|est)|cheap|big|small|good|new|old|red|blue|right|wrong) $"
)
_ONE_OF = later(r" of (?:the|them|my|those|these|his|her)\b| (?:day|time|thing|more thing|may|might|can|is not|isn)\b")
_HAN_NUMBER = later(
    rf"(?<![第每哪多少\d.:：点月号楼栋幢])(?P<a>\d{{1,3}}|{_HAN}{{1,3}})(?:[到至~-](?P<b>\d{{1,3}}|{_HAN}{{1,2}}))?(?:来|多)?\s?(?P<unit>个半|个|位|人|名|口|份|小时|钟头|套|盒|单)?"
    rf"(?![\d.:：点月号楼栋幢单块元岁年天层室刻次趟周遍])"
)
_SINGLE = later(r"单(?=[份人个]|身)")
_BOTH = frozenset("一二三四五六七八九")
# After these stands what it comes to.
_SUMS_UP = later(
    r"(?:\b(?:so|makes?|that's|thats|that is|make it|make that|say|call it|in total|total(?: is| of)?|altogether|there'?ll be|there will be|there'?s|we'?re|we are|it'?s)(?: (?:it|that|about|around|just|only|us|them))* $)|(?:一共|总共|共|总数|加起来|所以|那就|就是|合计|算|对|写|报)(?:是|有|来)?\s?$"
)
_OF_US = later(
    rf"\b(?:the )?(?P<n>{ENGLISH_NUMBER}|\d{{1,2}}) of us\b|\b(?:us|we) (?P<w>two|three|four|five|six)\b|\ba couple of us\b"
)


def read_heads(text: str, found: Iterable[Entity]) -> dict[str, str]:
    """`numeral`: the number that an answer holds; `heads`: how many people it counts, the speaker among them; `bare_hour`
    where what was read as an hour is a number and nothing else; `numerals` where there are several."""
    folded = fold(text)
    if len(folded) > _LONGEST:
        return {}
    plain, hour = folded, ""
    for entity in found:
        bare = entity.name == "when" and _BARE_HOUR.fullmatch(folded[entity.start : entity.end]) is not None
        hour = "yes" if bare else hour
        if entity.name in _OTHERS or (entity.name == "when" and not bare):
            plain = plain[: entity.start] + " " * (entity.end - entity.start) + plain[entity.end :]
    number, heads = _numeral(plain), _heads(plain)
    every = " ".join(dict.fromkeys(str(value) for _, value in _hits(plain)))
    shown = {"numerals": every if " " in every else None, "numeral": number, "heads": heads, "bare_hour": hour}
    return {name: str(value) for name, value in shown.items() if value}


def _numeral(text: str) -> int | None:
    hits = list(_hits(text))
    if not hits:
        return None
    summed = [value for start, value in hits if _SUMS_UP.search(text, 0, start)]
    values = {value for _, value in hits}
    if summed:
        return summed[-1]
    if len(values) == 1:
        return values.pop()
    # "Two, my dad has one as well": what comes first, in a clause of its own.
    first, after = hits[0], hits[1]
    begins = not re.search(r"[^\W\d_]{4,}", text[: first[0]]) and re.search(r"[,，.。;；]", text[first[0] : after[0]])
    return first[1] if begins else None


_WORDS = {"a couple": 2, "couple": 2, "half a dozen": 6, "a dozen": 12, "a pair": 2, "a single": 1, "single": 1}


def _hits(text: str) -> Iterable[tuple[int, int]]:
    for match in _NUMBER.finditer(text):
        said = match["b"] or match["a"]
        if said == "one" and (_PRONOUN.search(text, 0, match.start()) or _ONE_OF.match(text, match.end())):
            continue
        value = _WORDS.get(said) or english_number(said)
        if value:
            yield match.start(), value
    if not has_han(text):
        return
    for match in _HAN_NUMBER.finditer(text):
        value = _han_value(match["b"] or match["a"])
        alone = match["unit"] is not None or match["b"] or _stands_alone(text, match)
        if value is not None and alone and match["unit"] != "个半":
            yield match.start(), value
    single = _SINGLE.search(text)
    if single is not None:
        yield single.start(), 1


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """ "就我跟我老公俩", "写3": with nothing behind it that it belongs to."""
    end = match.end("a")
    rest = text[end : end + 1]
    return match["a"].isdigit() or not rest or rest in " ,，.。;；!！吧了呢啊哈" or match["a"] in "俩仨"


def _han_value(said: str) -> int | None:
    """Of "两三" the larger."""
    if len(said) > 1 and set(said) <= _BOTH | {"两"}:
        said = said[-1]
    value = parse_number(said)
    return int(value) if value is not None and value == int(value) and value > 0 else None


_NOUN = (
    r"adults?|grown.?ups?|kids?|child(?:ren)?|people|persons?|friends?|mates?|others?|more|guys|girls|boys|colleagues|neighbou?rs?|buddies|sons?|daughters?"
    r"|players?|brothers?|sisters?|cousins?|classmates|students|teenagers|ladies|men|women|couples?"
)
_KIN = (
    r"husband|hubby|wife|missus|partner|boyfriend|girlfriend|bf|gf|fianc[eé]e?|son|daughter|boy|girl|kid|mum|mom|mother|dad|father|brother|sister|cousin|uncle|aunt|friend|mate|buddy"
    r"|neighbou?r|colleague|boss|roommate|flatmate|nephew|niece|grandson|granddaughter|grandad|grandpa|grandma|coach|other half"
)
_ITEM = later(
    rf"(?:(?:my|his|her|our|their|the)\s)?(?P<n>{ENGLISH_NUMBER}|\d{{1,2}}|a couple|a)\s(?:of\s)?(?:(?:my|his|her|their|our|the|other|little|small|old|good|school|more)\s)*(?P<noun>{_NOUN})\b|(?P<pair>parents|in-laws|in laws|grandparents|mum and dad|mom and dad)\b"
    rf"|(?:(?:my|his|her|their|our|the|a|one)\s)+(?:\w+\s)?(?P<kin>{_KIN})\b(?!'s)|(?P<me>(?:^|(?<=and )|(?<=plus )|(?<=with )|(?<=only )|(?<=just )|(?<=, )|(?<=& ))(?:me|myself)\b"
    r"|\b(?:me|myself)\b(?=,? (?:and|plus|with|&|\+) )|(?:(?<=and )|(?<=plus ))i\b(?! ?')|\bi\b(?= and (?:my|the|a)\b))"
)
_LINK = later(
    r"\b(?:and|plus|with|or|just|only|us|we|are|is|be|there|will|it|for|of|that|so|makes?|well|oh|um|uh|hmm|please|maybe|total|the|then|also|both|today|people|yes|yeah|lol|from|work|school)\b|'s|'re|[\W\d]"
)
_HAN_KIN = r"老公|老婆|爱人|先生|太太|媳妇儿?|对象|男朋友|女朋友|儿子|女儿|闺女|孩子|娃|宝宝|爸|妈|爸爸|妈妈|哥哥?|姐姐?|弟弟?|妹妹?|表[哥姐弟妹]|堂[哥姐弟妹]|同事|朋友|闺蜜|邻居|同学|哥们儿?|室友|婆婆|公公|孙子|孙女|舅舅?|叔叔?|姑姑?|姨|嫂子|教练"
_HAN_ITEM = later(
    rf"(?:我们?)?(?P<family>一?家(?P<f>[三四五六两])口(?:人)?)|(?P<couples>(?P<c>{_HAN}|\d)对(?:夫妻|夫妇|情侣|两口子)?)|(?:我们?)?(?P<pair>[两俩]口子|夫妻俩?|小两口|老两口)|(?:我|他|她)?(?P<elders>爸妈|父母|公婆|爷爷奶奶)"
    rf"|(?P<n>\d{{1,2}}|{_HAN}{{1,2}})\s?[个位名口]?(?:我的?)?\s?(?:大人|小孩子?|小朋友|孩子|娃|朋友|同事|同学|老人|邻居|大|小|球友|哥们儿?|闺蜜|人|儿子|女儿|老头|老太太?)"
    rf"|我们?(?:家)?的?(?P<kin>{_HAN_KIN})|(?P<kin2>(?<!老)(?:老公|老婆|爱人|媳妇儿?|儿子|女儿|闺女|[哥姐弟妹](?!们|妹|姐|弟|哥)|表[哥姐弟妹]|堂[哥姐弟妹]|闺蜜|邻居|同学|室友|爸爸?|妈妈?))|(?P<me>我自己|(?<![帮给替让请叫])我们?(?=\s?(?:[加和跟与带、,，\s俩仨]|还有|两个|$))|(?<=[加和跟与有])我|本人)"
)
_HAN_LINK = later(
    r"[加和跟与带同俩仨两个有还再就只一共来吧了的是人嗯呃那都会要也上去打玩着呢啊\W\d]|先生|应该|大概|再加上|还有|我们?"
)
_ALONE = later(
    r"^(?:oh |well |um+ |uh+ |erm |no |nah |it'?s |that'?s |there'?s )*(?:just|only) (?:me|myself|the one of me)\b|\b(?:by myself|on my own|alone)\b|就我(?:自己|一个人?|一人)?(?=$|[\s,，.。吧])|(?:就|只有)?我(?:自己)?一个(?:人)?(?=$|[\s,，.。吧打来去])|(?:就|只有)我自己"
)
_GAMES = later(r"(?P<mixed>\bdoubles\b|双打|混双)|\bsingles\b|单打")


def _heads(text: str) -> int | None:
    us = _OF_US.search(text)
    if us is not None:
        said = us["n"] or us["w"]
        return english_number(said) if said else 2
    total = [value for start, value in _hits(text) if _SUMS_UP.search(text, 0, start)]
    pattern, link = (_HAN_ITEM, _HAN_LINK) if has_han(text) else (_ITEM, _LINK)
    items = list(pattern.finditer(text))
    people = [item for item in items if not item["me"]]
    if people:
        return total[-1] if total else _summed(text, items, link)
    if _ALONE.search(text):
        return 1
    game = _GAMES.search(text)
    counted = game is not None and not list(_hits(text))
    return None if game is None or not counted else 4 if game["mixed"] else 2


def _summed(text: str, items: list[re.Match[str]], link: re.Pattern[str]) -> int | None:
    """Everybody in the list, once it is one: what is left of the clause between the first and the last joins them."""
    rest, at = "", items[0].start()
    for item in items:
        rest, at = rest + text[at : item.start()], item.end()
    if len(items) < 2 and _one(items[0]) != 4 and not items[0].groupdict().get("family"):
        return None
    if len(link.sub("", rest)) > 1 or any(_one(item) is None for item in items):
        return None
    # "We two with the kids", "our family of three": the speaker is in it.
    inside = any(item.groupdict().get("family") or item.groupdict().get("pair") for item in items) and has_han(text)
    me = not inside and any(item["me"] for item in items)
    return sum(_one(item) or 0 for item in items if not item["me"]) + me


def _one(item: re.Match[str]) -> int | None:
    said = item.groupdict()
    if said.get("me") or said.get("kin") or said.get("kin2"):
        return 1
    if said.get("family") or said.get("couples"):
        value = _han_value(said["f"] or said["c"])
        return value if said.get("family") or value is None else 2 * value
    if said.get("pair") or said.get("elders"):
        return 2
    count = said["n"]
    value = (
        1 if count == "a" else _WORDS.get(count) or (english_number(count) if count.isascii() else _han_value(count))
    )
    return 2 * value if value and str(said.get("noun", "")).startswith("couple") else value
