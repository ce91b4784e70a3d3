"""Check the settings, the flows, the catalogues and the sentences, without starting anything."""

from __future__ import annotations

import argparse

from bot import configure as configuration
from bot.settings import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exits 0 when nothing is wrong"


def run(parsed: argparse.Namespace) -> int:
    settings = configuration.load()
    import channels
    import flows
    from bot import catalogue, locales
    from intents import sentences

    book = flows.discover()
    channels.discover([name for name, channel in settings.channels.items() if channel.enabled])
    rows = sentences.read()
    wanted = catalogue.collect(ROOT)
    loaded = locales.load(ROOT / "locales", settings.languages)
    wrong = [
        f"{language}: no words for “{msgid}”"
        for language in settings.languages
        if language != locales.SOURCE
        for msgid in loaded[language].lacking(wanted)
    ]
    wrong += [f"no sentences for intent {i}" for i in sorted(set(book.by_intent) - {row.intent for row in rows})]
    for line in wrong:
        print(line)
    print(f"{len(book.flows)} flows, {len(rows)} sentences, {len(settings.languages)} languages: {len(wrong)} wrong")
    return 1 if wrong else 0
