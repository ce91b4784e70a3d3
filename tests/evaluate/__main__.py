"""`python -m tests.evaluate`: train, ask, compare, and write EVALUATION.md."""

from __future__ import annotations

import argparse
import os
import platform
import time
from functools import partial

from bot import configure as configuration
from bot.app import prepare
from bot.settings import ROOT
from intents.exam.held_out import Held, sentences
from intents.rasa import project
from intents.rasa.environment import Environment
from intents.understand import Embedded
from tests.evaluate import engines, ours, parts, report
from tests.evaluate.engines import CONFIGS, Bench
from tests.evaluate.parts import Result

BEGAN = time.perf_counter()
# What the lists of danger are, and how they came about.
DANGER = (
    "Our own, whatever the engine. `alert` lists are cries, `calm` lists only sound like one, `talk` is everyday "
    "talk; the `_fresh` lists were written later and meant to be hard, full of words of danger; the `_blind` "
    "lists later still, by somebody who had seen none of the others; the `_later` lists before anything of ours "
    "was read, and were used once while the engine was made better, for a threshold. The `_pairs` lists are the "
    "hardest: every calm line is made of the words of a cry beside it. When they were first played, the shares of"
    " alert, ask and none were .825/.165/.010 of the cries and .050/.208/.743 of the calm lines in English, "
    ".835/.155/.010 and .050/.129/.822 in Chinese; after that, their failures were looked at by kind. The "
    "`_plain` lists are what people report in plain words, written after the cues and sentences of their kinds; "
    "first play .927/.036/.036 of the cries and .042/.139/.819 of the calm lines in English, .917/.083/.000 and "
    ".039/.224/.737 in Chinese; their failures too were looked at by kind since. The shares that may alarm and be "
    "asked were last chosen with these lists in view. Forty cries and forty calm lines a language, written after "
    "that and played once: .875/.100/.025 and .000/.050/.950 in English, .800/.175/.025 and .050/.125/.825 in "
    "Chinese (before: .825/.150/.025, .000/.075/.925; .775/.200/.025, .050/.175/.775). Fresh lists of 60, 60, 40 and "
    "20 cries and as many calm likes a language, each played once before it was learnt from: alert .867, .850, .925, "
    ".850 and false alarms .000, .017, .000, .050 in English, .900, .817, .850, .850 and .017, .033, .000, .000 in "
    "Chinese; asked or alarmed 1.0, .933, 1.0, .950 and .983, .983, 1.0, .950. Later lists, likewise: 80, 80, 80 and "
    "40 of each, alert .912, .925, .925, .950, false alarms .013, .037, .063, .050, asked or alarmed .975, .975, .987, "
    ".975 in English; .912, .938, .925, .825, .000, .013, .037, .050 and .962, 1.0, .987, 1.0 in Chinese; and some 155 "
    "of each, every calm line made of the words of a cry: .792, .040, .937 and .822, .033, .964. What failed of the "
    "`_frozen` lists was never looked at. They were scored before and after 620 more lines of danger and its likes and "
    "330 more words of its signs: alert .840 and .840, false alarms .010 and .010, asked or alarmed .970 and .960 in "
    "English; .920 and .910, .040 and .040, .990 and .980 in Chinese: more of the same is no longer heard in new ones."
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate")
    parser.add_argument("--rasa", default="logistic", choices=["none", *CONFIGS, "both"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--diet-seeds", type=int, default=1, help="a run of DIET takes an hour of two cores")
    parser.add_argument("--kept", action="store_true", help="write anew what is there, measure nothing")
    parsed = parser.parse_args()
    settings = configuration.load()
    prepare(settings)
    held = sentences()
    environment = Environment(settings.rasa_path / "environment")
    kinds = [] if parsed.rasa == "none" else list(CONFIGS) if parsed.rasa == "both" else [parsed.rasa]
    if kinds:
        environment.install(print)
    results: list[Result] = []
    folder = settings.rasa_path / "evaluate"
    steps = _steps(kinds, parsed.seeds, parsed.diet_seeds)
    if parsed.kept:
        steps = [(name, seed) for name, seed in steps if (folder / f"{name}-{seed}" / parts.FILE).is_file()]
    for number, (name, seed) in enumerate(steps, 1):
        head = f"{number} of {len(steps)}: {name}, seed {seed}"
        bench = Bench(held, folder, parts.commit(), partial(_say, head), parsed.kept)
        bench.say("begun")
        own = name == engines.EMBEDDED
        result, was_there = engines.embedded(bench, seed) if own else engines.rasa(name, bench, seed, environment)
        results.append(result)
        if parsed.kept and number < len(steps):
            continue
        # After each, so that a long run that is cut short leaves what it found; the next one goes on from there.
        written = _written(held, results, Embedded(settings.model_path))
        (ROOT / "EVALUATION.md").write_text(written, encoding="utf-8")
        bench.say("was there already" if was_there else "done, written to EVALUATION.md")


def _steps(kinds: list[str], seeds: int, diet_seeds: int) -> list[tuple[str, int]]:
    """What is measured in which order: what takes longest comes last, and after our own of its seed."""
    own = [(engines.EMBEDDED, seed) for seed in range(seeds)]
    return own + [(kind, seed) for kind in kinds for seed in range(diet_seeds if kind == "diet" else seeds)]


def _say(head: str, line: str) -> None:
    print(f"{time.perf_counter() - BEGAN:6.0f} s  {head}: {line}", flush=True)


def _written(held: list[Held], results: list[Result], interpreter: Embedded) -> str:
    learn, left = project.split(project.examples())
    lines = [
        "# Evaluation",
        "",
        "Written by `make evaluate`; do not edit. `make evaluate EVALUATE=both` adds Rasa's DIET.",
        "",
        f"{len(held)} held-out sentences (`tests/sentences/`), never trained on; {len(learn)} training sentences, the "
        f"same for every engine. By the seed, {len(left)} more are left out of training; on these Rasa's scores are "
        "made probabilities and its threshold is fixed (5 % of ours turned away). Our own engine fixes its own on "
        f"folds within the {len(learn)}. Rasa is 3.6.21, `intents/rasa/config.yml` (logistic) and `config.diet.yml` "
        f"(DIET). Python {platform.python_version()}, {platform.machine()}.",
        "",
        f"{_diet(results)} {report.commits(results, parts.commit())}",
        "",
        "## Engines",
        "",
        "The classifier alone, without the words and grammars that stand behind it in the product. Recall at 5 %: of "
        "what is none of ours, where the threshold would turn away 5 % of ours on this very set. Wrongly accepted "
        "and rejected: with each engine's own threshold, fixed beforehand.",
        "",
        *report.engines_table(results),
        "",
        "## Lead",
        "",
        *report.lead_table(results),
        "",
        "## Time",
        "",
        "One sentence at a time, in turns in one run: all of hop 2 (danger, intent, entities) in this process beside "
        f"`POST /model/parse` on loopback; and of a core's time a sentence, on average, without what is waited for. "
        f"{_load()}",
        "",
        *report.times_table(results),
        "",
        "## Danger",
        "",
        DANGER,
        "",
        *ours.danger_table(interpreter, held),
        "",
        "## Values in opening sentences",
        "",
        "Exact, another value, or none (`tests/sentences/slots.yml`); our own grammars, whatever the engine.",
        "",
        *ours.slot_table(interpreter),
        "",
        "## Most frequent confusions (seed 0)",
        "",
        *report.confusion_table([run for run in results if run.seed == 0]),
        "",
    ]
    return "\n".join(lines)


def _load() -> str:
    """What else the machine did: where more waits than there are cores, no time is what it is on a quiet one."""
    waiting, cores = os.getloadavg()[2], os.cpu_count() or 1
    if waiting <= cores:
        return f"The machine was quiet (load {waiting:.1f} on {cores} cores)."
    return (
        f"**On a busy machine** (load {waiting:.1f} on {cores} cores): neither the milliseconds nor their ratio hold: "
        "each waits for a core by itself; a core's time holds better, though what others do empties its caches."
    )


def _diet(results: list[Result]) -> str:
    seeds = sum(run.name == "Rasa diet" for run in results)
    return f"DIET was trained with {seeds} seed(s)." if seeds else "DIET was not trained in this run."


if __name__ == "__main__":
    main()
