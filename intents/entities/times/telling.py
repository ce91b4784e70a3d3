"""Tells a wish from a story: a time that is told, repeated, refused or denied is no wished time."""

from __future__ import annotations

from intents.entities.times.joining import Group
from intents.patterns import later

_WINDOW = 48
_BEFORE = later(
    r"(?:每个?|自从?|(?<!是)不是|(?<!要)不要|(?<!用)不用|(?<!能)不能|(?<![特分区])别|没说过?|除了|\bsince(?:\sabout"
    r"|\saround)?|\bevery|\beach|(?<!why\s)\bnot"
    r"|\bexcept(?:\sfor)?|\binstead\sof|\brather\sthan|\bother\sthan|\b(?:any|every|all|no|days?|times?)\b[^,.;]{0,20}\bbut)\s?(?:on\s|at\s|the\s|this\s|在)?$"
    r"|\b(?:broke(?:\sdown)?|broken|stopped(?:\sworking)?|started|happened|reported(?:\sit|\sthis)?|noticed(?:\sit)?"
    r"|(?<!friend\s)(?<!guy\s)(?<!man\s)(?<!woman\s)(?<!lady\s)(?<!girl\s)(?<!boy\s)(?<!guest\s)(?<!visitor\s)(?<!colleague\s)(?<!cousin\s)(?<!person\s)(?<!somebody\s)(?<!someone\s)(?<!is\s)(?<!courier\s)called|burst|went\sout|went\soff|failed|died|leaked|leaking|came|paid|fixed|moved\sin|submitted|filed|sent"
    # A request in between ("it leaked, can you come Monday") ends the story.
    r"|applied)\s(?:(?!please|can\b|could|come|so\b|need|send|and\b|but\b)[\w'-]{1,15}\s){0,6}?(?:on\s|at\s)?$"
)
# Who is somewhere else until then, and whoever must have it by then: a reason, and nobody's appointment.
_BUSY = later(
    r"\b(?:i['’]?(?:ve|m)|i['’]ll|(?:we|they)['’](?:ve|re|ll)|(?:we|they)ve|theyre|(?:he|she)['’](?:s|ll)"
    r"|(?:i|we|he|she|they)\s(?:have|has|am|are|is|got|work|works|will))\b"
    r"(?![^,.;!?]{0,30}\b(?:home|free|in|here|available|around|up|awake|open)\b)[^,.;!?]{0,40}$"
)
_UNTIL = later(r"(?:till?|until|to)\b")
_DUE = later(
    r"\b(?:they|he|she|school|uni(?:versity)?|bank|office|employer|boss|company|agency|agent|landlord|embassy|visa|police|court|hospital|kindergarten|team|hr)"
    r"\s(?:all\s|will\s|also\s)?(?:needs?|wants?|asks?\sfor|asked\sfor|requires?|must\shave)\b[^,.;!?]{0,24}\b(?:by|before|until)\s(?:the\s)?$"
    r"|\b(?:due|deadline|expires?|expiring|runs?\sout|running\sout|valid|ends?|ending)\s(?:is\s|in\s|on\s|by\s|until\s|till\s)*(?:the\s)?$"
)
_DUE_AFTER = later(
    r"(?:之前|以前|前|到期)(?:就|都|得|必须|一定|急着)*(?:要(?:用|交|给|拿|办好|办完)|得(?:用|交|给|拿到)|交(?=材料|上去|过去|齐|[,，。!！]|$))"
    r"|(?:就|都)?(?:截止|到期)"
)
# "学校下周五之前要": whoever is named must have it by then.
_THEY = later(
    r"(?:学校|单位|公司|他们|人家|对方|那边|银行|房东|幼儿园|老师|领导|派出所|使馆)(?:说|要求|讲|说了|那边|最晚)*[,，]?$"
)
_THEIRS = later(r"(?:之前|以前|前)(?:就|都|必须|一定|急着|得)*要(?!来|到|过来|上门|搬|住|去)")
_TROUBLE = (
    r"(?:没(?!事|关系|问题|空|时间|人|错|变)|停(?!车)|坏|漏|断|堵|跳闸|不(?:亮|通|出|能用|制冷|热|见)|报修?(?:过|了|的)"
    r"|一点.{0,6}[没不]|来过|修(?:过|好|完|了)|发现|响|吵|出现|黑|掉|丢)"
)
_STORY = later(
    r"\s?(?:左右)?(?:开始|起|的时候)?(?:[,，]|我家|家里|我们家|厨房|电梯|楼道|的)?(?:就|一直|便|突然|忽然|又|已经|刚"
    r"|才|还)*"
    + _TROUBLE
    + r"|\s?(?:就|突然|忽然|一直|已经)(?!来|上门|可以|行|有|能|要|想|预|约|过|在|是|这|那|安排|好|去|到|开始)"
    r"|\s(?:it\s|the\s\w+\s|my\s\w+\s|there\s)?(?:suddenly|stopped|broke|started|has\sbeen|had|burst|went\sout"
    r"|was\sbroken)\b"
)
_SINCE = later(r"\s?(?:左右)?(?:开始|起(?!床)|以来|到现在|至今|就)|\s(?:onwards|until\snow|till\snow)\b")
_REFUSED = later(
    r"(?:之前|以前|前|以后|之后)?[\s,]?(?:我们?|都|就|可能|也|要|得|还|又|家里|恐怕)*(?:不行|不在|没空|不方便|没时间|不可以|没人|来不了|有事|上班"
    r"|加班|值班|开(?:家长|例|班|年|视频|电话|董事|业主大?|个小?)?会(?!议室|[,，]?(?:要|想|需要?|得)?用)|上课|有课|出门|出差|走不开|不合适|不太?方便)(?![吗么吧呢])"
    r"|\s(?:doesn['’]?t|does\snot|won['’]?t|will\snot|isn['’]?t|is\snot|is\sno)\s(?:work|good|possible|ok|fine"
    r"|convenient|suit)"
    r"|\s(?:i|we)(?:\s(?:can['’]?t|cannot|won['’]?t|am\snot|are\snot|am\sbusy)|['’]m\s(?:not|busy|away|out)"
    r"|['’]re\s(?:not|busy|away))"
)
_WISH_AFTER = later(
    r"(?![^,，。]{0,4}(?:没|不(?!知|行|可以|[\s?!.]*$)|坏|吵|停|总|老是|经常|(?<!才)有人|太|漏))"
    r".{0,8}?(?:才有人|来|上门|可以|方便|有空|在家|行|吧|修|预约|安排|\b(?:is|works?|would|please|suits?|will|if|ok|okay"
    r"|best|fine)\b)"
)
_WISH_BEFORE = later(
    r"(?:改到|改成|换到|改|换|最好|约|想|要|希望|安排|放|定|选|那|说|不对|错了|还是|就|请|在|是|来|\b(?:in\sthe|for"
    r"|prefer|preferably|i\smean|sorry|no|actually|make\sit|the|come|any\stime|sometime"
    r"|rather|early|late))\s?(?:in\sthe\s)?$"
)
# Without a day or part before it, 一点 is "a little" far more often than one o'clock.
_LITTLE = later(r"[一1]点")
_HOUR_BEFORE = later(r"(?:^|[\s,，。那就约在到是])$")
_HOUR_AFTER = later(r"[\s,.!?，。！？]*(?:$|[到至前后左来过吧行可我上请有开见之以和或])")
_ASKS = later(
    r"(?<!起)来|能|可以|吧|预约|约|上门|派|登记|到访|修一|都?在家(?:的|等|[\s。!！]*$)|有空|方便"
    r"|\b(?:can|could|may|please|pls|come|comes|coming|send|visit|book|arriv|need|want)"
)
_BY_NOW = later(r"多?了(?![吗吧么])")
_MOVED_TO = later(r"[到成换改约得]$")
# "Not before ten": from ten on.
_FROM_THEN = later(r"(?:before|until|till|earlier than|sooner than|later than)\b")
_PADDING = later(r"[\s,.!?，。！？吧呢啊嗯]+")


