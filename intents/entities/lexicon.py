"""Finds every listed word of every language in one pass, so that vocabularies stay data and cost nothing to grow.

A language is one file in `words/`: layers of labels of words. Layers do not disturb each other; within a
layer the longest word at the leftmost place wins, so "电费" keeps "电" from being read as a fault.
Han words are looked up character by character, words of letters token by token: both linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from intents.normalise import HAN, fold
from intents.patterns import later

WORDS = Path(__file__).parent / "words"

_SEPARATOR = later(rf"\s*,\s*|(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
_TOKEN = later(r"a/c|[a-z]+(?:['’][a-z]+)?|\d+[a-z]*")
_HAN = later(f"[{HAN}]")
_STOP = later(r"[.!?;:,](?=\s)|[。！？；，]")
# Nobody says more of one kind; it bounds what a hostile text can cost those who compare hits with hits.
_MOST = 40
# So long a word with its "'s" is a thing: "it's" and "who's" are none.
OWNED = 6
_SKIP = frozenset({"the", "a", "an"})


class Hit(NamedTuple):
    """One listed word in the text; label is dotted, as in the file ("water.firm")."""

    start: int
    end: int
    label: str
    word: str


class _Label(NamedTuple):
    layer: str
    label: str


Found = Mapping[str, tuple[Hit, ...]]
_Index = dict[str, tuple[_Label, ...]]


class _Lexicon(NamedTuple):
    han: _Index
    han_sizes: dict[str, tuple[int, ...]]
    latin: _Index
    latin_sizes: dict[str, tuple[int, ...]]


def _stem(token: str) -> str:
    """Plural and singular are one word to us, and so are "toilet" and "toilet's"; "gas" and "glass" keep their s."""
    if len(token) >= OWNED and token[-2:] in ("'s", "\u2019s"):
        token = token[:-2]
    if len(token) > 3 and token[-1] == "s" and token[-2] not in "su":
        return token[:-1]
    return token.replace("’", "'")


def _leaves(node: object, path: tuple[str, ...]) -> Iterator[tuple[_Label, str]]:
    if isinstance(node, Mapping):
        for key, child in node.items():
            yield from _leaves(child, (*path, str(key)))
        return
    label = _Label(path[0], ".".join(path[1:]) or path[0])
    for word in _SEPARATOR.split(str(node).strip()):
        if word:
            yield label, fold(word)


def _sizes(keys: list[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    """For each first character (or token) the lengths that occur, longest first."""
    found: dict[str, set[int]] = {}
    for head, size in keys:
        found.setdefault(head, set()).add(size)
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in found.items()}


@cache
def _lexicon() -> _Lexicon:
    han: _Index = {}
    latin: _Index = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in sorted(WORDS.glob("*.yml")):
        tree = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader, in C
        for label, word in _leaves(tree, ()):
            if _HAN.search(word):
                han[word] = (*han.get(word, ()), label)
            else:
                tokens = [_stem(token) for token in _TOKEN.findall(word) if token not in _SKIP]
                phrase = " ".join(tokens)
                latin[phrase] = (*latin.get(phrase, ()), label)
    return _Lexicon(
        han,
        _sizes([(word[0], len(word)) for word in han]),
        latin,
        _sizes([(phrase.split(" ", 1)[0], phrase.count(" ") + 1) for phrase in latin]),
    )


class _Collector:
    """Keeps the leftmost longest word of each layer; words arrive by start, longest first."""

    def __init__(self) -> None:
        self.hits: dict[str, list[Hit]] = {}
        self._free: dict[str, int] = {}

    def add(self, labels: tuple[_Label, ...], start: int, end: int, word: str) -> None:
        for layer, label in labels:
            if start >= self._free.get(layer, 0):
                self._free[layer] = end
                self.hits.setdefault(layer, []).append(Hit(start, end, label, word))


def _scan_han(text: str, lexicon: _Lexicon, into: _Collector) -> None:
    sizes, words = lexicon.han_sizes, lexicon.han
    for start, char in enumerate(text):
        lengths = sizes.get(char)
        if lengths is None:
            continue
        for length in lengths:
            word = text[start : start + length]
            labels = words.get(word)
            if labels is not None and len(word) == length:
                into.add(labels, start, start + length, word)


def _scan_latin(text: str, lexicon: _Lexicon, into: _Collector) -> None:
    """Articles inside a phrase are passed over: "turn on the tap" is listed as "turn on tap"."""
    tokens: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token not in _SKIP:
            tokens.append(_stem(token))
            spans.append(match.span())
    sizes, words = lexicon.latin_sizes, lexicon.latin
    for first, token in enumerate(tokens):
        for length in sizes.get(token, ()):
            phrase = " ".join(tokens[first : first + length]) if length > 1 else token
            labels = words.get(phrase)
            if labels is None or first + length > len(tokens):
                continue
            start, end = spans[first][0], spans[first + length - 1][1]
            if length == 1 or not _STOP.search(text, start, end):
                into.add(labels, start, end, phrase)


@lru_cache(maxsize=32)
def scan(text: str) -> Found:
    """Every hit of the folded text by layer; kept a moment, as places and words read the same text."""
    lexicon = _lexicon()
    into, han = _Collector(), _Collector()
    _scan_latin(text, lexicon, into)
    if not text.isascii():
        _scan_han(text, lexicon, han)
    for layer, hits in han.hits.items():
        into.hits.setdefault(layer, []).extend(hits)
    return {layer: tuple(sorted(hits)[:_MOST]) for layer, hits in into.hits.items()}
