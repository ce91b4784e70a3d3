"""Figures and words that look like times and are not: buildings, case numbers, prices, 快一点, greetings.

They are blotted out before the grammars look, so that no grammar must know all the others' traps.
"""

from __future__ import annotations

import re

from intents.patterns import later

# What a number with 号 counts when it is no day of the month.
HOUSE = (
    r"\s?(?:楼|栋|幢|座(?!谈)|门|电梯|梯|单元|房|室|厅|院|库|车|位|口|线|机|桌|井|柜|箱|岗|馆|球场|场地|会议|活动室"
    r"|窗|亭"
    r"|公寓|别墅|表|泵|灯|充电|桩|电池|家|住户|业主|邻居|户|库房|铺|店|商|路|弄|[东南西北][门区院]|出[入口]|入口"
    r"|大门|地块|\d{3}|\d{1,2}(?:单元|楼|栋|室|门|-\d))"
)
_N = r"(?:\d{1,4}|[一二两三四五六七八九十百]{1,4})"
_BLOTS = later(
    # Case numbers, phone numbers, plates, room chains, any long run of figures.
    r"(?<![a-z0-9])[a-z]{1,3}-?\d{6,}(?:-\d+)*|\+?\d{7,}|(?<!\d)1\d{2}[- ]\d{4}[- ]\d{4}|(?<!\d)0\d{2,3}-\d{7,8}"
    r"|(?<![\d-])\d{1,2}-\d{1,2}-\d{3,4}(?!-)|(?<![\d-])\d{1,2}-\d{3,4}(?![\d-])|24/7|7\s?[*x]\s?24"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·.\s-]?[a-z0-9]{5,6}(?![a-z0-9])"
    r"|[¥$]\s?\d+(?:\.\d+)?|\d+(?:\.\d+)?\s?(?:元|块|rmb|yuan|kuai|dollars?|%|度|吨|kwh|inch|公里|平米|平方|米)"
    r"|\d/\d\s?(?:in\b|寸|of\b|cup|full)"
    # Houses, gates and streets.
    rf"|第\s?{_N}[号日天点周个]|(?<![\d月]){_N}号{HOUSE}(?:\d{{3,4}})?|(?<!\d)\d{{1,3}}号楼?\s?(?:\d{{1,3}}单元"
    rf"|\d{{3,4}})"
    rf"|{_N}号?(?:[、和,到至-]{_N}号?){{1,5}}\s?(?:楼|栋|幢|号楼|号门|单元|室|号电梯)|(?<=[路街弄巷道住]){_N}号"
    rf"|(?<=住在|家在|尾号|门牌){_N}号|(?<=[0-9一二三四五六七八九十][楼栋幢座层]){_N}号"
    r"|\b(?:gate|building|block|unit|room|flat|tower|floor|level|apt|apartment|lift|elevator|entrance|bus|line|bay"
    r"|door"
    r"|house|number|case|plate|no\.|#)\s?#?\d+[a-z]?\b(?:[-/]\d+)*(?!:\d)(?!\s?[ap]\.?m\b)"
    r"|\bthe \d{1,2}(?:st|nd|rd|th)(?= (?:floor )?(?:and|to) (?:the )?\d{1,2}(?:st|nd|rd|th) (?:floor|level))"
    # 一点 as "a little", and points that are made.
    r"|(?<![今明昨后])[早晚]一?点(?!钟|半|整)(?:点|儿)?|(?:(?<!最)[好]"
    r"|[快慢大小多少高低轻重近远长短宜贵暖冷热亮暗静细净新松紧强近慎急久])一?点(?!钟|半|整)(?:点|儿)?"
    r"|有一?点(?!钟|半|整)|差一?点(?!钟|半|整|[一二三四五]|\d)|[一1]点(?:点|儿|[都也](?![行可好能])|不|没|问题|小|水"
    r"|电|气|声|反应|办法|用|意思|东西|心意|钱|事|忙|作用)"
    rf"|(?:以下|这|共|如下){_N}点|那{_N}点(?![吧呢行好可成就半整钟,，。?？]|$)|(?<!\d){_N}\s?点(?:意见|建议|要求|原因|问题|希望|想法|理由|疑问|看法|说明|反馈"
    rf"|内容|请求|诉求|需[要求]|不满|体会)"
    rf"|{_N}点[\d一二三四五六七八九]+(?:公里|平|米|倍|折|万|元|块|斤|度|吨|%|个百分)"
    # Greetings, meals, rhythms of a day.
    r"|\bgood\s?(?:morning|afternoon|evening|night)|(?:早上|上午|中午|下午|晚上)好(?![\d一二两三四五六七八九十吗了])"
    r"|早安|晚安|一日三餐|一日游"
    r"|(?:早|中|晚)[上午]?饭(?!后)|\b(?:night|morning|day)[- ](?:shift|guard|duty|market)|\bday[- ]?time"
    # Reckonings nobody here has needed; half of one would be a wrong day.
    r"|(?<!for a )(?<!for one )(?<!for two )\bweeks?\s(?:from|after|on)\s(?!now|today|next\b)\w+"
    r"|\b(?:the\s)?second[- ](?:floor|hand|time|one)|\b(?:all|every|each|whole|other|that|one)\s(?:night|day|morning"
    r"|evening|week)\b"
)
_HOUSE_MARK, _MARK = "\x01", "\x00"
_HOUSES = later(r"[号楼室]|gate|building|block|unit|room|flat|tower|floor|lift|elevator|apt|\d-\d")


def blot(text: str) -> str:
    """The text with traps replaced by marks, one for one; places have their own, since an hour may end before one."""
    return _BLOTS.sub(_blotted, text)


def _blotted(match: re.Match[str]) -> str:
    said = match[0]
    return (_HOUSE_MARK if _HOUSES.search(said) else _MARK) * len(said)