def is_wish(group: Group, text: str, *, past: bool) -> bool:
    """Whether the words around leave it a wish; past: the moment said lies before now."""
    if _is_stray(group, text):
        return False
    before = text[max(0, group.start - _WINDOW) : group.start]
    after = text[group.end : group.end + _WINDOW]
    from_then = before.endswith("not ") and _FROM_THEN.match(text, group.start) is not None
    if (_BEFORE.search(before) and not from_then) or _REFUSED.match(after):
        return False
    if _DUE.search(before) or _DUE_AFTER.match(after) or (_THEY.search(before) and _THEIRS.match(after)):
        return False
    if _UNTIL.match(text, group.start) and _BUSY.search(before):
        return False  # "I've got a parents' thing till one"
    if not _ahead(group) and _STORY.match(after):
        return False
    if (past and _SINCE.match(after)) or (group.bare_clock and _is_now(before, after)):
        return False
    if group.day is None:
        return group.part is None or group.clock is not None or _wished(group, before, after)
    return not _this_morning(group) or _ASKS.search(text) is not None


def _is_now(before: str, after: str) -> bool:
    """ "都十二点了" is what the clock says; "改到三点了" is a wish."""
    return _BY_NOW.match(after) is not None and _MOVED_TO.search(before) is None


def _is_stray(group: Group, text: str) -> bool:
    """Words of time that name no moment to wish for."""
    day, clock = group.day, group.clock
    if day is None:
        if clock is not None and clock.weak:
            return True
        return _LITTLE.fullmatch(text, group.start, group.end) is not None and not _is_one_oclock(group, text)
    return day.every or (day.vague and clock is None) or _lone_frame(group) or _lone_number(group)


def _this_morning(group: Group) -> bool:
    """Told more often than wished, even while it lasts."""
    return group.day is not None and group.day.shift == 0 and group.part == "morning" and group.clock is None


def _ahead(group: Group) -> bool:
    """A day that lies ahead however it is read cannot be told as past."""
    day = group.day
    if group.after is not None:
        return True
    return day is not None and ((day.shift or 0) > 0 or (day.week or 0) > 0 or (day.months or 0) > 0)


def _is_one_oclock(group: Group, text: str) -> bool:
    before = _HOUR_BEFORE.search(text, max(0, group.start - 1), group.start)
    return before is not None and _HOUR_AFTER.match(text, group.end) is not None


def _lone_frame(group: Group) -> bool:
    """Of weeks and months without a day only a coming week is a time to wish for."""
    day = group.day
    return day is not None and day.frame and (day.week is None or day.week < 1)


def _lone_number(group: Group) -> bool:
    """ "35号" alone is rather a house than a day that cannot be."""
    day = group.day
    if day is None or day.month is not None or day.months is not None or (day.day or 0) <= 31:
        return False
    return group.part is None and group.clock is None


def _wished(group: Group, before: str, after: str) -> bool:
    """A part of the day on its own ("晚上") is as often told as wished, so it needs a word of wishing."""
    if not _PADDING.sub("", before) and not _PADDING.sub("", after):
        return True
    if group.part == "night":
        return _WISH_AFTER.match(after) is not None
    return _WISH_AFTER.match(after) is not None or _WISH_BEFORE.search(before) is not None
