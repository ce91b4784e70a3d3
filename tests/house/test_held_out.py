"""What is held out is not only not the same as what was taught, it is not nearly the same either."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from intents import sentences
from intents.languages import FULL_HAN, FULL_WORDS
from intents.normalise import count_han, count_words
from tests.house.test_sentences import HELD_OUT, Said, bare, said
from tests.house.tree import nothing

# Shared three-character pieces over all of both: at 0.8, forty characters differ in three places at most.
ALIKE = 0.8


def pieces(sentence: str) -> frozenset[str]:
    text = bare(sentence)
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


def nearly(held_out: Iterable[Said], trained: Iterable[Said]) -> list[str]:
    """Held-out sentences of some length that a trained one resembles; there are not many ways to say yes."""
    known = [(file, sentence, pieces(sentence)) for file, sentence in trained]
    holding: dict[str, list[int]] = defaultdict(list)
    for index, (_, _, held) in enumerate(known):
        for piece in held:
            holding[piece].append(index)
    found: list[str] = []
    for file, sentence in held_out:
        if count_han(sentence) < FULL_HAN and count_words(sentence) < FULL_WORDS:
            continue
        own = pieces(sentence)
        for index, shared in Counter(i for piece in own for i in holding.get(piece, ())).most_common(3):
            if shared / len(own | known[index][2]) >= ALIKE:
                found.append(f"{file}: {sentence} (taught in {known[index][0]}: {known[index][1]})")
                break
    return found


def test_nothing_like_a_held_out_sentence_was_taught() -> None:
    nothing(nearly(said(HELD_OUT), said(sentences.FOLDER)))


def test_a_near_duplicate_is_noticed() -> None:
    taught = [
        ("a.yml", "the lamp at gate three of the garden is out again"),
        ("a.yml", "yes please"),
        ("b.yml", "水管爆了快来人修一下吧"),
    ]
    held = [
        ("c.yml", "the lamp at gate three of the garden is out again!!"),
        ("c.yml", "yes, please"),
        ("d.yml", "水管漏了请来人看一下吧"),
    ]
    assert nearly(held, taught) == [f"c.yml: {held[0][1]} (taught in a.yml: {taught[0][1]})"]
    changed = [("c.yml", "the lamp at gate three of the garden is out agen")]
    assert len(nearly(changed, taught)) == 1
