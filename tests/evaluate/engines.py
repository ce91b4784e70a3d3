"""The engines under comparison: each learns the same sentences and judges the same ones, one at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import httpx

from bot.contract.messages import Address, InboundMessage, Kind
from intents import classifier, sentences, stored
from intents.classifier import OUT_OF_SCOPE, Guess, Model
from intents.exam.figures import Judged
from intents.exam.held_out import Held
from intents.rasa import project
from intents.rasa.environment import Environment
from intents.rasa.sidecar import DIET, LOGISTIC, Sidecar, ask
from intents.rasa.text import for_rasa
from intents.sentences import Sentence, plain
from intents.train import fit
from intents.understand import Embedded

CONFIGS = {"logistic": LOGISTIC, "diet": DIET}
PORT = 5125
NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")


class Result:
    """What one engine said in one run; milliseconds: for each sentence; fitted: seconds of training, 0 if kept."""

    def __init__(self, name: str, seed: int, rows: list[Judged], milliseconds: list[float], fitted: float) -> None:
        self.name, self.seed, self.rows, self.milliseconds, self.fitted = name, seed, rows, milliseconds, fitted


def embedded(held: Sequence[Held], seed: int) -> tuple[Result, Model]:
    learn, _ = project.split(project.examples(), seed)
    languages = {plain(one.text): one.language for one in sentences.read()}
    rows = [Sentence(plain(marked), intent, languages.get(plain(marked), "")) for intent, marked in learn]
    began = time.perf_counter()
    model = fit(rows, seed=seed)
    fitted = time.perf_counter() - began
    judged, spent = [], []
    for one in held:
        begun = time.perf_counter()
        guess = classifier.classify(model, one.text)
        spent.append(1000 * (time.perf_counter() - begun))
        judged.append(_judged(one, guess))
    return Result("embedded", seed, judged, spent, fitted), model


def rasa(
    kind: str, held: Sequence[Held], seed: int, environment: Environment, folder: Path, model: Model
) -> tuple[Result, tuple[list[float], list[float]]]:
    """model: our own of this seed, which is timed beside it."""
    sidecar = Sidecar(environment, folder / f"{kind}-{seed}")
    sidecar.write(CONFIGS[kind], seed)
    fitted = sidecar.train(anew=False)
    known = frozenset(intent for intent, _ in project.examples())
    judged, spent = [], []
    with sidecar.served(PORT) as url, httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        scores = sidecar.read_scores(url, seed)
        for one in held:
            begun = time.perf_counter()
            answer = ask(client, one.text, known)
            spent.append(1000 * (time.perf_counter() - begun))
            # The scores' own ranking is cut to ten; what speaks for any of ours is read from the whole.
            within = max((score for name, score in answer.ranking if name != OUT_OF_SCOPE), default=0.0)
            judged.append(_judged(one, scores.guess(answer, 0.0), within))
        timed = in_turns(held, model, url, folder / f"embedded-{seed}")
    return Result(f"Rasa {kind}", seed, judged, spent, fitted), timed


def _judged(one: Held, guess: Guess, within: float | None = None) -> Judged:
    best, sure = guess.ranking[0]
    ours = max((score for name, score in guess.ranking if name != OUT_OF_SCOPE), default=0.0)
    return Judged(one.intent, one.language, guess.intent, best, sure, ours if within is None else within)


def in_turns(held: Sequence[Held], model: Model, url: str, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds a sentence, in turns within one run: all of ours (danger, intent, entities), and Rasa's answer."""
    stored.save(model, folder)
    interpreter = Embedded(folder)
    ours, theirs = [], []
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        for one in held:
            message = InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=one.text)
            begun = time.perf_counter()
            interpreter.understand(message)
            middle = time.perf_counter()
            client.post("/model/parse", json={"text": for_rasa(one.text)})
            theirs.append(1000 * (time.perf_counter() - middle))
            ours.append(1000 * (middle - begun))
    return ours, theirs
