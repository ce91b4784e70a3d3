"""The engines under comparison: each learns the same sentences and judges the same ones, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from bot.contract.messages import Address, InboundMessage, Kind
from intents import classifier, sentences, sieve, stored
from intents.classifier import OUT_OF_SCOPE, Guess
from intents.exam.figures import Judged
from intents.exam.held_out import Held
from intents.rasa import project
from intents.rasa.environment import Environment
from intents.rasa.sidecar import DIET, LOGISTIC, Sidecar, ask
from intents.rasa.text import for_rasa
from intents.sentences import Sentence, plain
from intents.train import fit
from intents.understand import Embedded
from tests.evaluate.parts import Result, checksum, kept

EMBEDDED = "embedded"
CONFIGS = {"logistic": LOGISTIC, "diet": DIET}
PORT = 5125
RASA = project.FOLDER
CODE = RASA.parent
NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")


@dataclass(frozen=True, slots=True)
class Bench:
    """What all engines are measured with. folder: where models and finished parts lie; say: hears how far it is;
    as_is: finished parts are taken though they be of older code."""

    held: Sequence[Held]
    folder: Path
    commit: str
    say: Callable[[str], None]
    as_is: bool = False

    def at(self, name: str, seed: int) -> Path:
        return self.folder / f"{name}-{seed}"


def embedded(bench: Bench, seed: int) -> tuple[Result, bool]:
    """Our own, trained on the sentences alone; and whether this part was there already."""
    learn, _ = project.split(project.examples(), seed)
    folder = bench.at(EMBEDDED, seed)

    def measure() -> Result:
        languages = {plain(one.text): one.language for one in sentences.read()}
        rows = [Sentence(plain(marked), intent, languages.get(plain(marked), "")) for intent, marked in learn]
        began = time.perf_counter()
        model = fit(rows, seed=seed)
        fitted = time.perf_counter() - began
        folder.mkdir(parents=True, exist_ok=True)
        stored.save(model, folder)
        judged = [_judged(one, classifier.classify(model, one.text)) for one in bench.held]
        return Result(EMBEDDED, seed, judged, fitted, bench.commit)

    return kept(folder, checksum([*CODE.glob("*.py"), CODE / "concepts.yml"], learn, bench.held), measure, bench.as_is)


def rasa(kind: str, bench: Bench, seed: int, environment: Environment) -> tuple[Result, bool]:
    """Rasa, and our own model of this seed timed beside it; and whether this part was there already."""
    folder = bench.at(kind, seed)

    def measure() -> Result:
        sidecar = Sidecar(environment, folder)
        sidecar.write(CONFIGS[kind], seed)
        fitted = sidecar.train(anew=False, say=bench.say)
        known = frozenset(intent for intent, _ in project.examples())
        judged = []
        bench.say("asking it")
        with sidecar.served(PORT) as url, httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            scores = sidecar.read_scores(url, seed)
            for one in bench.held:
                answer = ask(client, one.text, known)
                # The scores' own ranking is cut to ten; what speaks for any of ours is read from the whole.
                within = max((score for name, score in answer.ranking if name != OUT_OF_SCOPE), default=0.0)
                judged.append(_judged(one, scores.guess(answer, 0.0), within))
            timed, cores = in_turns(bench.held, url, bench.at(EMBEDDED, seed), sidecar.worked)
        return Result(f"Rasa {kind}", seed, judged, fitted, bench.commit, timed, cores)

    of = checksum([CONFIGS[kind], *RASA.glob("*.py")], project.examples(), bench.held)
    return kept(folder, of, measure, bench.as_is)


def _judged(one: Held, guess: Guess, within: float | None = None) -> Judged:
    best, sure = guess.ranking[0]
    ours = max((score for name, score in guess.ranking if name != OUT_OF_SCOPE), default=0.0)
    return Judged(one.intent, one.language, guess.intent, best, sure, ours if within is None else within)


def in_turns(
    held: Sequence[Held], url: str, folder: Path, worked: Callable[[], float]
) -> tuple[tuple[list[float], list[float]], tuple[float, float]]:
    """Milliseconds a sentence, in turns within one run: all of ours (danger, intent, entities), and Rasa's answer; and
    of both how much of a core's time a sentence took on average.

    worked: seconds of a core's time that Rasa has used.
    """
    interpreter = Embedded(folder)
    # As training does: else it would read its patterns again here, and ask each of them about each sentence.
    sieve.remember(folder)
    messages = [InboundMessage("m", Address("rest", "a"), Kind.TEXT, NOW, text=one.text) for one in held]
    for message in messages:
        interpreter.understand(message)  # Rasa has heard all of them by now
    ours, theirs = [], []
    own, before = 0.0, worked()
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        for message in messages:
            busy, begun = time.thread_time(), time.perf_counter()
            interpreter.understand(message)
            middle, own = time.perf_counter(), own + time.thread_time() - busy
            client.post("/model/parse", json={"text": for_rasa(message.text)})
            theirs.append(1000 * (time.perf_counter() - middle))
            ours.append(1000 * (middle - begun))
    each = 1000 / len(held)
    return (ours, theirs), (each * own, each * (worked() - before))
