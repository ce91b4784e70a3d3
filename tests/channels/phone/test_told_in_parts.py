"""A long answer is told by the breath: first what answers, and on 8 what is left; what is filed is heard whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend import demo
from bot.contract.breath import LONGEST, TAIL, breaths, seconds, told
from tests.channels.drivers.driver import Heard
from tests.channels.drivers.phone import Vendor
from tests.channels.phone.test_phone import said

RULES: list[dict[str, Any]] = yaml.safe_load((Path(demo.__path__[0]) / "policies.yml").read_text(encoding="utf-8"))[
    "policy"
]
# What 8 is called while something is left.
REST = {"zh_Hans": "听后面的", "en": "the rest"}
QUESTION = {"zh_Hans": "请问{}有什么规定", "en": "what are the rules about {}?"}
ASKED = {"zh_Hans": "还有别的要办吗", "en": "Is there anything else"}
# Of so many rules one is asked for.
THIRD = 3
WASTE = "垃圾分类"


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _told(heard: list[Heard], language: str) -> list[str]:
    """Without the question behind it: two groups for whoever speaks, the keys come after a while."""
    asked = next(n for n, one in enumerate(heard) if one.text.startswith(ASKED[language]))
    return [one.text for one in heard[:asked]]


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_rules_of_the_house_answer_in_one_breath_and_nothing_of_them_is_lost(at: Vendor, language: str) -> None:
    wholly = 0
    for rule in RULES[::THIRD]:
        at.begin()
        if language == "en":
            at.keys("5")
        heard = at.speak(QUESTION[language].format(rule["title"][language]))
        if rule["title"][language] not in said(heard) or ASKED[language] not in said(heard):
            continue  # taken for a wish about the same thing: a meal, an access card
        first = words = _told(heard, language)
        while REST[language] in heard[-1].buttons:
            heard = at.keys("8")
            words = [*words, *_told(heard, language)]
            assert sum(map(seconds, _told(heard, language))) <= LONGEST + TAIL
        assert 0 < sum(map(seconds, first)) <= LONGEST, first
        whole = _flat("".join(words))
        for part in ("answer", "papers"):
            assert _flat(rule.get(part, {}).get(language, "")) in whole, rule["key"]
        wholly += 1
    assert wholly > len(RULES[::THIRD]) / 2


def test_the_rest_comes_by_key_and_by_word_and_is_repeated_by_itself(at: Vendor) -> None:
    at.begin()
    first = said(at.speak(WASTE))
    assert said(at.speak("再说一遍")) == first
    rest = said(at.speak("接着说"))
    assert "可以罚款" in rest
    assert "危险" not in rest
    assert "可回收" not in rest
    assert said(at.speak("再说一遍")) == rest
    assert "报修请按1" in said(at.keys("8")), "behind the last part 8 is what it always is"
    assert "什么坏了" in said(at.keys("1"))


def test_a_key_of_the_menu_works_beside_the_rest(at: Vendor) -> None:
    at.begin()
    at.speak(WASTE)
    assert "什么坏了" in said(at.keys("1"))


def test_what_is_filed_and_what_is_asked_is_never_cut(at: Vendor) -> None:
    at.begin()
    at.speak("垃圾分类")
    at.speak("3号门的路灯不亮")
    at.keys("1")
    heard = at.keys("1")
    assert "单号" in said(heard)
    assert REST["zh_Hans"] not in said(heard)


def test_how_to_show_who_one_is_is_heard_at_once(at: Vendor) -> None:
    at.begin()
    heard = said(at.keys("4"))
    assert "请按星号，再按6" in heard
    assert REST["zh_Hans"] not in heard


@pytest.mark.parametrize(
    "text",
    [
        "四" * 30 + "。" + "五" * 30 + "。",
        "四" * 30 + "，" + "五" * 30 + "，" + "六" * 30 + "。",
        "One two three four. " * 12,
        "one two three four, " * 15,
    ],
)
def test_a_breath_ends_where_a_sentence_does_and_no_word_is_lost(text: str) -> None:
    parts = breaths(text.strip())
    assert len(parts) > 1
    assert all(seconds(one) <= LONGEST for one in parts)
    assert _flat("".join(parts)) == _flat(text)


def test_a_short_rest_waits_for_no_key_but_the_first_breath_stays_short() -> None:
    long, short = "四" * 40 + "。", "依据是规约。"
    assert told([long, short]) == [[long, short]]
    assert told([long, "五" * 10 + "。"]) == [[long], ["五" * 10 + "。"]]
    assert told([long, long, "五" * 10 + "。"]) == [[long], [long, "五" * 10 + "。"]]
