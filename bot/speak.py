"""Hop 7: from texts and questions to words in a language, with Babel's dates and money, fitted to the channel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from bot.contract.conversation import Offer
from bot.contract.messages import Card, Choice, Choices, Media, Part, Profile, Words
from bot.contract.text import Ask, Clock, Money, Option, Param, Picture, Sayable, Summary, Text, t
from bot.contract.understanding import Place, When
from bot.fit import fit
from bot.locales import Catalogue

CURRENCY = "CNY"
_PLACE = re.compile(r"\{(\w+)\}")

# Parts of a day as they stand in a sentence.
_PARTS = {
    "morning": t("in the morning"),
    "noon": t("around noon"),
    "afternoon": t("in the afternoon"),
    "evening": t("in the evening"),
    "night": t("at night"),
}
# A limit, of another day and of today.
_LIMITS = {
    ("before", False): t("{day} before {time}"),
    ("before", True): t("today before {time}"),
    ("after", False): t("{day} after {time}"),
    ("after", True): t("today after {time}"),
}
# Before this hour it is night.
DAWN = 5
_DAYS = {0: t("today"), 1: t("tomorrow"), 2: t("the day after tomorrow")}


_CASE, _PHONE = re.compile(r"[A-Z]{1,2}-\d{8}-\d{4}"), re.compile(r"\+?\d{10,14}")
# A building and its unit, written in characters.
_SHARED = re.compile(r"[0-9A-Za-z]+[\u680b\u5e62\u5ea7\u53f7\u697c]+[0-9A-Za-z]+\u5355\u5143")


@dataclass(frozen=True, slots=True)
class Spoken:
    """parts: what the channel shows; offered: what may be tapped or keyed in answer."""

    parts: tuple[Part, ...]
    offered: tuple[Offer, ...]


class Speaker:
    """Knows the catalogues; `speak` is hop 7."""

    def __init__(self, catalogues: Mapping[str, Catalogue], default: str, public_url: str = "") -> None:
        self._catalogues = catalogues
        self._default = default
        self._public_url = public_url.rstrip("/")

    def speak(
        self,
        say: Sequence[Sayable],
        ask: Ask | None,
        *,
        language: str,
        profile: Profile,
        now: datetime,
        page: int = 0,
        in_parts: bool = False,
    ) -> Spoken:
        """Words in this language for this way of showing; `now` tells what "tomorrow" is; in_parts: what is longer
        than a breath is told by and by where it is heard."""
        catalogue = self._catalogues.get(language) or self._catalogues[self._default]
        aloud = profile is Profile.VOICE
        voice = _Voice(catalogue, now, profile.is_heard, page if aloud else None)
        parts: list[Part] = []
        for item in say:
            if isinstance(item, Picture):
                # Nothing to look at on a call.
                seen = [] if profile.is_heard else [Media("image", self._public_url + item.path, voice.words(item.alt))]
                parts.extend(seen)
            else:
                parts.append(voice.card(item) if isinstance(item, Summary) else Words(voice.words(item)))
        if ask is not None:
            parts.append(voice.question(ask))
        held_back = aloud and page == 0 and any(isinstance(item, Summary) and item.first for item in say)
        return Spoken(*fit(tuple(parts), profile, page, voice.words, details=held_back, in_parts=in_parts))

    def words(self, text: Text, language: str, now: datetime) -> str:
        """One sentence, for logs, problem documents and staff."""
        catalogue = self._catalogues.get(language) or self._catalogues[self._default]
        return _Voice(catalogue, now, heard=False).words(text)


class _Voice:
    """One language at one moment."""

    def __init__(self, catalogue: Catalogue, now: datetime, heard: bool, page: int | None = None) -> None:
        """page: of what is said to somebody who can speak; None everywhere else."""
        self._catalogue = catalogue
        self._locale = catalogue.locale
        self._now = now
        self._heard = heard
        self._page = page

    def words(self, text: Text) -> str:
        return self._filled(self._catalogue.find(text, heard=self._heard), text)

    def _filled(self, pattern: str, text: Text) -> str:
        if "{" not in pattern:
            return pattern
        params = text.params
        # Not str.format: what residents typed goes through here and must stay inert.
        return _PLACE.sub(lambda m: self._param(params[m.group(1)]) if m.group(1) in params else m.group(0), pattern)

    def card(self, summary: Summary) -> Card:
        places = list(range(len(summary.rows)))
        if self._page is not None and summary.first:
            # What decides is heard at once, the rest by whoever asks for it.
            places = [n for n in places if (n in summary.first) == (self._page == 0)]
        rows = tuple((self.words(label), self._param(value)) for label, value in (summary.rows[n] for n in places))
        return Card(self.words(summary.title), rows)

    def question(self, ask: Ask) -> Part:
        text, entry = self.words(ask.text), self.words(ask.entry) if self._heard and ask.entry is not None else ""
        if not ask.options and (not entry or self._page is None):
            return Words(f"{text} {entry}" if entry else text)
        asked = len(text) if self._page is not None else 0
        options = tuple(self._choice(option) for option in ask.options)
        return Choices(text, options, ask.entry is not None, asked, entry)

    def _choice(self, option: Option) -> Choice:
        """By its title it is known in the talk and at the desk, however it is said on the line."""
        said = self.words(option.title)
        if not self._heard:
            return Choice(said, option.payload)
        title = _Voice(self._catalogue, self._now, heard=False, page=self._page).words(option.title)
        return Choice(title, option.payload, heard=said if said != title else "")

    def _param(self, value: Param) -> str:
        match value:
            case Text():
                return self.words(value)
            case Place():
                return self._place(value)
            case When():
                return self._when(value)
            case Money():
                return self._money(value.amount)
            case Clock():
                return self._hour(value.at) if value.bare else self._moment(value.at)
            case Decimal():
                return str(format_decimal(value, locale=self._locale))
            case datetime():
                return self._moment(value)
            case time():
                return self._clock(value)
            case date():
                return self._day(value)
        return self._number(str(value))

    def _number(self, text: str) -> str:
        """Nobody can hear a long number as one: of a case its last four, of a telephone digit by digit in groups."""
        if not self._heard:
            return text
        if _CASE.fullmatch(text):
            return self.words(t("the one ending {digits}", context="case", digits=" ".join(text[-4:])))
        if not _PHONE.fullmatch(text):
            return text
        groups = [text[-4:], text[-8:-4], text[:-8]]
        return ", ".join(" ".join(one) for one in reversed(groups) if one)

    def _place(self, place: Place) -> str:
        """As it was said; an address written in characters is spelled out where they cannot be read."""
        if place.text == place.building and place.text.isdigit():
            return self.words(t("Building {building}", building=place.building))
        written = place.text.isascii() or "(" in place.text
        if written or self._locale.language == "zh" or not place.building:
            return place.text
        if place.room is None:
            shared = _SHARED.match(place.text) if place.unit is not None else None
            rest = place.text[shared.end() :] if shared is not None else ""
            said = t("Building {building}, Unit {unit}", building=place.building, unit=place.unit or "")
            return self.words(said) + rest if shared is not None and rest.isascii() else place.text
        if place.unit is None:
            return self.words(t("Building {building}, Room {room}", building=place.building, room=place.room))
        return self.words(
            t(
                "Building {building}, Unit {unit}, Room {room}",
                building=place.building,
                unit=place.unit,
                room=place.room,
            )
        )

    def _when(self, when: When) -> str:
        if isinstance(when.start, datetime):
            local = when.start.astimezone(self._now.tzinfo)
            # What is wished or offered names its day, today as well.
            clock, day = self._clock(local.time()), self._day(local.date())
            if local.hour < DAWN:
                # "Half past twelve last night" is of the day that had just begun.
                return self.words(t("{day} at {time}, in the night", day=day, time=clock))
            today = local.date() == self._now.date()
            if when.bound:
                return self.words(replace(_LIMITS[when.bound, today], params={"day": day, "time": clock}))
            if today:
                return self.words(t("today at {time}", time=clock))
            return self.words(t("{day} at {time}", day=day, time=clock))
        day = self._day(when.start)
        part = _PARTS.get(when.part or "")
        return self.words(t("{day} {part}", day=day, part=part)) if part else day

    def _hour(self, at: datetime) -> str:
        return self._clock(at.astimezone(self._now.tzinfo).time())

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(self._now.tzinfo)
        clock = self._clock(local.time())
        if local.date() == self._now.date():
            return clock
        return self.words(t("{day} at {time}", day=self._day(local.date()), time=clock))

    def _clock(self, at: time) -> str:
        """A full hour is heard without its minutes."""
        if not self._heard:
            return str(format_time(at, "short", locale=self._locale))
        if (at.hour, at.minute) == (12, 0):
            return self.words(t("noon", context="heard time"))
        pattern = t("h:mm a", context="heard time") if at.minute else t("h a", context="heard time")
        return str(format_time(at, self.words(pattern), locale=self._locale))

    def _money(self, amount: Decimal) -> str:
        """As it is said: no sign of a currency, no empty fractions, no commas to breathe at."""
        if not self._heard:
            return str(format_currency(amount, CURRENCY, locale=self._locale))
        written = format_decimal(amount, "0" if amount == amount.to_integral_value() else "0.00", locale=self._locale)
        return self.words(t("{amount} yuan", context="heard", amount=str(written)))

    def _day(self, day: date) -> str:
        near = _DAYS.get((day - self._now.date()).days)
        # A voice reads "Fri" as it is written.
        heard, seen = t("EEEE d MMMM", context="heard date"), t("EEE d MMM", context="date pattern")
        pattern = heard if self._heard else seen
        shown = str(format_date(day, self.words(pattern), locale=self._locale))
        if near is None:
            return shown
        if self._page is not None:
            # Nobody looks it up on the line.
            return self.words(near)
        return self.words(t("{near} ({date})", near=near, date=shown))


def signed(by: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A person's line bears their name where nothing else shows it: nobody takes it for the bot's."""
    if not by or not parts:
        return parts
    first, *rest = parts
    if isinstance(first, Words):
        return (Words(f"{by}: {first.text}" if by.isascii() else f"{by}：{first.text}"), *rest)
    return (Words(by), *parts)
