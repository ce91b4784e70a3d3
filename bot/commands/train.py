"""Train the classifier and say how it went."""

from __future__ import annotations

import argparse
import time

from bot import settings as configuration


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=0)


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from intents.train import train

    began = time.perf_counter()
    model = train(settings.model_path, seed=parsed.seed)
    c = model.calibration
    reject, alert, doubt = (" / ".join(f"{one:.3f}" for one in pair) for pair in (c.reject, c.alert, c.doubt))
    print(
        f"{len(model.labels)} sentences, {len(model.intents)} intents, {len(model.vocabulary)} features, "
        f"{time.perf_counter() - began:.1f} s; reject below {reject}, "
        f"alert from {alert}, ask from {doubt} (Chinese / Latin script)"
    )
    return 0
