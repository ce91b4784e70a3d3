"""Who can speak has a moment before the keys are named; who keys, who is silent and who is old waits for none."""

from __future__ import annotations

from tests.channels.drivers.phone import Vendor
from tests.channels.phone.test_phone import said

OLD = "+8613800000602"
TAP = "厨房水龙头漏水"


def _order(at: Vendor) -> list[str]:
    assert at.twiml is not None
    return [one.tag for one in at.twiml.iter() if one.tag in ("Say", "Pause")]


def test_a_speaker_has_three_seconds_before_the_keys(at: Vendor) -> None:
    at.begin()
    assert "Pause" not in _order(at), "a greeting has one key, in its sentence"
    heard = said(at.speak(TAP))
    assert _order(at)[-3:] == ["Say", "Pause", "Say"], heard
    assert at.twiml is not None
    pause = at.twiml.find("Gather/Pause")
    assert pause is not None, "what is said meanwhile is heard"
    assert pause.attrib["length"] == "3"
    question, keys = heard.splitlines()[-2:]
    assert "按" not in question
    assert "井号" in keys


def test_keys_silence_and_a_slow_pace_hear_them_at_once(at: Vendor) -> None:
    at.begin()
    at.speak(TAP)
    at.silent()
    assert "Pause" not in _order(at)
    at.begin()
    at.keys("1")
    assert "Pause" not in _order(at)
    at.speak("请说慢一点")
    at.speak(TAP)
    assert "Pause" not in _order(at)


def test_an_old_persons_telephone_names_them_at_once(at: Vendor) -> None:
    form = {"From": OLD}
    at.begin(OLD)
    heard = said(at.hear(at.next(SpeechResult=TAP, Confidence="0.8", **form)))
    assert "Pause" not in _order(at)
    assert "王建国" not in heard
    assert "602" not in heard


def test_the_same_step_once_more_sounds_the_same(at: Vendor) -> None:
    at.begin()
    action = at.action
    first = at.send(action, SpeechResult=TAP, Confidence="0.8").text
    assert at.send(action, SpeechResult=TAP, Confidence="0.8").text == first
