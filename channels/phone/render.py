"""From parts to TwiML: said in the caller's language at their pace, listening for words and keys the while."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bot.contract.breath import breaths
from bot.contract.messages import Card, Choices, Link, Manner, Media, OutboundMessage, Part, Words
from bot.contract.ringing import Script
from channels.phone.parse import Place
from channels.phone.voices import Voice, aloud, voice_of

# Seconds until nothing was heard; who asked for a slow pace has longer, who cried for help longest.
LISTENS, SLOWLY, ALARMED = 6, 12, 25
# Silence that ends a sentence, and the longest one.
PAUSE_SECONDS, LONGEST_SECONDS = "2", 60
RINGS, STAR_SECONDS, MESSAGE_SECONDS = 25, 2, 120
# Who may answer in words has so long before the keys are named.
THINKS = 3
_BLANK = re.compile(r"\s+")
_FULL = re.compile(r"[.!?。！？：:；;，,]$")


@dataclass(frozen=True, slots=True)
class Path:
    """The addresses of this account's call, as Twilio is told them."""

    base: str

    def to(self, what: str, place: Place) -> str:
        return f"{self.base}/{what}?{place.query()}"


def words_of(parts: Sequence[Part]) -> list[str]:
    """What is said of these parts; a link cannot be, its text message is."""
    said = (_said(part) for part in parts)
    return [one for one in said if one]


def _said(part: Part) -> str:
    match part:
        case Words():
            return paragraph(part.text)
        case Choices():
            # What nobody has put into the words is named behind them.
            unsaid = [f"{one.title}: {one.key}" for one in part.items if (one.heard or one.title) not in part.text]
            return paragraph("\n".join([part.text, *unsaid]))
        case Card():
            lines = [part.title, *(f"{label}，{value}" for label, value in part.rows)]
            return paragraph(part.text or "\n".join(lines))
        case Link():
            return paragraph(part.title)
        case Media():
            return paragraph(part.alt)


def paragraph(text: str) -> str:
    """One paragraph in which each line is a sentence."""
    lines = [_BLANK.sub(" ", line).strip() for line in text.splitlines()]
    ended = (line if _FULL.search(line) else f"{line}." if line.isascii() else f"{line}。" for line in lines if line)
    return " ".join(ended)


def _in_turn(part: Part, at_once: bool) -> tuple[str, list[str]]:
    """What is asked, and behind it, after a pause that may be, how to answer by keys: one sentence group each."""
    if not isinstance(part, Choices) or not (part.asked or part.entry):
        return " ".join(words_of([part])), []
    named = part.text.removesuffix(part.entry)
    question, keys = (named, "") if at_once or not part.asked else (named[: part.asked], named[part.asked :])
    return paragraph(question), [said for one in (keys, part.entry) if (said := paragraph(one))]


def ask(
    replies: Sequence[OutboundMessage],
    path: Path,
    place: Place,
    also: Sequence[tuple[str, str]] = (),
    *,
    at_once: bool = False,
) -> str:
    """The answer, and ears for what comes next; also: words in another language behind it, for who knows only that;
    at_once: who has just used keys, or said nothing, hears them without a pause."""
    manner, parts = _manner(replies), [part for reply in replies for part in reply.parts]
    language = manner.language or place.language
    voice, twiml = voice_of(language), response()
    last = parts[-1] if parts else None
    # Where one key is the whole answer nobody waits for a second one.
    single = isinstance(last, Choices) and bool(last.items) and not last.typed
    after = Place(place.step + 1, place.quiet, one=single, language=language)
    offered = tuple(one.heard or one.title for one in last.items) if isinstance(last, Choices) else ()
    ears = _gather(twiml, voice, path.to("turn", after), manner, offered, digits=1 if single else None)
    at_once = at_once or manner.ready
    question, keys = _in_turn(last, at_once) if last is not None else ("", [])
    for text in [*words_of(parts[:-1]), *([question] if question else [])]:
        say(ears, text, voice, manner.slow)
    if keys and not at_once:
        ears.pause(length=THINKS)
    for text in keys:
        say(ears, text, voice, manner.slow)
    for text, other in also:
        say(ears, text, voice_of(other), manner.slow)
    return str(twiml)


def ask_pin(text: str, path: Path, place: Place) -> str:
    """Keys only: a PIN that is spoken is overheard."""
    voice, twiml = voice_of(place.language), response()
    after = Place(place.step + 1, pin=True, language=place.language)
    action = path.to("turn", after)
    ears = twiml.gather(
        input="dtmf", action=action, method="POST", timeout=SLOWLY, finish_on_key="#", action_on_empty_result=True
    )
    say(ears, text, voice, slow=False)
    return str(twiml)


def after_star(path: Path, place: Place) -> str:
    """The star waits a moment for what belongs to it, a key or a whole PIN; alone it means once more."""
    twiml = response()
    after = Place(place.step + 1, star=True, language=place.language)
    twiml.gather(
        input="dtmf",
        action=path.to("turn", after),
        method="POST",
        timeout=STAR_SECONDS,
        finish_on_key="#",
        action_on_empty_result=True,
    )
    return str(twiml)


def said_and(replies: Sequence[OutboundMessage], place: Place, more: str = "") -> str:
    """The answer and no ears: the call is over."""
    manner, twiml = _manner(replies), response()
    voice = voice_of(manner.language or place.language)
    for text in (*words_of([part for reply in replies for part in reply.parts]), *([more] if more else [])):
        say(twiml, text, voice, manner.slow)
    twiml.hangup()
    return str(twiml)


