"""Train the classifier and say how it went; beside the one in use and compared with it, when asked."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

from bot import configure as configuration


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--taught", type=Path, help="what communities taught; else where the settings say")
    parser.add_argument("--into", type=Path, help="the model's folder; else the one in use")
    parser.add_argument("--beside", type=Path, help="a model to compare with: prints lines of JSON, the marks last")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from intents.train import train

    began = time.perf_counter()
    into = parsed.into or settings.model_path
    if parsed.beside is not None:
        # Whoever writes to the bot comes first.
        os.nice(15)
        _tell("training", 5)
    model = train(into, seed=parsed.seed, taught=parsed.taught or settings.taught_path)
    if parsed.beside is not None:
        from intents.exam.compare import compare

        figures = compare(parsed.beside, into, lambda step, done: _tell(step, 60 + done * 4 // 10))
        print(json.dumps({"figures": figures}), flush=True)
        return 0
    c = model.calibration
    limits = (c.reject, c.alarm.alert, c.alarm.doubt)
    reject, alert, doubt = (" / ".join(f"{one:.3f}" for one in pair) for pair in limits)
    print(
        f"{len(model.labels)} sentences, {len(model.intents)} intents, {len(model.vocabulary)} features, "
        f"{time.perf_counter() - began:.1f} s; reject below {reject}, "
        f"alert from {alert}, ask from {doubt} (Chinese / Latin script)"
    )
    return 0


def _tell(step: str, done: int) -> None:
    print(json.dumps({"step": step, "done": done}), flush=True)
