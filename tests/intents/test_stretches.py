"""A long text is looked at whole: a cry is heard wherever it stands in it, and a long calm story raises no alarm."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

import numpy as np
import pytest

from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger
from bot.settings import Settings
from intents.features import tokens
from intents.spelt import tokens_of
from intents.stored import load
from intents.stretches import MOST, Scout
from intents.understand import Embedded

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
STORIES = {
    "zh_Hans": (
        "我们家住在这里八年了，平时买菜遛弯都很方便，窗户擦得亮亮的，空调滤网也干净，"
        "邻居们都挺客气，门口的花开得很好，快递也都放在柜子里，周末一般去图书馆坐坐，下午泡壶茶听听鸟叫，"
        "日子就这么过着。"
    ),
    "en": (
        "We have lived here for eight years and shopping is easy. The windows are bright and clean, and so are "
        "the filters of the air conditioner. Our neighbours are polite, the flowers at the entrance look lovely, "
        "parcels wait in the locker. At the weekend we sit in the library with a pot of tea and a newspaper. "
    ),
}
CRIES = {
    "zh_Hans": ("我老伴倒在地上叫不醒，", "厨房着火了火灭不掉，", "有人拿刀在砸我家门，", "我不想活了，"),
    "en": (
        "my husband collapsed and won't wake up. ",
        "the kitchen is on fire and we can't get out. ",
        "a man with a knife is breaking in. ",
        "I want to kill myself. ",
    ),
}
LENGTHS = (400, 1_600, 3_500, 9_900)


def _story(language: str, length: int) -> str:
    text = STORIES[language]
    return (text * (length // len(text) + 1))[:length]


def _hear(interpreter: Embedded, text: str) -> Danger:
    return interpreter.understand(InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=text)).danger


@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_cry_is_heard_wherever_it_stands(language: str, length: int, interpreter: Embedded) -> None:
    story = _story(language, length)
    assert _hear(interpreter, story) is Danger.NONE
    for cry in CRIES[language]:
        for share in (0.2, 0.5, 0.8):
            at = story.rfind("，" if language == "zh_Hans" else ". ", 0, int(length * share)) + len(cry[-1:])
            assert _hear(interpreter, story[:at] + cry + story[at:]) is Danger.ALERT, (cry, share)


@pytest.mark.parametrize(
    "told",
    [
        "{story}去年冬天，我老伴倒在地上叫不醒，{story}",
        "{story}昨晚看的电影里，厨房着火了火灭不掉，{story}",
        "{story}In the film last night, the kitchen is on fire and they can't get out, {story}",
    ],
)
def test_a_story_in_the_story_raises_no_alarm(told: str, interpreter: Embedded) -> None:
    story = _story("zh_Hans" if "火" in told or "老伴" in told else "en", 1_200)
    assert _hear(interpreter, told.format(story=story)) is not Danger.ALERT


@pytest.mark.parametrize(
    ("language", "cry", "calm"),
    [
        ("zh_Hans", "妈倒在地上流了好多血，", "明天几点开门，"),
        ("en", "so much blood and mum won't wake up, ", "when do you open tomorrow, "),
    ],
)
def test_only_a_few_stretches_are_heard_closely(language: str, cry: str, calm: str, prepared: Settings) -> None:
    scout = Scout(load(prepared.model_path))
    assert scout.worth_hearing(calm) == []
    assert scout.worth_hearing("") == scout.worth_hearing("😀😀😀") == []
    story = _story(language, 3_000) + (". " if language == "en" else "。")
    found = scout.worth_hearing(story + cry + calm + "".join(f"{cry[:-1]} {i}, " for i in range(50)))
    assert len(found) == MOST
    assert found[0].clause.strip(" ，,") in cry
    assert len(scout.worth_hearing((calm + cry) * 50)) <= 3


@pytest.mark.parametrize("text", ["妈倒在地上 it's on fire b12 x", "ab'c abc", "喊", "a", "", "12 ?!"])
def test_tokens_of_a_whole_text_have_the_checksums_of_those_written_out(text: str) -> None:
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    found = {int(key) for some in tokens_of(codes) for key in some.keys}
    written = {crc32(one.encode()) for one in tokens(text) if "0" not in one and not set(one) & set("#^$?!")}
    assert written - found == set()
    assert len(found) <= len(text) * 4


@pytest.mark.parametrize("language", STORIES)
def test_the_cues_alone_read_all_of_it_too(language: str, interpreter: Embedded) -> None:
    """What is heard where the classifier is broken."""
    story, (cry, *_) = _story(language, 5_000), CRIES[language]
    message = InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=story[:2_500] + cry + story[2_500:])
    assert interpreter.cry(message).danger is Danger.ALERT
    calm = InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=story)
    assert interpreter.cry(calm).danger is Danger.NONE
