"""The voices that speak the prompts here, at the pace of the telephone's, and the line that they come over."""

from __future__ import annotations

import io
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]
# Words a minute of espeak-ng at which its pace is what a telephone's voice has at 100 %: 267 characters a minute in
# Chinese, 4.4 syllables a second in English.
FULL = {"zh": 281, "en": 168}
VOICES = {"zh": "cmn", "en": "en-us"}
# What the other voice is stretched by to be as fast as that.
STRETCH = 1.05
# A telephone line: so many samples a second, nothing below and above.
RATE, LOW, HIGH, MU = 8_000, 300.0, 3_400.0, 255


def spoken(text: str, language: str, pace: float) -> tuple[Sound, int]:
    """By espeak-ng, whose pauses and pace are what is measured; it is too much of a robot to be understood."""
    speed = str(round(FULL[language] * pace))
    command = ["espeak-ng", "-v", VOICES[language], "-s", speed, "--stdout", text]
    return _read(subprocess.run(command, capture_output=True, check=True).stdout)


def clearly(text: str, pace: float) -> tuple[Sound, int]:
    """English by flite, which a recogniser understands as well as a person."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "said.wav"
        command = ["flite", "-voice", "slt", "--setf", f"duration_stretch={STRETCH / pace:.3f}", "-t", text, "-o"]
        subprocess.run([*command, str(made)], capture_output=True, check=True)
        return _read(made.read_bytes())


def _read(file: bytes) -> tuple[Sound, int]:
    # espeak-ng writes to a pipe and cannot know its length: what stands behind the header is the sound.
    with wave.open(io.BytesIO(file)) as sound:
        frames = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
        return frames.astype(np.float64) / 32_768, sound.getframerate()


def seconds(sound: Sound, rate: int) -> float:
    """Without the silence before and behind the words."""
    heard = np.flatnonzero(np.abs(sound) > 0.01)
    return float(heard[-1] - heard[0]) / rate if heard.size else 0.0


def over_the_line(sound: Sound, rate: int) -> Sound:
    """Eight thousand samples a second, mu-law: what a telephone leaves of a voice."""
    count = int(len(sound) * RATE / rate)
    waves = np.fft.rfft(sound)
    pitch = np.fft.rfftfreq(len(sound), 1 / rate)
    waves[(pitch < LOW) | (pitch > HIGH)] = 0
    narrow = np.fft.irfft(waves[: count // 2 + 1], count)
    narrow *= 0.6 / max(float(np.abs(narrow).max()), 1e-9)
    squeezed = np.sign(narrow) * np.log1p(MU * np.abs(narrow)) / np.log1p(MU)
    coded = np.round((squeezed + 1) / 2 * MU) / MU * 2 - 1
    return np.asarray(np.sign(coded) * ((1 + MU) ** np.abs(coded) - 1) / MU)


def doubled(narrow: Sound) -> Sound:
    """At sixteen thousand samples a second, as recognisers take it; nothing is added to it."""
    waves = np.fft.rfft(narrow)
    wide = np.zeros(len(narrow) + 1, dtype=complex)
    wide[: len(waves)] = waves
    return np.asarray(np.fft.irfft(wide, 2 * len(narrow)) * 2)
