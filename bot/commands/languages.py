"""How complete each language is; with --update, the catalogues are brought up to the source."""

from __future__ import annotations

import argparse

from bot import configure as configuration
from bot.settings import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--update", action="store_true", help="write linli.pot and every linli.po anew")


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    from bot import catalogue, locales

    others = [language for language in settings.languages if language != locales.SOURCE]
    if parsed.update:
        catalogue.update(ROOT, others)
    wanted = catalogue.collect(ROOT)
    loaded = locales.load(ROOT / "locales", settings.languages)
    print(f"{'language':10} {'texts':>6} {'missing':>8}")
    worst = 0
    for language in settings.languages:
        lacking = 0 if language == locales.SOURCE else len(loaded[language].lacking(wanted))
        worst = max(worst, lacking)
        print(f"{language:10} {len({(w.msgid, w.context) for w in wanted}):6} {lacking:8}")
    return 1 if worst else 0
