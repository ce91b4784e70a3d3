"""Finds who comes to visit: names after what announces them, names with their titles, and comers told by a trade.

A name is taken as it was said, title included. The speaker's own name and those of staff are nobody's visit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.contract.understanding import Entity
from intents.entities.latin_names import Latin
from intents.entities.same_person import once_each
from intents.normalise import HAN, simplify
from intents.patterns import later
from intents.sentences import LOADER

FILE = Path(__file__).with_suffix(".yml")
LONGEST = 400
_MOST = 8
_BARE, _LIKELY, _SURE, _TRADE = 0.6, 0.8, 1.0, 0.7
# Characters that stand in sentences, hardly ever in given names.
_NO_GIVEN = (
    "的了是来不在有和我你您他她它们这那么吗吧呢啊要到会就都也很太被把从让给跟与或及个位只些点号楼栋单什谁哪几车门"
)
_FOLLOW = (
    r"(?=$|[\s,，.。!！?？、;；:：()（）]|明(?:天|早|晚|儿|日|年|朝)|大?后天|今(?:天|晚|早|儿|日)|下(?:周|个|午|星期|礼拜|班)|这(?:周|个|会)"
    r"|本周|周[一二三四五六日天末]|星期|礼拜|上午|中午|早上|早晨|一早|傍晚|晚上|夜里|凌晨|[0-9一二三四五六七八九十两半]+[点号月人位个口:：]"
    r"|一(?:家|行|会|起)|两口|来|要|会|过|到|上[门来楼]|开[车着]|坐|骑|带|和|跟|与|及|在|从|说|也|想|就|已|马上|现在|他|她|是|不|没|有|进"
    r"|住|去|回|自己|大概|大约|等|的|给|帮|还|女|男|打算|准备|预计|约|办|夫妇|夫妻|今|这|那|延|通行|访客|登记)"
)
_PUNCTUATION = frozenset(" \t,，.。!！?？、;；:：()（）“”\"'")
_NAMED = later(
    r"(?:名叫|名字就?叫|名字[是为:：]?|姓名[是为:：]?|访客(?:姓名)?(?:叫|是|[:：])|来访[人者](?:叫|是|[:：])|叫做?)\s?"
)
_SURNAME_ONLY = later(r"(?<![我不])姓(?!名)")
# "阿依古丽·买买提": the dot tells a name as nothing else does; it ends where a name may end.
_DOTTED = later(
    rf"(?P<first>[{HAN}]{{1,8}})[·•・‧](?P<last>(?:(?![{_NO_GIVEN}])[{HAN}]){{1,8}}?(?:[·•・‧](?:(?![{_NO_GIVEN}])[{HAN}]){{1,8}}?)*{_FOLLOW})"
)
_LATIN_NEXT = later(r"[A-Za-z][A-Za-z'’-]*(?:[ ·.]+[A-Z][A-Za-z'’-]*){0,3}")
_NOT_CALLED = later(
    r"什么|一|个|了|人|他|她|你|我|不|得|喊|管家|消防|救护|师傅|物业|保安|保洁|出租|警察|外卖|快递|挪|滴|修|啥|谁"
)
# "叫" says a name only of somebody: "叫救护车" calls one.
_CALLED_WHO = later(
    r"(?:^|[\s,，.。、;；:：()（）他她名个位的]|[弟妹哥姐友学事戚叔舅姑姨侄甥子女孙爸妈婿傅师娘客人伴乡居员生家板导理书徒])$"
)
# "卓玛明天来看我", "小石头周六下午过来玩": who comes at a time is named by what stands before it.
_COMING = later(
    rf"(?:^|[,，。;；:：\s]|(?:让|放|等|给|是|叫|有)(?=[小老阿]))(?P<name>[小老阿]?(?:(?![{_NO_GIVEN}])[{HAN}]){{2,5}}?)"
    r"(?:明[天早晚儿]|大?后天|今[天晚早儿]|下?周[一二三四五六日天末]|(?:下个?)?(?:星期|礼拜)[一二三四五六日天]|周末|\d{1,2}[号日]|待会儿?|一会儿?|马上|傍晚|晚上|中午|下午|上午)"
    r"[^,，。!！?？]{0,10}?(?:过来|来(?!电|水|气|暖|月|年|修|装|信号)|上门|进来|到(?:我家|家里|访)|拜访|串门|做客)"
)
_LONE = later(
    rf"[\s,，.。!！]*(?P<name>(?:(?![{_NO_GIVEN}])[{HAN}]){{2,5}}(?:[·•・‧](?:(?![{_NO_GIVEN}])[{HAN}]){{1,6}})?"
    r"|[A-ZÀ-Þ][a-zà-ÿ'’-]+(?:[ ·][A-ZÀ-Þ][A-Za-zà-ÿ'’-]*){0,3})[\s,，.。!！]*"
)
_COMES = later(r"来|到|\b(?:com(?:e|es|ing)|visit\w*|arriv\w*|drop\w* (?:by|in)|stay\w*)\b")
_DENIED = later(r"(?:不是|\bnot|isn['’]?t)\s?$")
# "三点王伟来访": a name begins where a time ends.
_TIMED = later(
    r"(?:[\d一二三四五六七八九十两半]点(?:钟|半|[一三]刻)?|[点:：][\d一二三四五六七八九十]{1,3}分?|[\d十]分|[\d一二三四五六七八九十][号日]|(?:周|星期|礼拜)[一二三四五六日天末])$"
)
_IS_ONE = later(
    r"我是(?:[^,，。!！?？\s想要]{1,6}的)?$|\b(?:i am|i['’]?m|this is) (?:the |her |his |[\w ]{1,12}['’]s )?$"
)
_OWN_WORDS = later(r"(?:我是|我叫)[^,，.。!！?？]{0,8}$")


class _Data(NamedTuple):
    surnames: frozenset[str]
    compound: frozenset[str]
    stops: frozenset[str]
    own: tuple[str, ...]
    before: tuple[str, ...]
    person: re.Pattern[str]
    called: re.Pattern[str]
    roles_zh: re.Pattern[str]
    about_zh: re.Pattern[str]
    not_zh: re.Pattern[str]
    roles_en: re.Pattern[str]
    about_en: re.Pattern[str]
    not_en: re.Pattern[str]
    no_comer: re.Pattern[str]
    kin_zh: re.Pattern[str]
    kin_en: re.Pattern[str]


def _joined(text: str) -> str:
    return "".join(text.split())


def _load() -> tuple[_Data, Latin]:
    data: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, in C
    surnames, compound = _joined(data["surnames"]), data["compound"].split()
    titles = sorted(data["titles"].split(), key=len, reverse=True)
    given = f"[{HAN}]"
    surname = f"(?:{'|'.join(compound)}|[{surnames}])"
    free = f"(?![{_NO_GIVEN}]){given}"
    # A name with its title ends by itself, the short titles as well as plain names need what follows.
    long_titles = "|".join(t for t in titles if len(t) > 1)
    short_titles = "|".join(t for t in titles if len(t) == 1)
    person = (
        rf"{surname}(?:{free}){{0,2}}?(?:{long_titles})|{surname}(?:{short_titles}){_FOLLOW}"
        rf"|{surname}(?:{free}){{1,2}}?{_FOLLOW}"
    )
    roles = data["roles"]
    return _Data(
        frozenset(surnames) | {word[0] for word in compound} | frozenset("老小大阿"),
        frozenset(compound),
        frozenset(data["stops"].split()),
        tuple(data["own"].split()),
        (*data["relations"].split(), *data["before"].split()),
        later(rf"[老小大阿][{surnames}](?:{long_titles}|{short_titles})?{_FOLLOW}|{person}"),
        later(rf"(?:{free}){{1,5}}?{_FOLLOW}"),
        later(_joined(roles["zh"]) + "|" + _joined(roles["zh_alone"])),
        later(roles["zh_about"]),
        later(roles["zh_not"]),
        later(" ".join(roles["en"].split()).replace(")? (?:", ")?(?:"), re.IGNORECASE),
        later(roles["en_about"], re.IGNORECASE),
        later(roles["en_not"], re.IGNORECASE),
        later(data["no_comer"].strip()),
        later(_joined(data["kin"]["zh"])),
        later(data["kin"]["en"].strip(), re.IGNORECASE),
    ), Latin(frozenset(data["latin_stops"].split()))


_DATA, _LATIN = _load()
_HAN_CHAR = later(f"[{HAN}]")


def find_names(text: str) -> list[Entity]:
    """Every visitor named, as `visitor_name` and as it was written, in order; a trade only where no name was said."""
    said = text[:LONGEST]
    text = simplify(said)
    found: list[Entity] = []
    if not text.isascii() and _HAN_CHAR.search(text):
        found.extend(_chinese(text))
    found.extend(_entity(text, start, end, sure) for start, end, sure in _LATIN.find(text))
    kept = [entity for entity in _apart(found) if not _DENIED.search(text, max(0, entity.start - 8), entity.start)]
    return once_each([_entity(said, e.start, e.end, e.confidence) for e in kept or list(_trades(text))[:1]], said)


def lone_name(text: str) -> Entity | None:
    """The name that is all a message says besides a time: "卓玛次仁，明天下午三点", "Kowalski tomorrow"."""
    match = _LONE.fullmatch(text)
    if match is None:
        return None
    said = simplify(match["name"])
    if said.isascii() or said[0].isupper():
        words = re.findall(r"[^\s·]+", said)
        if any(_LATIN.stops(word) for word in words):
            return None
    elif _is_no_comer(said):
        return None
    return _entity(text, *match.span("name"), _BARE)


def somebody_comes(text: str) -> bool:
    """Whether coming is spoken of, whoever comes and whatever for."""
    return _COMES.search(simplify(text)) is not None


def visitor_role(text: str) -> str | None:
    """The trade or relation by which a visitor is told when there is no name: "朋友", "mum and dad"."""
    text = simplify(text[:LONGEST])
    for pattern in _ROLES:  # "I am her mother" says who writes, and nobody who comes
        match = next((m for m in pattern.finditer(text) if not _IS_ONE.search(text, 0, m.start())), None)
        if match is not None:
            return _of_whom(text, match)
    return None


def _of_whom(text: str, match: re.Match[str]) -> str:
    """ "My mum's friend" is the friend, and no mum; "我妈" is 妈妈 on a pass."""
    for owns in _OWNS:
        of = owns.match(text, match.end())
        owned = None if of is None else next((m for p in _ROLES if (m := p.match(text, of.end()))), None)
        if of is not None and owned is not None:
            return f"{_twice(match.group().strip())}{of.group()}{owned.group().strip()}"
    owner = _OWNER.search(text, 0, match.start())
    if owner is None or (owner["whose"] and not _DATA.kin_en.fullmatch(owner["whose"])):
        return _twice(match.group().strip())
    return f"{_twice(owner['kin'])}的{match.group()}" if owner["kin"] else f"{owner.group()}{match.group().strip()}"


def _twice(said: str) -> str:
    return said * 2 if said in _CALLED_TWICE else said


_CALLED_TWICE = frozenset("妈爸哥姐弟妹姑叔舅爷")
_ROLES = (_DATA.roles_zh, _DATA.kin_zh, _DATA.roles_en, _DATA.kin_en)
_OWNS = (later(r"['’]s "), later(r"['’]s \w+ "), later(r"的"), later(r"的(?:好|老|那个|一个)"))
_OWNER = later(
    r"[我咱他她](?:家)?(?P<kin>[妈爸哥姐弟妹姑叔舅爷]|老婆|老公|媳妇|太太|儿子|女儿)的$|\b(?P<whose>[\w-]+)['’]s (?:\w+ )?$"
)


def _entity(text: str, start: int, end: int, sure: float) -> Entity:
    said = text[start:end]
    return Entity("visitor_name", said, said, start, end, sure)


def _apart(found: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda e: (e.start, -e.end)):
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept[:_MOST]


def _is_own(text: str, start: int) -> bool:
    return text.endswith(_DATA.own, 0, start) or _OWN_WORDS.search(text, max(0, start - 12), start) is not None


def _chinese(text: str) -> Iterator[Entity]:
    yield from _called(text)
    yield from _dotted(text)
    yield from _comers(text)
    for match in _SURNAME_ONLY.finditer(text):
        start = match.end()
        end = start + (2 if text[start : start + 2] in _DATA.compound else 1)
        if text[start : start + 1] in _DATA.surnames and not _is_own(text, match.start()):
            yield _entity(text, start, end, _SURE)
    free = 0
    for start, char in enumerate(text):
        if start < free or char not in _DATA.surnames:
            continue
        person = _DATA.person.match(text, start)
        if person is None or _is_word(person.group()) or not _opens(text, start):
            continue
        free = person.end()
        whole = start == 0 and free == len(text.rstrip("。.!！ "))
        yield _entity(text, start, free, _BARE if whole else _LIKELY)


def _is_word(said: str) -> bool:
    """Common words that begin like names; "周五晚" is no name, nor is what ends like one of them."""
    return said in _DATA.stops or said.startswith("谢谢") or (len(said) == 3 and said[:2] in _DATA.stops)


def _opens(text: str, start: int) -> bool:
    """A name begins here: at a boundary, or after a word that names follow, and it is not the speaker's own."""
    if start == 0:
        return True
    if _is_own(text, start):
        return False
    if text[start - 1] in _PUNCTUATION or text.endswith(_DATA.before, 0, start):
        return True
    return _TIMED.search(text, max(0, start - 8), start) is not None