def wait(text: str, path: Path, place: Place) -> str:
    """It takes longer than a caller may be left in silence: the same step is asked for once more."""
    twiml = response()
    say(twiml, text, voice_of(place.language), slow=False)
    twiml.redirect(path.to("turn", replace(place, again=place.again + 1)), method="POST")
    return str(twiml)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is rung for a caller: their numbers, our own that they see, and what it is about, which they alone hear."""

    numbers: Sequence[str]
    own: str
    about: str = ""


def connect(replies: Sequence[OutboundMessage], path: Path, place: Place, desk: Desk) -> str:
    """To the desk; who answers there first is told what it is about, and must press a key. With the call's first words,
    for whoever has a person first, keys and words are heard before it rings."""
    manner, twiml = _manner(replies), response()
    language = manner.language or place.language
    voice = voice_of(language)
    parts, into = [part for reply in replies for part in reply.parts], twiml
    if place.step == 0:
        parts = [part for part in parts if isinstance(part, Words)]
        begun = path.to("turn", Place(1, one=True, language=language))
        into = _gather(twiml, voice, begun, manner, (), digits=1, silence=False)
    for text in words_of(parts):
        say(into, text, voice, manner.slow)
    after = replace(place, step=place.step + 1, language=language, again=0)
    dial = twiml.dial(
        action=path.to("dialled", after), method="POST", timeout=RINGS, answer_on_bridge=True, caller_id=desk.own
    )
    whisper = path.to("whisper", after) + (f"&about={quote(desk.about)}" if desk.about else "")
    for number in desk.numbers[:10]:
        dial.number(number, url=whisper, method="POST")
    return str(twiml)


def record(replies: Sequence[OutboundMessage], ask: str, path: Path, place: Place) -> str:
    """Nobody is at the desk: the answer, and a tape for what a person shall hear; silence goes on as silence does."""
    manner, twiml = _manner(replies), response()
    language = manner.language or place.language
    voice = voice_of(language)
    for text in (*words_of([part for reply in replies for part in reply.parts if isinstance(part, Words)]), ask):
        say(twiml, text, voice, manner.slow)
    action = path.to("turn", Place(place.step + 1, language=language))
    twiml.record(
        action=action,
        method="POST",
        max_length=MESSAGE_SECONDS,
        timeout=LISTENS,
        finish_on_key="#",
        play_beep=True,
        trim="trim-silence",
    )
    # Nothing was spoken: Twilio goes on here.
    twiml.redirect(action, method="POST")
    return str(twiml)


def whisper(text: str, path: Path, place: Place) -> str:
    """Heard by the person of the desk alone; an answering machine presses nothing."""
    twiml = response()
    ears = twiml.gather(
        input="dtmf", action=path.to("whispered", place), method="POST", timeout=10, num_digits=1, finish_on_key=""
    )
    say(ears, text, voice_of(place.language), slow=False)
    twiml.hangup()
    return str(twiml)


def script(said: Script, following: str) -> str:
    """A call that we began; following: where what is pressed or said goes. Silence goes there too."""
    twiml = response()
    into = twiml
    if said.keys:
        voice, fixed = voice_of(said.language), {"method": "POST", "finish_on_key": "#", "action_on_empty_result": True}
        heard = {"speech_timeout": PAUSE_SECONDS, "hints": ", ".join(said.hints), "language": voice.hear}
        ears = "dtmf speech" if said.hears else "dtmf"
        more = heard if said.hears else {}
        into = twiml.gather(input=ears, action=following, timeout=LISTENS, num_digits=said.keys, **fixed, **more)
    for text, language in (*((text, said.language) for text in said.say), *said.also):
        say(into, paragraph(text), voice_of(language), slow=False)
    if not said.keys:
        twiml.hangup()
    return str(twiml)


def nothing(*, hang_up: bool = False) -> str:
    twiml = response()
    if hang_up:
        twiml.hangup()
    return str(twiml)


def _gather(
    twiml: Any,
    voice: Voice,
    action: str,
    manner: Manner,
    offered: tuple[str, ...],
    digits: int | None,
    *,
    silence: bool = True,
) -> Any:
    """silence: whether it is an answer, too; else what stands behind comes next."""
    timeout = PAUSE_SECONDS if not silence else ALARMED if manner.alarm else SLOWLY if manner.slow else LISTENS
    return twiml.gather(
        input="dtmf speech",
        action=action,
        method="POST",
        timeout=timeout,
        speech_timeout=PAUSE_SECONDS,
        max_speech_time=LONGEST_SECONDS,
        finish_on_key="#",
        num_digits=digits,
        language=voice.hear,
        hints=voice.hinted(offered),
        barge_in=True,
        profanity_filter=False,
        action_on_empty_result=silence,
    )


def say(into: Any, text: str, voice: Voice, slow: bool) -> None:
    for breath in breaths(text):
        said = into.say(voice=voice.say, language=voice.say_language)
        said.prosody(aloud(breath, voice.say_language), rate=voice.slow if slow else voice.pace)


def _manner(replies: Sequence[OutboundMessage]) -> Manner:
    return replies[-1].manner if replies else Manner()


def response() -> Any:
    from twilio.twiml.voice_response import VoiceResponse

    return VoiceResponse()
