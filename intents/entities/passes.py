"""Reads what is wished with passes on file (list, extend, revoke, change), how many cars come, and that there are any."""

from __future__ import annotations

import re

from intents.entities.numerals import parse_number
from intents.entities.spoken import english_number
from intents.normalise import fold
from intents.patterns import later

FLOW = "register_visitor"
LONGEST = 300

# What tells that a visit is meant, and not a repair or a cleaner.
_VISIT = later(
    r"访客|来访|客人|来客|通行证|通行码|访客码|二维码|门禁码|放行码|朋友|亲戚|来的人"
    r"|\b(?:visitors?|guests?|visit|pass(?:es)?|qr|gate code|entry code|friends?)\b"
)
_LIST = later(
    r"(?:请|帮我|给我|麻烦)?(?:看看|看一?下|查看|查一?下|查查|列出|列一?下|显示|看|查)?一?下?我(?:家)?(?:登记|预约)?的?(?:所有|全部|有效)?的?(?:访客|来客|客人|通行证|通行码|访客码)"
    r"(?:们|列表|名单|记录|有哪些|都有谁|有谁|有几个)?[。.!?？]*"
    r"|(?:访客|通行证)(?:列表|名单|记录)[。.!?？]*"
    r"|(?:please )?(?:show|list|see|view|tell me|what are|who are)?(?: me)?(?: all)?(?: of)? ?my (?:current |registered |open |active |valid )?(?:visitors?|guests?|(?:visitor |guest )?pass(?:es)?)(?: list)?(?: please)?[.!?]*"
    r"|(?:so |and |ok,? )?how many (?:visitor |guest )?(?:passes|visitors|guests) (?:do i have|have i got|are there)(?: now| left)?[.!?]*"
    r"|我?(?:现在|目前)?(?:一共|总共)?有(?:几|多少)[张个](?:访客)?(?:通行证|通行码|访客码)[。.!?？]*"
    r"|who (?:is|are) my (?:visitors|guests)[.!?]*|visitor list[.!?]*"
)
# Who is left of them, asked in whatever words.
_LEFT = later(
    r"(?:还|现在|目前|一共|总共|我)[^,，。!！?？]{0,3}(?:剩|有|登记)(?:下|了)?(?:哪些|哪几[个位]|几[个位]|谁)(?:的)?(?:访客|客人|通行证|要来)"
    r"|\b(?:which|what|who|how many) (?:visitors?|guests?|passes|pass)?(?: are| do i| have i| is)?(?: still| have)? (?:left|registered|on file|coming|expected)\b"
)
# "查通行证 12345678": whose ever it is, only the speaker's own are told.
_ONE_CODE = later(
    r"(?:查|看看|查看|还(?:能用|有效)|有效吗|状态)[^,，。]{0,6}(?:通行证|通行码|访客码|放行码)[^\d]{0,4}\d{4}\s?\d{4}(?!\d)"
    r"|(?:通行证|通行码|访客码|放行码)[^\d]{0,4}\d{4}\s?\d{4}[^\d]{0,6}(?:还(?:能用|有效)|有效|能用|过期|是谁)"
    r"|\b(?:check|look up|show|whose is|who has|is) (?:the |my )?(?:visitor |guest )?(?:pass|code)\b[^\d]{0,12}\d{4} ?\d{4}\b"
    r"|(?:再|重新)(?:发|给)(?:我)?(?:一遍|一下|一次|一份)?[^,，。]{0,4}(?:码|通行证)|(?:码|通行证)[^,，。]{0,6}(?:再|重新)发|\b(?:send|show|give)\b.{0,16}\b(?:code|pass|qr)\b.{0,8}\bagain\b|\bresend\b.{0,16}\b(?:code|pass|qr)\b"
    r"|\b(?:pass|code) \d{4} ?\d{4} (?:still )?(?:valid|good|expired)\b"
)
_EXTEND = later(
    r"延长|延到|延期|延时|延至|续到|续期|续一下|再?多(?:待|留|呆)|晚点走|晚些走|(?:待|留|呆|住)到|有效期?(?:改|延)?到|再(?:给|加|待|呆|留|延)?(?:我|他|她)?[^,，。]{0,3}(?:小时|钟头)"
    r"|(?:给|让)(?:他|她|他们|她们|它)?(?:再)?(?:办|弄|开)?到(?:晚上|下午|夜里|明天|\d|[一二三四五六七八九十]+点)"
    r"|\b(?:give|let|allow) (?:him|her|them|it) (?:stay |in |have it )?(?:un)?til?l?\b"
    r"|\bextend\b|\bprolong\b|\b(?:one|an|another|two|three|half an?|\d) (?:more )?hours? (?:more|longer)\b|\b(?:one|two|three|a few|\d) more hours?\b"
    r"|\banother (?:hour|day)\b|\bstay(?:s|ing)? (?:longer|until|till|on)\b|\blonger pass\b|\blasts? (?:longer|until|till)\b|\bgood (?:until|till)\b|\brenew\b"
)
_REVOKE = later(
    r"取消|撤销|撤回|作废|注销|删掉|删除|(?<![出进起上下回过])不来了|(?<![出进起上下回过])来不了了?|不要了|停掉|收回|别让"
    r"|(?:通行证|通行码|访客码)[^,，。]{0,6}停(?:了|用|止|一下)|停(?:了|用|止|一下)?[^,，。]{0,8}(?:通行证|通行码|访客码)"
    r"|\bstop\b.{0,16}\b(?:pass|code)\b"
    r"|\b(?:cancel|revoke|withdraw|delete|remove|void|invalidate|call off|scrap)\b|\b(?:isn['’]?t|not|no longer) coming\b|\bwon['’]?t (?:come|be coming)\b"
)
# "She cannot come tomorrow, next Friday instead": another day, and nothing is revoked.
_ON_ANOTHER = later(
    r"(?:来不了|来不成|不能来|没空|有事|不来了)[^。!！?？]{0,12}(?:改|换|挪|推)(?:到|成|在|为)?[^,，。]{0,3}(?:下|周|明|后|大后|今|礼拜|星期|\d|[一二三四五六七八九十]+[号点月])"
    r"|\b(?:can['’]?t|cannot|can not|not|won['’]?t|unable to) (?:come|make it|be coming|do)\b[^.!?]{0,60}\b(?:instead|rather|move it|change it|make it (?!on\b|tomorrow\b)|reschedule|but (?:on |next )?\w*day)\b"
)
_CHANGE = later(
    r"(?:访客|客人|来客|朋友|通行证|访客码|亲戚|他们?|她们?).{0,12}(?:改到|改成|改为|改|提前到|推迟到|换成|换到)|(?:改|换)(?:一?下)?(?:访客|通行证|访客码|客人)"
    r"|\b(?:change|move|reschedule|update|correct)\b.{0,40}\b(?:visitors?|guests?|visit|pass)\b|\b(?:visitors?|guests?|visit|pass)\b.{0,40}\b(?:instead|to be changed|is late|are late|earlier)\b"
)
_CARS = later(
    r"(?P<han>\d{1,2}|[一二两三四五六七八九十]{1,3})\s?(?:辆|台|部)(?:小?轿?车|货车|大巴|面包车|卡车|电动?车)?(?!空调|电脑|洗衣机|冰箱|挂机|柜机)"
    r"|\b(?P<en>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple of) (?:\w+ )?(?:cars?|trucks?|vans?|lorries|lorry|vehicles?|coaches|minibus(?:es)?)\b"
)
_LONGER = later(
    r"(?P<half>半)个?(?:小时|钟头)|(?P<han>\d{1,2}|[一二两三四五六七八九十]{1,2})(?P<mid>个半)?个?(?P<unit>小时|钟头|天)"
    r"|\b(?P<en>half an|an|another|one|two|three|four|five|six|\d{1,2})(?: more)? (?P<what>hours?|days?)\b"
)
_NO_CAR = later(
    r"(?:不|没|没有)开?车|打车|打的|坐(?:地铁|公交|火车|高铁|出租)|走路|骑车|步行"
    r"|\b(?:no|without a|hasn't got a|haven't got a|don't have a|doesn't have a) (?:car|vehicle)\b|\b(?:not|isn't|aren't|won't be|doesn't|don't) driv(?:e|ing)\b"
    r"|\bby (?:bus|train|metro|subway|taxi|bike|foot)\b|\bon foot\b|\btaking (?:a taxi|the (?:bus|metro|subway|train))\b"
)
_NO_PLATE = later(
    r"(?:不知道|不记得|记不得|不清楚|忘了?).{0,4}(?:车牌|牌照|牌号)|(?:车牌|牌照|牌号).{0,4}(?:不知道|不记得|记不得|不清楚|忘)"
    r"|\b(?:don'?t|do not|can'?t) (?:know|have|remember|got) (?:(?:the|his|her|their) )?(?:\w+ )?plates?\b|\bno idea .{0,14}\bplate\b"
    r"|(?:到时候?|到了|让他们?|叫他们?|我们?)?(?:自己)?(?:跟|和|告诉)(?:门卫|保安|门岗|岗亭)(?:说|讲|登记|$)|\b(?:tell|give it to|ask) the (?:guards?|gate)\b"
)
# How long somebody stays who comes for more than a visit.
_STAY = later(
    r"(?:住|待|呆|玩|借住|小住)(?:上|个)?(?:大概|差不多)?(?P<han>\d{1,2}|[一二两三四五六七八九十半]{1,3})个?(?P<unit>天|晚|夜|周|星期|礼拜|月)"
    r"|\b(?:stay|stays|staying|here|visit|visiting|visits|with us|with me)\b[a-z ]{0,20}?\b(?:for )?(?P<en>a|an|one|two|three|four|five|six|seven|ten|\d{1,2})(?: or (?:two|three))? (?P<what>days?|nights?|weeks?|fortnight|months?)\b"
)
# "Five days", and nothing else, where a visit is spoken of.
_STAY_ALONE = later(
    r"(?:大概|差不多|可能|也就|住|待|就|有|,|，)*(?P<han>\d{1,2}|[一二两三四五六七八九十半]{1,3})个?(?P<unit>天|晚|夜|周|星期|礼拜|月)(?:吧|左右|的样子|这样)*"
    r"|(?:(?:for|about|around|maybe|say|just|only) )*(?P<en>a|an|one|two|three|four|five|six|seven|ten|\d{1,2}) (?P<what>days?|nights?|weeks?|fortnight|months?)(?: or so)?"
)
_STAY_DAYS = {"天": 1, "晚": 1, "夜": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
_STAY_ENGLISH = {"day": 1, "night": 1, "week": 7, "fortnight": 14, "month": 30}
# Somebody comes along with them: one more than was said before.
_JOINS = later(
    r"(?:还有|加上|带(?:着|上)?|连)?(?:他|她|他们|我)的?(?P<who>老婆|爱人|夫人|太太|老公|先生|女朋友|男朋友|女儿|儿子|孩子|妈妈?|爸爸?|妹妹|姐姐|哥哥|弟弟|朋友|同事)(?:也|一起|一块儿?|一道|跟着|都)+(?:要|会)?(?:过)?来"
    r"|(?:还|又|再)(?:要|多|有|加)+一个?(?:人|朋友|同事|客人)|(?:还|又|再)(?:要|多|有|加)+一?个(?:我|他|她)(?:家|的)?(?:外甥女?|侄[子女]|孙[子女]|弟弟?|妹妹?|哥哥?|姐姐?|朋友|同学|同事|孩子|老公|老婆|爸爸?|妈妈?)|人也?(?:再|要|会|得)?多(?:了|来)?一个|多(?:来|了)一个人?(?!小时|钟)"
    r"|\b(?:and|plus) (?:his|her|their) (?:wife|husband|girlfriend|boyfriend|partner|friend|son|daughter|kid|child|mother|father|brother|sister)\b(?: (?:too|as well|is coming|comes))*"
    r"|\b(?:his|her|their) (?:wife|husband|girlfriend|boyfriend|partner|friend|son|daughter|kid|child|mother|father|brother|sister)(?:'s| is| will be| comes?)?(?: coming| come)? (?:too|along|as well|with (?:him|her|them))\b"
    r"|\bbring(?:s|ing)? (?:along )?(?:his|her|their|my) (?:wife|husband|girlfriend|boyfriend|partner|friend|son|daughter|kid|child|mother|father|brother|sister)\b"
    r"|\b(?:one|1) more (?:person|guest|visitor|friend)\b"
)
# When they go, told alone: of whatever visit is spoken of.
_LEAVES = later(
    r"(?:他|她|人家?|客人|朋友|亲戚)们?(?:大概|可能|应该|估计|得|要|会|差不多|到|晚上|夜里|今晚|明天|,|，)*"
    r"[^,，。!?来吵闹]{0,10}(?:左右|前后)?(?:才|就|再|要|会)*(?:走|离开|回去|回家)(?:吧|的|了|啊|呢)*[。.!]*"
    r"|(?:he|she|they|my (?:guests?|friends?|visitors?))(?:.ll|.s| will| are| is| plan to| should| might)*(?: probably| likely| only)? (?:leav(?:e|es|ing)|go(?:es|ing)? home)"
    r" (?:on |at |around |about |by |again )*[a-z0-9: ]{2,24}[.!]*"
)
# One more number plate, beside the one that was told.
_OTHER_PLATE = later(
    r"(?:另外?|还有|再加|第二|剩下)(?:的|那|有|一)*(?:个|辆|台|部|张)?(?:车|牌)?(?:子|牌|号)*[^错不改]{0,4}[一-鿿][a-z][0-9a-z]{4,6}"
    r"|\b(?:the other|another|second|and also|one more|other)(?: one| car| plate|.s| number| is)* [^,.]{0,12}[一-鿿][a-z][0-9a-z]{4,6}"
)
_DRIVES = later(
    r"(?<![不没])开车|有车|开(?:着|个(?=.{0,4}车)|辆)(?!门|锁|灯|会)|的车|停车|自驾|货车|面包车|车牌|\b(?:by car|drives?|driving|his car|her car|their car|with (?:a|the|his|her|their) car|(?:got|have|has|got) (?:a|the|their own|his own|her own) (?:car|van)|in (?:a|his|her|their) car|truck|van|lorry|number plate|licen[cs]e plate)\b"
)


def read_passes(text: str, *, sure: bool = False) -> dict[str, str]:
    """`act` (list, extend, revoke, change), `on_file` when a visit is meant, `longer` in hours, `cars`, `drives`, `on_foot`.

    sure: somebody is named, which tells a visit as well as its word does.
    """
    folded = fold(text[:LONGEST]).strip()
    found: dict[str, str] = {}
    act = _act(folded)
    if act is not None:
        found["act"] = act
        if act == "list" or sure or _VISIT.search(folded):
            found["on_file"] = FLOW
    longer = _longest(folded) if act == "extend" else None
    if longer is not None:
        found["longer"] = str(_hours(longer))
    cars = _CARS.search(folded)
    count = _count(cars) if cars is not None else None
    if count:
        found["cars"] = str(count)
    if _NO_PLATE.search(folded):
        found["plate_open"] = "yes"
    stay = _stay(folded)
    if stay:
        found["stay"] = str(stay)
    found |= _later(folded)
    if _JOINS.search(folded):
        found["joins"] = "yes"
    if _NO_CAR.search(folded):
        found["on_foot"] = "yes"
    elif count or _DRIVES.search(folded):
        found["drives"] = "yes"
    return found


def _later(folded: str) -> dict[str, str]:
    """What is added to a visit that was told: when they go, one more car."""
    found = {"leaves": "yes", "act": "extend"} if _LEAVES.fullmatch(folded) else {}
    return found | ({"other_plate": "yes"} if _OTHER_PLATE.search(folded) else {})


# "Two hours may not do, one more": how much longer stands behind these.
_MORE = later(r"再(?:多?加|多|延长?|给|待|呆|留)?|多加|延长|\b(?:one|another|an extra|extra|add)\b")


def _longest(folded: str) -> re.Match[str] | None:
    """How much longer: the time that is added, where another one is spoken of as well."""
    for mark in _MORE.finditer(folded):
        found = _LONGER.search(folded, mark.start())
        if found is not None:
            return found
    return _LONGER.search(folded)


# After whom, and before whom: of whose visit it is that it changes.
_MOVED = later(
    r"(?:的)?(?:那个|那位|那边|那单|通行证|通行码)?(?:的)?(?:(?:刚才|刚刚|刚)?(?:跟我|打电话|发微信)?(?:说|讲|来电话|来消息))?(?:(?:他|她)?(?:明天|后天|今天|周.|今晚|那天|到时候?))?(?:也|要|得|又|临时)?(?:改|换|推迟|提前|延后|挪|不来|来不|不能来|没空|有事|取消|作废)"
    r"|(?:['’]?s)?(?: one| pass| visit)?(?: (?:is|are|has|will|wants? to|needs? to|can only|only))? (?:moved?|changed?|coming?|comes?|rescheduled|instead|not coming)\b(?! (?:too|as well|along|also)\b)"
)
_MOVES = later(
    r"\b(?:move|change|reschedule|shift|postpone|cancel|revoke|make) (?:(?:the |my )?(?:pass|visit|one) (?:for|of) )?(?:my |the )?$"
)


def of_whom(text: str, names: tuple[str, ...], act: str | None) -> dict[str, str]:
    """`whose` visit it is that changes, with what is wished: "move zhang wei to Sunday"."""
    folded = fold(text[:LONGEST])
    for name in names:
        at = folded.find(fold(name))
        if at >= 0 and (_MOVED.match(folded, at + len(name)) or _MOVES.search(folded, 0, at)):
            return {"whose": name, "act": act or "change"}
    return {}


def _act(folded: str) -> str | None:
    if _LIST.fullmatch(folded) or _ONE_CODE.search(folded) or _LEFT.search(folded):
        return "list"
    if _ON_ANOTHER.search(folded):
        return "change"
    for act, pattern in (("revoke", _REVOKE), ("extend", _EXTEND), ("change", _CHANGE)):
        if pattern.search(folded):
            return act
    return None


def _stay(folded: str) -> int:
    """The days of a stay, 0 where none is spoken of."""
    match = _STAY.search(folded) or _STAY_ALONE.fullmatch(folded.strip(" ,.!。，"))
    if match is None:
        return 0
    if match["han"]:
        half = match["han"] == "半"
        count = 0.5 if half else float(parse_number(match["han"]) or 0)
        return round(count * _STAY_DAYS[match["unit"]])
    said = match["en"]
    number = 1 if said in ("a", "an") else int(said) if said.isdigit() else english_number(said) or 1
    return number * _STAY_ENGLISH[match["what"].rstrip("s")]


def _hours(match: re.Match[str]) -> float:
    if match["half"] or match["en"] == "half an":
        return 0.5
    if match["han"]:
        return (float(parse_number(match["han"]) or 1) + (0.5 if match["mid"] else 0)) * (
            24 if match["unit"] == "天" else 1
        )
    said = match["en"]
    count = 1 if said in ("an", "another") else int(said) if said.isdigit() else english_number(said) or 1
    return float(count * (24 if match["what"].startswith("day") else 1))


def _count(match: re.Match[str]) -> int | None:
    if match["han"]:
        return int(parse_number(match["han"]) or 0)
    return (
        2
        if match["en"].startswith("a ")
        else int(match["en"])
        if match["en"].isdigit()
        else english_number(match["en"])
    )
