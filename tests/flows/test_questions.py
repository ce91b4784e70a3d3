"""What is asked while something is open: answered from what is written down, or kept for those who can."""

from __future__ import annotations

import pytest

from tests.conftest import MakeResident

NOW = "2026-11-20T09:30"
CLEANER = "cleaner tomorrow at 2 pm for 2 hours"


@pytest.mark.parametrize(
    ("opened", "asked", "told"),
    [
        (CLEANER, "do I have to buy the detergent?", "They bring cloths"),
        (CLEANER, "who is liable when a vase breaks?", "insured for damage"),
        ("book the badminton court on sunday at 2 pm for two", "are there rackets to borrow?", "none are rented out"),
        ("book the badminton court on sunday at 2 pm for two", "up to when may I call it off?", "free of charge up to"),
        ("the kitchen tap drips", "does the plumber wear shoe covers?", "shoe covers"),
        ("Tom visits me tomorrow at 3 pm", "is he allowed to bring his dog?", "a leash"),
        ("I want to pay my property fee", "what is the deadline?", "30 Nov"),
        ("I lost my access card", "do the cards of my kids still work?", "Only the card that was reported"),
        ("the neighbours above stamp around every night", "will they learn my name?", "do not learn your name"),
        ("我门禁卡丢了", "捡到的人能进我家吗", "哪个门都刷不开"),
        ("明天中午订个饭", "筷子要自己带吗", "配筷子"),
    ],
)
def test_what_is_written_down_is_told_and_the_question_returns(
    resident: MakeResident, opened: str, asked: str, told: str
) -> None:
    one = resident(now=NOW)
    locale = "en" if opened.isascii() else "zh"
    before = one.say(opened, locale=locale)
    answer = one.say(asked, locale=locale)
    assert told in answer.text
    assert answer.payloads == before.payloads


@pytest.mark.parametrize(
    "asked",
    ["is my data safe with you?", "can he use the gym while he is here?", "do I have to stop my pills before?"],
)
def test_half_a_likeness_is_no_answer(resident: MakeResident, asked: str) -> None:
    one = resident(now=NOW)
    one.say(CLEANER)
    assert "That I do not know" in one.say(asked).text


def test_a_kept_question_stands_where_staff_read_it(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("the kitchen tap drips")
    one.say("does he have a diploma?")
    one.say("and is he married?")
    one.say("tomorrow morning please")
    assert "does he have a diploma? / and is he married?" in one.say("no, in the afternoon").text
    one.say("yes")
    (case,) = one.items("cases")
    assert case["details"] == "the kitchen tap drips; does he have a diploma? / and is he married?"


def test_what_is_kept_is_bounded(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("the kitchen tap drips")
    for n in range(12):
        one.say(f"does he have diploma number {n} of the {'very ' * 10}old guild?")
    shown = one.say("make it tomorrow morning").text
    assert "number 11" in shown
    assert "number 0 " not in shown
    assert len(shown) < 900


def test_words_that_were_not_understood_are_let_go_after_two_more_turns(resident: MakeResident) -> None:
    one = resident(now=NOW)
    one.say("oh dear the thingy over there again")
    one.say("hello")
    one.say("thank you")
    assert "thingy" not in one.say("the kitchen tap drips").text
