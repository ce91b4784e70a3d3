"""Training keeps its promises: seconds, thresholds from left-out folds, concepts and composed talk that hold."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from bot import configure as configuration
from bot.contract.messages import Address, InboundMessage, Kind
from intents import alarms, classifier, concepts, sentences, stored, train
from intents.latest import EVERY
from intents.sentences import Sentence
from intents.understand import Embedded


def _some(count: int) -> list[Sentence]:
    """Sentences of every file: each so many-th."""
    rows = sentences.read()
    return rows[:: len(rows) // count][:count]


def _fitted(rows: list[Sentence]) -> tuple[classifier.Model, float]:
    """And the processor's seconds that it took."""
    began = time.process_time()
    return train.fit(rows), time.process_time() - began


def test_training_takes_no_order_more_than_there_is_to_learn(tmp_path: Path) -> None:
    """Three times as many take twice as long; what grew with their square would take nine times. How many seconds that
    is depends on the machine: EVALUATION.md has them."""
    rows = _some(1_000)
    model, third = _fitted(rows)
    _, whole = _fitted(_some(3_000))
    assert whole < 5 * third
    stored.save(model, tmp_path)
    again = stored.load(tmp_path)
    for row in rows[:50]:
        assert classifier.classify(again, row.text).intent == classifier.classify(model, row.text).intent


def test_an_alarm_needs_more_than_a_question() -> None:
    """In a model of a part of what there is, fitted here and now, and in today's whole one."""
    fitted = train.fit(_some(1_500), alarms.read()[::3])
    for calibration in (fitted.calibration, stored.load(configuration.load({}).model_path).calibration):
        for doubt, alert in zip(calibration.alarm.doubt, calibration.alarm.alert, strict=True):
            assert 0.0 < doubt < alert < 1.0
        assert all(0.0 < limit < 0.9 for limit in calibration.reject)


def test_a_word_with_its_endings_is_one_concept() -> None:
    known = concepts.read()
    assert known["=leak"] == known["=leaking"] == known["=leaks"]
    assert known["=light"] == known["=lantern"]
    assert "@restart" in known["start_over"]


def test_composed_talk_is_always_the_same_and_of_both_kinds() -> None:
    talk = alarms.read()
    assert talk == alarms.read()
    assert len({one.text for one in talk}) > 1_500
    assert 0.3 < sum(one.alert for one in talk) / len(talk) < 0.7
    assert not [one.text for one in talk if "{" in one.text]


def test_no_line_is_both_a_cry_and_calm() -> None:
    cries = {one.text.lower() for one in alarms.read() if one.alert}
    assert not cries & {one.text.lower() for one in alarms.read() if not one.alert}


def test_a_running_process_takes_a_new_model_and_keeps_the_old_one_from_a_broken_file(tmp_path: Path) -> None:
    rows = [row for row in _some(1_000) if row.intent != "vote"]
    asked = InboundMessage(
        "m", Address("rest", "a"), Kind.TEXT, datetime(2026, 11, 20, 9, 30, tzinfo=UTC), text="zorgle the frobnitz"
    )
    stored.save(train.fit(rows), tmp_path)
    seconds = 0.0
    running = Embedded(tmp_path, clock=lambda: seconds)
    assert running.understand(asked).intent != "vote"
    taught = [
        Sentence(f"{start} zorgle the frobnitz", "vote", "en") for start in ("", "please", "now", "do", "I", "we")
    ]
    stored.save(train.fit([*rows, *taught]), tmp_path)
    assert running.understand(asked).intent != "vote"
    seconds += EVERY
    assert running.understand(asked).intent == "vote"
    (tmp_path / stored.FILE).write_bytes(b"PK\x03\x04 cut short")
    seconds += EVERY
    assert running.understand(asked).intent == "vote"
