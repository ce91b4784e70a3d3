"""What a line does in the middle of a talk, on lines that were never trained on; floors, as in `test_understand`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.contract.errors import Misconfigured
from bot.settings import Settings
from intents import dialogue_act, train_acts
from intents.dialogue_act import Line
from intents.exam import held_out
from intents.stored import load, save

# Reached when the lines were written: .85; and of what is judged at two thirds or more.
RIGHT, SURE, SURELY = 0.80, 0.66, 0.92


@pytest.mark.parametrize("language", held_out.LANGUAGES)
def test_held_out_lines(language: str, prepared: Settings) -> None:
    acts = load(prepared.model_path).acts
    judged = [
        (act, *dialogue_act.judge(acts, line)[0], line)
        for spoken, act, lines in held_out.acts()
        for line in lines
        if spoken == language
    ]
    wrong = [one for one in judged if one[0] != one[1]]
    assert len(judged) > 150
    assert 1 - len(wrong) / len(judged) >= RIGHT, wrong
    sure = [one for one in judged if one[2] >= SURE]
    assert len(sure) / len(judged) >= 0.5
    assert sum(one[0] == one[1] for one in sure) / len(sure) >= SURELY, [one for one in wrong if one[2] >= SURE]


@pytest.mark.parametrize("text", ["", "...", "?!", " ", "。。。"])
def test_what_holds_no_word_does_nothing(text: str, prepared: Settings) -> None:
    assert dialogue_act.judge(load(prepared.model_path).acts, text) == ()


def test_shares_are_shares_and_the_best_stands_first(prepared: Settings) -> None:
    judged = dialogue_act.judge(load(prepared.model_path).acts, "yes send it, and tell him to bring a ladder " * 300)
    assert sum(share for _, share in judged) == pytest.approx(1.0)
    assert list(judged) == sorted(judged, key=lambda one: -one[1])


def test_the_stored_acts_judge_as_the_trained_ones(tmp_path: Path, prepared: Settings) -> None:
    model = load(prepared.model_path)
    save(model, tmp_path)
    again = load(tmp_path).acts
    assert (again.names, again.heat) == (model.acts.names, model.acts.heat)
    assert np.array_equal(again.weights, model.acts.weights)


def test_of_no_lines_nothing_is_learnt() -> None:
    assert dialogue_act.judge(train_acts.fit([Line("yes", "agrees", "en")]), "yes") == ()


def test_a_file_of_another_kind_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("- yes\n", encoding="utf-8")
    with pytest.raises(Misconfigured):
        dialogue_act.read(tmp_path)
