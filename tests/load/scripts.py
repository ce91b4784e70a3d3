"""What the simulated residents say: whole repair conversations, each told until its case number comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

# A number in writing, or its last four digits read out on keys.
CASE_NO = re.compile(r"R-\d{8}-\d{4,}|(?<!\d)\d \d \d \d(?!\d)")


# Where every demo sender lives: what is urgent is filed for there without asking.
HOME = "3栋2单元501"


@dataclass(frozen=True, slots=True)
class Script:
    """steps: what is said and what the answer must hold; only the last answer holds a case number.

    All of it happens in homes: what is everybody's joins the case of whoever reported it first, and has no number anew.

    Homes and hours are holes, filled anew each time: residents do not all say the same, and no cache shall think so.
    What must be held are mostly the resident's own words, so that a better wording does not break the bench.
    """

    name: str
    steps: tuple[tuple[str, str], ...]
    metadata: Mapping[str, str] = field(default_factory=dict)


SCRIPTS = (
    Script("zh plain", (("{b}栋{u}单元{r}厨房水龙头漏水", "{b}栋{u}单元{r}"), ("是", ""))),
    Script("en greeted first", (("hello", ""), ("my kitchen sink is blocked", "kitchen sink"), ("yes", ""))),
    Script("zh wish first", (("我要报修", ""), ("卧室空调不制冷", "空调不制冷"), ("是的", ""))),
    Script(
        "en corrected in words",
        (("my bedroom lamp is out", "bedroom lamp"), ("no, {b}-{u}-{r}", "{b}-{u}-{r}"), ("Yes", "")),
    ),
    Script("zh urgent", (("家里水管爆了，满地是水", HOME),)),
    Script("zh keys", (("我要报修", "1"), ("1", "1"), ("1", "")), {"profile": "keys"}),
    Script(
        "zh corrected",
        (
            ("卧室灯不亮，{b}栋{u}单元{r}", "{b}栋{u}单元{r}"),
            ("不对，是{b}栋{u}单元{other}", "地点：{b}栋{u}单元{other}"),
            ("对", ""),
        ),
    ),
    Script(
        "en time told at the read-back",
        (("the bedroom socket has no power", "socket"), ("tomorrow at {h} pm", "{h}:00"), ("yes", "")),
    ),
    Script("mixed", (("kitchen 的 sink 堵了", "sink"), ("是", ""))),
    Script(
        "en corrected by buttons",
        (
            ("my door lock is broken", "door lock"),
            ("no", ""),
            ("change=location", ""),
            ("{b}-{u}-{r}", "{b}-{u}-{r}"),
            ("yes", ""),
        ),
    ),
    Script("zh time in the opening", (("洗衣机下水堵了，明天下午{h}点来修", "1{h2}:00"), ("没问题", ""))),
    Script("en urgent", (("the socket is sparking", "Room 501"),)),
    Script("en keys", (("my bedroom lamp is broken", "1"), ("1", "")), {"profile": "keys", "locale": "en"}),
    Script("zh text", (("卫生间马桶堵了", "1"), ("1", "")), {"profile": "text"}),
)


def told(number: int) -> Script:
    """The script of the conversation with this number, its holes filled."""
    script, turn = SCRIPTS[number % len(SCRIPTS)], number // len(SCRIPTS)
    floor, hour = 1 + turn % 18, 2 + turn % 6
    holes = {"b": 1 + turn % 20, "u": 1 + turn % 3, "f": floor, "r": floor * 100 + 1 + turn % 4, "h": hour}
    holes["h2"], holes["other"] = hour + 2, floor * 100 + 1 + (turn + 1) % 4
    steps = tuple((text.format(**holes), held.format(**holes)) for text, held in script.steps)
    return replace(script, steps=steps)


def wrong(script: Script, step: int, status: int, answer: object) -> str | None:
    """What is wrong with the answer to this step, None when it is as it must be."""
    if status != 200:
        return f"HTTP {status}: {answer!r}"
    if not isinstance(answer, list) or not answer:
        return f"no answer: {answer!r}"
    text = "\n".join(str(bubble.get("text", "")) for bubble in answer)
    expected = script.steps[step][1]
    if not text.strip():
        return f"an answer without words: {answer!r}"
    if expected not in text:
        return f"{expected!r} is missing in: {text!r}"
    last = step == len(script.steps) - 1
    if last != bool(CASE_NO.search(text)):
        return f"{'no' if last else 'an early'} case number in: {text!r}"
    return None


def filed(answer: list[Mapping[str, object]]) -> str | None:
    """The whole case number, None where only its end was read out."""
    found = re.search(r"R-\d{8}-\d{4,}", "\n".join(str(bubble.get("text", "")) for bubble in answer))
    return found.group(0) if found else None
