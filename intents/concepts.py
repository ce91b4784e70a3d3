"""Reads which English words mean much the same here, so that the classifier hears the concept beside the word."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import yaml

from intents.sentences import LOADER

FILE = Path(__file__).resolve().parent / "concepts.yml"
_HISSING = ("s", "x", "z", "ch", "sh", "o")
_DOUBLED = re.compile(r"[aeiou][^aeiouwxy]$")


def read(file: Path = FILE) -> dict[str, list[str]]:
    """The classifier's token of a word or of a pair -> the concepts it stands under, as tokens of their own."""
    found: dict[str, set[str]] = defaultdict(set)
    text = file.read_text(encoding="utf-8")
    data: dict[str, str] = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader, in C
    for concept, words in data.items():
        for word in words.split(","):
            for token in _tokens(word.strip().lower()):
                found[token].add(f"@{concept}")
    return {token: sorted(concepts) for token, concepts in found.items()}


def _tokens(word: str) -> set[str]:
    """A pair and Chinese stand as they are; a word with its usual endings ("dries", "dripped", "leaking")."""
    if "_" in word or not word.isascii() or not word[:1].isalpha():
        return {word} if word else set()
    forms = {word, word + "s", word + "ing"}
    forms |= {word + "d", word[:-1] + "ing"} if word.endswith("e") else {word + "ed"}
    if word.endswith(_HISSING):
        forms.add(word + "es")
    if word.endswith("y"):
        forms |= {word[:-1] + "ies", word[:-1] + "ied"}
    if _DOUBLED.search(word):
        forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return {"=" + form for form in forms}
