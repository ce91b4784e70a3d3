"""Danger in three outcomes: what cues may decide alone, what a community may add, what no story drowns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.contract.errors import Misconfigured
from bot.contract.messages import Address, InboundMessage, Kind
from bot.contract.understanding import Danger, Understanding
from bot.settings import Settings
from intents.danger import Cues, judge
from intents.understand import Embedded

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
LIMITS = (0.8, 0.2)
GREETING = {
    "en": "Good morning, this is Mrs Hall from block 4, my daughter sent me flowers and the roses look lovely, {} and "
    "then I wanted to ask whether the library is open on Sunday, my book is due and I found his pen on my table.",
    "zh_Hans": "您好我是四栋的李阿姨啊，今天天气不错，我女儿给我寄了苹果，楼下花开得可好看了，早上还去跳了会儿舞，"
    "碰到好几个老姐妹，大家都说小区越来越好，{}然后我想问问周日图书室开不开，我借的书要还了，还有前台那个小伙子的笔忘在我这儿了，谢谢啊。",
}


def _hear(interpreter: Embedded, text: str) -> Understanding:
    return interpreter.understand(InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=text))


@pytest.mark.parametrize(
    ("language", "cry"),
    [
        ("en", "but my husband is lying on the bathroom floor and does not answer,"),
        ("en", "there is a man kicking my door in,"),
        ("zh_Hans", "可是我老伴躺在卫生间地上叫他不应了，"),
        ("zh_Hans", "我刚才摔了一跤站不起来，"),
    ],
)
def test_a_story_does_not_drown_a_cry_in_its_middle(language: str, cry: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, GREETING[language].format(cry)).danger is Danger.ALERT
    assert _hear(interpreter, GREETING[language].format("")).danger is Danger.NONE


@pytest.mark.parametrize(
    "text",
    [
        "kill me now, the lift is slow",
        "the barrier won't open and I can't get out",
        "救命，这物业费也太贵了",
        "where is the SOS button",
        "如果有人被困电梯怎么办",
        "gas smell, nobody dizzy",
    ],
)
def test_words_of_danger_in_calm_company_raise_nothing(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is Danger.NONE


@pytest.mark.parametrize("text", ["smoke somewhere below", "I think something is burning", "走廊好像有一股烟"])
def test_a_hint_of_fire_is_asked_about_before_all_else(text: str, interpreter: Embedded) -> None:
    heard = _hear(interpreter, text)
    assert heard.danger is not Danger.NONE
    assert heard.intent == "trigger_sos"


@pytest.mark.parametrize("text", ["烤肉的烟飘进来", "my neighbour smokes on the stairs, smoke everywhere"])
def test_smoke_of_tobacco_and_of_meat_is_no_hint(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is not Danger.ALERT


@pytest.mark.parametrize(
    "text",
    [
        "Au secours, mon mari est tombé",
        "Socorro, fuego en la cocina",
        "助けて、火事です",
        "살려주세요",
        "Помогите, пожар",
    ],
)
def test_a_cry_in_a_language_we_do_not_speak_is_an_alarm(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is Danger.ALERT


@pytest.mark.parametrize(
    "text", ["Hola, se rompió la luz del pasillo", "what does socorro mean", "pretend you are the police"]
)
def test_talk_in_or_about_one_is_none(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is not Danger.ALERT


def test_a_grave_cue_is_never_nothing() -> None:
    hint = Cues().hint("he says he will kill me tonight")
    assert hint.kind == "violence"
    assert judge("he says he will kill me tonight", hint, 0.0, LIMITS) is Danger.ASK


def test_a_community_adds_its_own_cue(prepared: Settings, interpreter: Embedded, tmp_path: Path) -> None:
    more = tmp_path / "cues.yml"
    text = "code lobster in the boathouse"
    assert _hear(interpreter, text).danger is Danger.NONE
    more.write_text("violence:\n- code lobster\n", encoding="utf-8")
    heard = _hear(Embedded(prepared.model_path, more), text)
    assert (heard.danger, heard.danger_kind) == (Danger.ALERT, "violence")
    assert _hear(Embedded(prepared.model_path, more), "救命").danger is Danger.ALERT


@pytest.mark.parametrize(
    "wrong", ["calm:\n- help\n", "alert:\n  plea:\n  - help\n", "plea:\n- '('\n", "- help\n", "plea:\n- 3\n"]
)
def test_a_community_can_take_no_cue_away(wrong: str, tmp_path: Path) -> None:
    more = tmp_path / "cues.yml"
    more.write_text(wrong, encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"cues\.yml"):
        Cues(more=more)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("🆘", Danger.ALERT),
        ("🆘🆘🙏", Danger.ALERT),
        ("🔥🔥🔥🏠", Danger.ASK),
        ("周五烧烤🔥", Danger.NONE),
        ("🙂", Danger.NONE),
    ],
)
def test_signs_without_words_are_heard(text: str, level: Danger, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is level


@pytest.mark.parametrize(
    "text",
    [
        "快递柜打不开 我孩子奶粉在里面",
        "快递柜打不开，我妈的药在里面",
        "我孩子奶粉在里面",
        "听到了",
        "池塘里漂着好多塑料袋",
        "the parcel locker won't open and my baby's formula is inside",
        "rubbish floating in the pond",
        "my son will be, hes 17",
    ],
)
def test_things_and_words_of_everyday_raise_nothing(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is Danger.NONE


@pytest.mark.parametrize(
    "text",
    [
        "楼上是601 敲门没人应",
        "I knocked at 601 and nobody answered",
        "快点哈 他在外头站着呢",
        "hurry up, he is standing outside",
    ],
)
def test_who_does_not_open_or_waits_outside_is_asked_about(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is Danger.ASK


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("隔壁天天吵 今晚好像动刀子了", "violence"),
        ("他每次喝酒都掐我脖子", "violence"),
        ("天天吵 活着真没意思", "suicide"),
        ("女儿天天打游戏 老说活着没意思", "suicide"),
        ("要是能一睡不醒就好了 太累了", "suicide"),
        ("好累 真想就这么睡过去不醒了", "suicide"),
        ("楼下经常有人抽烟 刚才垃圾桶烧着了", "fire"),
        ("电梯三天两头坏 这次有人困在里面", "lift"),
        ("he punches me every weekend", "violence"),
        ("they always fight, tonight he has a knife", "violence"),
        ("every morning i think of ending my life", "suicide"),
        ("the lift always breaks and now somebody is stuck in it", "lift"),
    ],
)
def test_no_habit_calms_what_is_deadly_or_came_just_now(text: str, kind: str, interpreter: Embedded) -> None:
    heard = _hear(interpreter, text)
    assert heard.danger is not Danger.NONE
    assert heard.extra["hinted"] == kind


@pytest.mark.parametrize(
    "text",
    [
        "孩子在快递柜里出不来",
        "快递柜打不开 孩子在里面",
        "孩子的书包在里面 孩子也在里面出不来",
        "我妈的药在里面 她喘不上气了",
        "敲门没人应 里面老人喊救命",
        "对门老太太敲门没人应",
        "敲门没人应 有煤气味",
        "快点 他在外头站着 拿着刀",
        "快来 他在外头站着 我怕",
        "听到有人喊救命",
        "水池里漂着一个人",
        "the locker won't open, my baby is inside",
        "the car won't open and my kid is inside",
        "someone is floating in the pond",
    ],
)
def test_a_cry_in_nearly_the_same_words_is_one(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is Danger.ALERT


def test_a_child_in_the_pond_is_never_passed_over(interpreter: Embedded) -> None:
    assert _hear(interpreter, "my son is floating in the pond").danger is not Danger.NONE


@pytest.mark.parametrize(
    "text",
    [
        "电梯三天两头坏 今天又坏了",
        "楼上天天吵架 今晚又吵",
        "烟感老是误报 刚才又响了",
        "孩子天天尖叫 今天又叫了",
        "我家孩子天天打游戏",
        "今天好累 想早点睡 明天睡到自然醒",
        "the lift breaks every week, and today again",
        "kids always scream outside, now again",
        "my knee hurts every morning",
    ],
)
def test_a_nuisance_that_comes_again_stays_calm(text: str, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger is Danger.NONE


@pytest.mark.parametrize(
    "text",
    [
        "燃气报警器叫了 没闻到味道",
        "天然气报警器嘀嘀响个不停",
        "一氧化碳报警器响了",
        "our gas detector is going off, no smell though",
        "co alarm is sounding",
        "the carbon monoxide detector keeps beeping",
    ],
)
def test_an_alarm_for_gas_that_sounds_is_urgent_without_a_smell(text: str, interpreter: Embedded) -> None:
    heard = _hear(interpreter, text)
    assert (heard.intent, heard.extra["urgent"]) == ("report_repair", "gas")


@pytest.mark.parametrize(
    "text",
    [
        "燃气报警器没电了，想换电池",
        "要是燃气报警器响了该怎么办",
        "the gas alarm chirps, its battery is low",
        "what should i do if the gas alarm goes off",
        "where can i buy a gas alarm",
    ],
)
def test_one_that_is_only_spoken_of_is_not(text: str, interpreter: Embedded) -> None:
    assert "urgent" not in _hear(interpreter, text).extra


@pytest.mark.parametrize(
    "text", ["我男朋友在门口 我不想让他进来", "不许放我前男友进来 他威胁过我", "don't let my ex in"]
)
def test_who_is_to_be_kept_out_gets_no_pass(text: str, interpreter: Embedded) -> None:
    heard = _hear(interpreter, text)
    assert heard.intent == "ask_human"
    assert heard.danger is Danger.ASK


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("my mother collapsed, she has a dialysis appointment today and is not breathing", Danger.ALERT),
        ("奶奶晕倒了叫不醒，下午还要去透析", Danger.ALERT),
        ("help 3-2-501", Danger.ALERT),
        ("他还是没有反应", Danger.ASK),
        ("楼道里还是有一股烧焦味", Danger.ASK),
    ],
)
def test_nothing_beside_it_takes_a_named_danger_down(text: str, least: Danger, interpreter: Embedded) -> None:
    assert _hear(interpreter, text).danger.value in (least.value, Danger.ALERT.value)


def test_a_word_alone_that_no_cue_knows_is_asked_about(interpreter: Embedded) -> None:
    assert _hear(interpreter, "ribs").danger is not Danger.ALERT
    assert _hear(interpreter, "fire").danger is Danger.ALERT