def _dotted(text: str) -> Iterator[Entity]:
    for match in _DOTTED.finditer(text) if "·" in text or "•" in text or "・" in text or "‧" in text else ():
        start, middle = match.start(), match.end("first")
        # What announces the name is not of it: "我朋友阿依古丽·买买提".
        starts = [at for at in range(start, middle) if text.endswith((*_DATA.before, *_DATA.own, "叫", "是"), 0, at)]
        begin = starts[-1] if starts else start
        if not _is_own(text, begin):
            yield _entity(text, begin, match.end(), _SURE)


def _comers(text: str) -> Iterator[Entity]:
    """Whoever comes at a time, unless it is a trade, a relation, or a word that is no name."""
    for match in _COMING.finditer(text):
        said, start = match["name"], match.start("name")
        if not _is_no_comer(said) and not _is_own(text, start) and not _DATA.person.match(text, start):
            yield _entity(text, start, match.end("name"), _BARE)


def _is_no_comer(said: str) -> bool:
    return said in _DATA.stops or any(p.search(said) for p in (_DATA.roles_zh, _DATA.kin_zh, _DATA.no_comer))


def _called(text: str) -> Iterator[Entity]:
    """ "叫小鱼", "姓名：郑爽": what follows is the name, whatever it is made of."""
    for match in _NAMED.finditer(text):
        start = match.end()
        if _is_own(text, match.start()) or not _CALLED_WHO.search(text, 0, match.start()):
            continue
        found = _LATIN_NEXT.match(text, start) or _DATA.called.match(text, start)
        if found is None or _NOT_CALLED.match(text, start) or len(found.group()) < 2:
            continue
        yield _entity(text, start, found.end(), _SURE)


def _trades(text: str) -> Iterator[Entity]:
    if not text.isascii() and _DATA.about_zh.search(text):
        for match in _DATA.roles_zh.finditer(text):
            if not _DATA.not_zh.match(text[match.end() : match.end() + 6]):
                yield _entity(text, *match.span(), _TRADE)
    if _DATA.about_en.search(text):
        for match in _DATA.roles_en.finditer(text):
            if not _DATA.not_en.search(text[max(0, match.start() - 40) : match.start()]):
                yield _entity(text, *match.span(), _TRADE)
