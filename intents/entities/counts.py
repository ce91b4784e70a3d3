"""Finds how many visitors come; the host is not counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.contract.understanding import Entity
from intents.entities.numerals import parse_number
from intents.entities.spoken import ENGLISH_NUMBER, english_number
from intents.patterns import later

_HAN = r"[一二三四五六七八九十两俩仨几百]"
_COUNT = rf"(?:\d{{1,5}}|{_HAN}{{1,4}})"

_KIN_PAIR = (
    r"爸妈|爹妈|爸爸妈妈|妈妈爸爸|父母亲?|双亲|爷爷奶奶|奶奶爷爷|爷奶|外公外婆|姥姥姥爷|姥爷姥姥|公公婆婆|公婆|岳父岳母|岳父母"
    r"|丈人丈母娘?|叔叔婶婶|舅舅舅妈|姑姑姑父|姨妈姨父|哥哥嫂子|哥嫂|姐姐姐夫|弟弟弟媳|儿子儿媳妇?|女儿女婿|亲家公亲家母|老两口|小两口|两口子|夫妻俩|夫妇俩?|夫妻|兄弟俩|姐妹俩|母子俩?"
    r"|母女俩?|父子俩?|父女俩?|爷俩|娘俩|爷儿俩|哥俩|姐俩"
)
# Longest first: "姐夫" is not "姐" and something.
_KIN_ONE = (
    r"保洁阿姨|丈母娘|亲家母|儿媳妇|外孙女|外甥女|大姑子|女朋友|小叔子|小姨子|小舅子|弟媳妇|未婚妻|男朋友|老丈人|老太太|老爷子|钟点工|丈夫|三叔|二叔|二哥|二姐|亲家|亲戚|"
    r"伯母|伯父|伴侣|侄女|侄子|保姆|儿媳|儿子|先生|公公|助理|叔叔|司机|同事|同学|哥哥|堂哥|堂妹|堂姐|堂弟|外公|外婆|外孙|外甥|大伯|大哥|大姐|大姑|大姨|大爷|大舅|太太|"
    r"女伴|女儿|女友|女婿|奶奶|妈妈|妹夫|妹妹|妹婿|妻子|姐夫|姐姐|姑夫|姑妈|姑姑|姑父|姥姥|姥爷|姨夫|姨妈|姨父|婆婆|婶婶|媳妇|嫂子|孙女|孙子|孩子|宝宝|客人|客户|室友|"
    r"家教|对象|导师|小姑|小姨|小孩|小舅|岳母|岳父|师傅|师母|干妈|干爹|弟妹|弟媳|弟弟|战友|护工|月嫂|朋友|母亲|爱人|父亲|爷爷|爸爸|男伴|男友|老乡|老公|老妈|老婆|老师|"
    r"老爸|舅妈|舅舅|表哥|表妹|表姐|表弟|邻居|闺女|闺蜜|阿姨|哥|妈|妹|姐|姑|姨|婶|弟|爸|舅"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓"
    "许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_TITLE = r"先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|大叔|老师|师傅|医生|总|经理|工|哥|姐"
_NAME = (
    rf"(?!周[一二三四五六日天末])(?:[小老阿大][{_SURNAMES}](?:{_TITLE})?|[{_SURNAMES}](?:{_TITLE})"
    rf"|[{_SURNAMES}][^\W\d_a-z和跟与同及、的来要在到]{{1,2}}?)"
)
_WHO = r"(?:我的?|他的?|她的?|我们的?|家里的?)?"
_GUEST_NOUN = (
    r"客人|访客|朋友|亲戚|同学|同事|大人|成年人|小孩子?|孩子|老人|师傅|工人|家人|来客|来访者|来宾|阿姨|男的"
    r"|女的|老乡|战友|闺蜜|姐妹|兄弟|哥们|搬家工人|搬运工|工作人员|安装工|装修工人?|学生|老同学|老朋友|好朋友"
    r"|老师|邻居|人"
)
_HAN_ITEM = rf"{_WHO}(?:(?:{_COUNT})[个位名口]?(?:{_GUEST_NOUN})|{_KIN_PAIR}|[小大老]?(?:{_KIN_ONE})|{_NAME})"
_HAN_LIST = later(
    rf"{_HAN_ITEM}(?>\s?(?:和|跟|与|、\s?还有|,\s?还有|、|,|还有|以及|带着?|加上?|外加|同)\s?{_HAN_ITEM})+"
)
# "再登记一个访客，陈晓燕" tells one person twice.
_APPOSED = later(rf"(?:一|1)[个位名]?(?:{_GUEST_NOUN})\s?,")
_HAN_ITEM_IN = later(
    rf"(?P<host>我们?(?=和|跟|与|、|带))|(?P<n>{_COUNT})[个位名口]?(?:{_GUEST_NOUN})|(?P<pair>{_KIN_PAIR})"
    rf"|(?P<one>[小大老]?(?:{_KIN_ONE})|{_NAME})"
)
_HAN_PAIR = later(rf"{_KIN_PAIR}")
_ADULTS_KIDS = later(rf"({_COUNT})[个位]?大(?:人)?[,、\s和]?({_COUNT})[个位]?小(?:孩|朋友)?")
_HAN_COUNT = later(
    rf"(?<![第每各哪几\d])(?<!\d[.,:-])(?P<n>\d{{1,5}}(?:[-到至~]\d{{1,3}})?|{_HAN}{{1,4}}(?:[到至]{_HAN}{{1,2}})?)"
    rf"(?:\s?[个位名]\s?(?:[^\W\d_a-z，。的个一二三四五六七八九十两]{{0,4}}?)(?:{_GUEST_NOUN})|\s?[位名](?![于字单置次])|\s?口(?:人|子)?(?=$"
    r"|[来要去,.!。到])|\s?人(?![民行工家才员间份数次]))(?!以上|之后)"
)
_FAMILY = later(rf"一家子?({_COUNT})口?(?:人)?|({_COUNT})口之家|({_COUNT})口人")
_US = later(
    rf"[我他她它咱]们({_HAN}{{1,2}}|\d{{1,2}})(?:个人?|位|人)?(?![点月号楼天小年分])|(?:总共|一共|共|一行)({_COUNT})[个位人名]"
)

_PLURAL_TWO = {"parents", "in-laws", "in laws", "grandparents", "folks", "couple", "newlyweds"}
_EN_WHO = (
    r"(?:(?:my|his|her|their|our|your|the|some|a|an)\s+)?(?:(?:wife|husband|mother|father|mum|mom|dad|sister|brother|son|daughter|friend"
    r"|boyfriend|girlfriend|partner|cousin|boss|roommate)['’]?s\s+)?"
)
_EN_ADJECTIVE = (
    r"(?:(?:old|elderly|good|close|young|little|small|other|more|adult|school|best|new|older|younger|big"
    r"|university|college|foreign|delivery|extra|additional)\s+){0,2}"
)
_EN_COUNTED = (
    r"people|persons?|guests?|visitors?|friends?|adults?|kids?|children|child|relatives?|cousins?|colleagues?"
    r"|coworkers?|co-workers?|classmates?|workers?|workmen|movers?|men|women|technicians?|pax|students?"
    r"|uncles?|aunts?|brothers?|sisters?|sons?|daughters?|nephews?|nieces?|buddies|mates?|girls|boys|ladies"
    r"|guys|grandchildren|grandkids|babies|toddlers|installers?|plumbers?|electricians?|painters?|helpers?"
    r"|teachers?|neighbou?rs?|family members|siblings|folks|seniors|of them(?! (?:is|has|was|needs?|can.?t|cannot|does ?n.?t|does)\b(?! coming)| (?:will |are |have |has )?(?:driv|com(?:e|ing) by|bring|a car|got a car))|of us|cleaners?|drivers?|others"
)
_EN_ONE = (
    r"(?:mother-in-law|father-in-law|mother in law|father in law|sister-in-law|brother-in-law|mother|mum|mom"
    r"|father|dad|sister|brother|wife|husband|son|daughter|aunt|aunty|auntie|uncle|cousin|friend|girlfriend"
    r"|boyfriend|fianc[eé]e?|partner|grandmother|grandma|granny|grandfather|grandpa|grandson|granddaughter"
    r"|nephew|niece|colleague|boss|baby|kid|child|girl|boy|toddler|infant|roommate|nanny|driver|assistant|classmate|buddy|neighbou?r"
    r"|teacher|tutor)(?!['’]s)"
)
_EN_TWO = r"parents-in-law|parents|in-laws|in laws|grandparents|couple(?! of)"
_EN_COUNT = rf"(?:\d{{1,5}}|a couple of|{ENGLISH_NUMBER})"
_EN_ITEM = rf"(?:{_EN_WHO}(?:{_EN_COUNT}\s+{_EN_ADJECTIVE}(?:{_EN_COUNTED})|{_EN_ADJECTIVE}(?:{_EN_TWO}|{_EN_ONE}))\b)"
_EN_LIST = later(rf"\b{_EN_ITEM}(?>\s*(?:,|&|\band\b|\bplus\b|\bwith\b|\balong with\b)\s*(?:and\s+)?{_EN_ITEM})*")
_EN_ITEM_IN = later(
    rf"(?P<n>{_EN_COUNT})\s+{_EN_ADJECTIVE}(?:{_EN_COUNTED})\b|(?P<two>{_EN_TWO})\b|(?P<one>{_EN_ONE})\b"
)
_TITLED = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Uncle|Aunt|Aunty|Auntie)\.? )?[A-Z][a-z]+(?: [A-Z][a-z]+)?"
_EN_NAMES = later(
    rf"\b(?:{_TITLED})((?:, [A-Z][a-z]+(?: [A-Z][a-z]+)?)*),? (?:and|&) "
    rf"(?:{_TITLED}\b|(?:his|her|their) (?:{_EN_ONE})\b)"
)
# "Li Na with two kids", "Tom plus his mum": the one who is named counts too.
_EN_NAME_WITH = later(
    rf"\b{_TITLED},? (?i:with|plus|bringing|brings|along with|and)\s+(?P<rest>(?i:{_EN_ITEM})(?>\s*(?:,|&|\band\b|\bplus\b)\s*(?i:{_EN_ITEM}))*)"
)
# "Marco is coming with his wife", "she's bringing her two kids": one guest, and whom they bring.
_EN_COMPANY = later(
    rf"\b(?:with|w/?|brings?|bringing|plus|and) (?:his|her) (?P<rest>{_EN_ITEM}(?>\s*(?:,|&|\band\b|\bplus\b)\s*{_EN_ITEM})*)"
)
# "My sister and her husband are coming with their kid": who is named first, and whom they bring.
_EN_BROUGHT = later(
    rf"\b(?:with|plus|brings?|bringing) (?:their|both their|all their) (?P<rest>{_EN_ITEM}(?>\s*(?:,|&|\band\b|\bplus\b)\s*{_EN_ITEM})*)"
)
# "Tom Becker plus one", "just Bob".
_EN_PLUS = later(
    rf"\b{_TITLED} plus (?P<n>one|two|three|four|five|\d{{1,2}})\b(?! (?:hours?|car|cars|bag|dog|cat))|\b(?:[Jj]ust|[Oo]nly) {_TITLED}(?=[,.;]|$| (?:is|comes|will|tomorrow|today|tonight|on|at)\b)"
)
_HAN_ALONE = later(r"就(?:他|她|我妈|我爸|你)?(?:自己)?一个(?:人)?(?=$|[,，。.!！ 来])|一个人来")
_EN_PAIR_TITLES = later(r"\bmr\.? (?:and|&) mrs\b|\bmrs\.? (?:and|&) mr\b")
_EN_TOTAL = later(
    rf"\b({_EN_COUNT}) (?:of us |of them |people )?(?:in all|in total|altogether|all told|all together)\b"
    rf"|\b(?:only|just|now|actually|update:|there['’]?(?:s|ll be)(?: only)?) ({_EN_COUNT})(?: of (?:us|them))? (?:are|is|will be|can|will) (?:coming|come|there|left)\b"
)
_HAN_TOTAL = later(
    rf"(?:总共|一共|共|统共|加起来|合计|一行|总计)(?:有|是|来)?\s?({_COUNT})\s?(?:[个位名口]?人|[个位名口])?(?![点月号楼天小年分块元辆台部件间套户栋平米次份张周星礼趟晚夜回])"
)
# "孙悦，4个人": after a name, people counted by themselves are all of them, not more of them.
_HAN_ALL = later(rf",\s?({_COUNT})(?:个人|位|人|名)(?!来)")
# "…来吃饭，带她老公": who is brought comes beside the one who was named before.
_BRINGS = later(
    rf"[,，、]\s?(?:还|再|会)?(?:带着?|带上|领着)\s?(?P<rest>{_HAN_ITEM}(?>\s?(?:和|跟|与|、|还有)\s?{_HAN_ITEM})*)"
)
# "我姐夫今晚六点带两个孩子来": who comes counts beside whom they bring; a nanny who minds children brings nobody.
_COMES_WITH = later(
    rf"(?<![和跟与、阿])(?<![和跟与、]我)(?:(?P<pair>{_KIN_PAIR})|(?!阿姨|保洁|保姆|月嫂|护工|钟点工|家教|老师|师傅)(?:{_KIN_ONE})|{_NAME})"
    rf"[^,，。;；!！?？我和跟与、帮请要]{{0,14}}?"
    rf"(?P<with>带(?:着|上|了)?\s?(?P<rest>{_HAN_ITEM}(?>\s?(?:和|跟|与|、|还有)?\s?{_HAN_ITEM})*))"
)
_LATIN_WITH = later(
    rf"[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+){{0,3}}\s?[,，]?\s?(?:带着?|和|跟|与|还有)\s?(?P<rest>{_HAN_ITEM}(?>\s?(?:和|跟|与|、|还有)\s?{_HAN_ITEM})*)"
)
_EN_GROUP = later(
    rf"\b(?:family|group|party|team|crew) of ({_EN_COUNT})|\b({_EN_COUNT}) of (?:us|them)\b(?! (?:is|has|was|needs?|can.?t|cannot|does)\b(?! coming)| (?:will |are |have |has )?(?:driv|com(?:e|ing) by|bring|a car|got a car))"
    rf"|\b(?:just|only) (me|him|her|one)\b|\b(?:all|the) ({_EN_COUNT}) of\b"
)
# "No coriander in one of them", "make one of them mild": of what is ordered, and nobody who comes.
_EN_PART = later(
    rf"\b(?:in|on|with(?:out)?|make) {_EN_COUNT} of (?:them|those|these)\b"
    rf"|\b{_EN_COUNT} of (?:them|those|these)\b(?= (?:with(?:out)?|less|no|extra|not|mild|spicy)\b)"
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October November December "
        "Building Block Tower Gate Unit Water Gas Electricity Power Property Parking Hello Hi Please Thanks Morning Afternoon Evening Telegram",
    )
)


def _value(said: str) -> int | None:
    """How many; of "two or three" the larger, as a gate must let all of them in; "几个" is no number."""
    if not said or "几" in said:
        return None
    ends = re.split(r"[-到至~]", said)
    if said == "a couple of":
        return 2
    last = ends[-1].removesuffix("个")
    if len(last) > 1 and all(char in "一二三四五六七八九两" for char in last[-2:]):
        last = last[:-2] + last[-1]
    value = english_number(last) if last.isascii() else parse_number(last)
    return int(value) if value is not None and 0 < value < 100_000 else None


def _listed(match: re.Match[str], items: re.Pattern[str], text: str) -> int | None:
    return _listed_in(match.span(), items, text)


def _listed_in(span: tuple[int, int], items: re.Pattern[str], text: str) -> int | None:
    total = 0
    for item in items.finditer(text, *span):
        groups = item.groupdict()
        if groups.get("n"):
            count = _value(item["n"])
            if count is None:
                return None
            total += count
        elif not groups.get("host"):
            total += 2 if groups.get("pair") or groups.get("two") else 1
    return total or None


def _entity(name: str, value: int | None, span: tuple[int, int], confidence: float = 1.0) -> Iterator[Entity]:
    if value is not None:
        yield Entity(name, value, "", *span, confidence)


def _with_somebody(text: str, original: str) -> Iterator[Entity]:
    """Who is named in Latin letters, or was named before, and whom they bring."""
    for match in _COMES_WITH.finditer(text) if "带" in text else ():
        more = _listed_in(match.span("rest"), _HAN_ITEM_IN, text)
        yield from _entity("people", more + (2 if match["pair"] else 1) if more else None, match.span("with"))
    for match in _LATIN_WITH.finditer(original):
        more = _listed_in(match.span("rest"), _HAN_ITEM_IN, text)
        yield from _entity("people", 1 + more if more else None, match.span())
    for match in _BRINGS.finditer(text):
        more = _listed_in(match.span("rest"), _HAN_ITEM_IN, text)
        yield from _entity("people", 1 + more if more else None, match.span(), 0.8)


def _people_han(text: str, original: str) -> Iterator[Entity]:
    total = list(_HAN_TOTAL.finditer(text))
    if total:
        yield from _entity("people", _value(total[-1][1] or total[-1][2]), total[-1].span())
        return
    yield from _with_somebody(text, original)
    for match in _HAN_ALONE.finditer(text):
        yield from _entity("people", 1, match.span())
    for match in _ADULTS_KIDS.finditer(text):
        big, small = _value(match[1]), _value(match[2])
        yield from _entity("people", big + small if big and small else None, match.span())
    for pattern in (_FAMILY, _US):
        for match in pattern.finditer(text):
            yield from _entity("people", _value(next(group for group in match.groups() if group)), match.span())
    for match in _HAN_LIST.finditer(text):
        whole = _HAN_ALL.search(text, match.start(), match.end())
        if whole is not None:
            yield from _entity("people", _value(whole[1]), (whole.start(1), match.end()))
            continue
        heads = (_listed(match, _HAN_ITEM_IN, text) or 0) - (_APPOSED.match(match.group()) is not None)
        yield from _entity("people", heads if heads > 1 else None, match.span())
    for match in _HAN_COUNT.finditer(text):
        count = _value(match["n"])
        # "请一位护工" asks for one, it does not announce a visitor.
        alone = count == 1 and match.group().endswith(("位", "名"))
        yield from _entity("people", None if alone else count, match.span())
    for match in _HAN_PAIR.finditer(text):
        yield from _entity("people", 2, match.span(), 0.9)


def _accompanied(text: str, original: str) -> Iterator[Entity]:
    """One guest, and whom they bring."""
    for match in _EN_NAME_WITH.finditer(original):
        names = re.findall(r"[A-Z][a-z]+", match.group()[: match.start("rest") - match.start()])
        more = None if _NOT_NAMES.intersection(names) else _listed_in(match.span("rest"), _EN_ITEM_IN, text)
        yield from _entity("people", 1 + more if more else None, match.span(), 0.9)
    for match in _EN_COMPANY.finditer(text):
        more = _listed_in(match.span("rest"), _EN_ITEM_IN, text)
        yield from _entity("people", 1 + more if more else None, match.span())
    for match in _EN_PLUS.finditer(original):
        more = _value(match["n"].lower()) if match["n"] else 0
        if more is not None and not _NOT_NAMES.intersection(re.findall(r"[A-Z][a-z]+", match.group())):
            yield from _entity("people", 1 + more, match.span(), 0.9)


def _people_english(text: str, original: str) -> Iterator[Entity]:
    total = list(_EN_TOTAL.finditer(text))
    if total:
        yield from _entity("people", _value(total[-1][1]), total[-1].span())
        return
    brought = _EN_BROUGHT.search(text)
    first = _EN_LIST.search(text) if brought is not None else None
    named = _listed(first, _EN_ITEM_IN, text) if first is not None else None
    if first is not None and brought is not None and named is not None and named > 1 and first.end() < brought.start():
        more = _listed_in(brought.span("rest"), _EN_ITEM_IN, text)
        yield from _entity("people", named + (more or 0), first.span())
        return
    yield from _accompanied(text, original)
    for match in _EN_PAIR_TITLES.finditer(text):
        yield from _entity("people", 2, match.span(), 0.9)
    for match in _EN_GROUP.finditer(text):
        said = match[1] or match[2] or match[4]
        yield from _entity("people", _value(said) if said else 1, match.span())
    for match in _EN_LIST.finditer(text):
        count = _listed(match, _EN_ITEM_IN, text)
        # One relation alone is no count; "one guest" is.
        first = _EN_ITEM_IN.search(text, match.start(), match.end())
        said = first is not None and first.lastgroup == "n"
        yield from _entity("people", count if said or (count or 0) > 1 else None, match.span())
    for match in _EN_NAMES.finditer(original):
        names = re.findall(r"[A-Z][a-z]+", match.group())
        if not _NOT_NAMES.intersection(names):
            yield from _entity("people", 2 + match[1].count(","), match.span(), 0.9)


_PEOPLE_HINT = later(r"[人位名口俩仨爸妈爹父母爷奶姥公婆夫兄姐哥娘和跟与、大友戚客同叔舅姑姨弟妹孩女儿师工学生]")
_PEOPLE_HINT_EN = later(
    r"people|person|guest|visitor|friend|mates|students|parent|family|group|party| and |&|couple| of us| of them|pax|men\b"
    r"|kids|child|adult|relative|in.laws|folks|workers|movers|cousins|colleagues|brothers|sisters|guys"
    r"|just |only |with |plus |bring|altogether|in all|total|mrs"
)


def find_counts(text: str, original: str) -> Iterator[Entity]:
    """Of the folded text and the original (capitals tell names); the surest first, overlaps left in."""
    han = not text.isascii()
    if han and _PEOPLE_HINT.search(text):
        yield from _people_han(text, original)
    if _PEOPLE_HINT_EN.search(text):
        plain = _EN_PART.sub(lambda part: " " * len(part[0]), text)
        yield from _people_english(plain, original)
