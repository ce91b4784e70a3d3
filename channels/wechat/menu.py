"""The menu below the conversation: each entry says a sentence that a resident could have typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.contract.channel import Ports
from bot.contract.text import Text, t

# A first-level button with at most five below it, three of them: WeChat allows no more.
TOP, BELOW = 3, 5
ENTRIES: dict[str, Text] = {
    "repair": t("Report a repair"),
    "visitor": t("Register a visitor"),
    "housekeeping": t("Book housekeeping"),
    "fees": t("Fees and bills"),
    "progress": t("How is my case going"),
    "mine": t("My page"),
    "human": t("Talk to a person"),
    "help": t("What can you do?"),
}
_TITLES = {"repair": t("Services", context="menu"), "fees": t("My home", context="menu")}
_LANGUAGE = t("English", context="this language, in itself")
Json = dict[str, Any]


def sentence(ports: Ports, command: str) -> str | None:
    """What an entry says, in the language whose entry it is; None for one that is not ours."""
    language, _, name = command.partition(":")
    text = ENTRIES.get(name)
    return ports.say(text, ports.language(language)) if text is not None else None


def laid_out(ports: Ports, entries: Sequence[str]) -> Json:
    """Two buttons in the first language of the installation, one for each further one while there is room."""
    first, *others = ports.languages
    known = [one for one in entries if one in ENTRIES] or list(ENTRIES)
    half = min(BELOW, -(-len(known) // 2))
    groups = [(title, known[start:end]) for title, start, end in (("repair", 0, half), ("fees", half, half + BELOW))]
    buttons = [_button(ports, ports.say(_TITLES[of], first), first, names) for of, names in groups if names]
    for language in others[: TOP - len(buttons)]:
        buttons.append(_button(ports, ports.say(_LANGUAGE, language), language, known[:BELOW]))
    return {"button": buttons}


def _button(ports: Ports, title: str, language: str, names: Sequence[str]) -> Json:
    below = [{"type": "click", "name": ports.say(ENTRIES[one], language), "key": f"{language}:{one}"} for one in names]
    return {"name": title, "sub_button": below}
