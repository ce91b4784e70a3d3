"""What is asked for after a thank you or a hello: whoever says "thanks, and how much is a space" wants an answer."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.contract.understanding import Danger, Understanding
from intents.clauses import FAIRLY, SAID, SERVICES, Read
from intents.normalise import count_han
from intents.patterns import later

_THANKS = later(SAID["thanks"], re.IGNORECASE)
_GREETS = later(SAID["greets"], re.IGNORECASE)
# What people begin with before they say what it is, in any number and order.
_BEGINS = later(
    r"^\W*(?:(?:(?:(?:good )?(?:morning|afternoon|evening)|hi+|hello|hey|hiya|yeah|yes|yep|um+|uh+|er+m*|so|ok(?:ay)?"
    r"|look|listen|please|sorry(?: to (?:bother|disturb) you)?|excuse me|there|guys|everyone|(?:help|front) ?desk"
    r"|(?:is )?(?:any|some)(?:one|body) there|is (?:that|this) the|but|well)\b"
    r"|[\u4f60\u60a8]\u597d[\u554a\u5440]?|\u5582|\u54ce|\u90a3\u4e2a|\u8bf7\u95ee"
    r"|\u4e0d\u597d\u610f\u601d[\u554a\u54c8]?|\u5728\u5417|\u6709\u4eba[\u5417\u6ca1\u5728]|\u542c\u5f97\u89c1\u5417"
    r"|(?:(?:\u8fd9\u91cc|\u8fd9\u8fb9|\u4f60\u4eec)?\u662f)?(?:\u7269\u4e1a|\u524d\u53f0|\u503c\u73ed\u5ba4|\u4fdd\u5b89)"
    r"[\u5417\u4e0d\u5427\u554a])[\W_]*)+",
    re.IGNORECASE,
)
# What is called off, refused or put aside before something worse is told: "never mind the tap, my wife ...".
_PUTS_ASIDE = later(
    r"^\W*+(?:(?:(?:(?:oh|yes|yeah|sorry|ok(?:ay)?|please|actually|wait|hang on|hold on|stop|not now|not today)\b"
    r"|no(?= *[,.!;:-])|(?:never ?mind|forget|scrap|leave|cancel|skip|drop)\b(?: about)?"
    r"(?: (?:it|this|that|all that|everything|(?:the|my|that) \w++)\b)?)[\W_]*+)++"
    r"|(?:(?:[^\s,\uff0c\u3002!\uff01]{0,4}(?:\u522b|\u4e0d|\u7528\u4e0d\u7740)[^\s,\uff0c\u3002!\uff01]{1,5}[\u4e86\u5566]"
    r"|\u7b97\u4e86|\u7b49\u7b49|\u7b49\u4e00?\u4e0b|\u4e0d\u5bf9(?:\u4e0d\u5bf9)?|\u505c|\u597d|\u5bf9|\u54ce\u5440?)"
    r"[\s,\uff0c\u3002!\uff01]++)++)",
    re.IGNORECASE,
)
# So much after them may ask for something.
LEAST = 4


def beyond_manners(whole: Understanding, text: str, read: Read) -> tuple[Understanding, str]:
    """What is asked for after them, and the words that do; `whole` and all the words where nothing is."""
    said = _said_first(whole, text)
    if said is None or len(text) - said.end() < LEAST:
        return whole, text
    rest = text[said.end() :]
    heard = read(rest)
    asks = {"question", "asks_back"} & set(heard.extra)
    if not asks and (heard.intent not in SERVICES or heard.confidence < FAIRLY):
        return whole, text
    lead = said.group() + heard.extra.get("lead", "")
    return replace(heard, extra={**heard.extra, "lead": lead}), rest


def without_greeting(text: str) -> str:
    """What is left of it behind a hello, a cough and an excuse; all of it where nothing would be left."""
    begun = _BEGINS.match(text)
    rest = text[begun.end() :] if begun is not None else ""
    return rest if len(rest) + count_han(rest) >= LEAST else text


def put_aside(text: str) -> str:
    """What is left of it behind what is called off; all of it where nothing would be left."""
    begun = _PUTS_ASIDE.match(text)
    rest = text[begun.end() :] if begun is not None else ""
    return rest if len(rest) >= LEAST else text


def _said_first(whole: Understanding, text: str) -> re.Match[str] | None:
    """A hello only where nothing but the hello was heard."""
    if whole.danger is not Danger.NONE:
        return None
    return _THANKS.match(text) or (_GREETS.match(text) if whole.intent == "greet" else None)
