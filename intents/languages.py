"""Which language a message is written in, and whether it is enough of it to change a conversation."""

from __future__ import annotations

import re

from intents.features import Vocabulary
from intents.normalise import count_han, count_words
from intents.patterns import later

FULL_HAN = 6
FULL_WORDS = 4


# Words of no language, or of every one.
ANYWHERE = frozenset({"sos", "ok", "wifi", "app", "vip", "qr", "id", "atm", "tv", "ktv"})
# What hangs on a figure ("9ish", "3h") is no word of a language.
_WORD = later(r"(?<![a-z0-9])[a-z]+")
# Small words that are no pinyin, and what people write without its apostrophe: a sentence with two of them is English
# however the rest of it is spelt.
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "i the my is it in on and of for not with this that there has have are was to please doesnt dont isnt wont "
        "cant didnt couldnt wasnt arent havent hasnt thats youre theres whats ive im its hes shes theyre wouldnt",
    )
)
# Letters of neither Chinese nor English: Greek and Cyrillic, Hebrew and Arabic, India's, Thai and Lao, kana, Hangul.
_OTHERS = later("[\u0370-\u058f\u0590-\u06ff\u0900-\u0eff\u10a0-\u11ff\u3040-\u30ff\uac00-\ud7af]")
_LATIN = later("[a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff]+")
# What our nearest neighbours in the Latin script say in every second sentence, and neither English nor pinyin does.
_ELSEWHERE = frozenset(
    re.findall(
        r"\w+",
        "je vous une les des est pas avec pour dans mon mes votre nous bonjour merci quelqu qui suis avez pouvez "
        "el los las por favor una con hola necesito tengo gracias funciona ayuda para como puede quiero usted "
        "tiene ich der das ist nicht bitte mein meine und ein eine kein mit guten danke wir haben habe kaputt "
        "uma minha meu obrigado preciso tenho il non sono della mio mia ciao grazie questo vorrei perso "
        "hola rompe luz agua pasillo cocina puerta casa fuego ayer desde mañana hallo guten tag seit heizung wasser "
        "ik het een niet mijn alstublieft graag saya tidak ada yang bisa tolong rusak kamar rumah lampu bocor "
        "ako hindi kumusta sira namin tubig salamat po bir jest",
    )
)


def detect(text: str, known: Vocabulary) -> tuple[str | None, bool]:
    """(`zh_Hans` or `en` or None, full sentence): a plate, pinyin, noise or an emoji tells nothing.

    known: the classifier's tokens; a word is English when the sentences hold it.
    """
    han, words = count_han(text), count_words(text)
    found = [word for word in _WORD.findall(text.lower()) if word not in ANYWHERE and len(word) > 1]
    if han and han >= len(found):
        return "zh_Hans", han >= FULL_HAN
    ours = sum(word in _ENGLISH for word in _WORD.findall(text.lower()))
    if found and (ours > 1 or 2 * (len(known.find([f"={word}" for word in found])) + ours) > len(found)):
        return "en", words >= FULL_WORDS
    return None, False


def is_foreign(text: str) -> bool:
    """Whether this is written in a language that we have no words for; a name or a sign of it does not make it so."""
    lowered = text.lower()
    words = _LATIN.findall(lowered)
    others = len(_OTHERS.findall(text))
    if others > 2 and 2 * others >= max(count_han(text), sum(map(len, words))):
        return True
    told = sum(word in _ELSEWHERE or not word.isascii() for word in words)
    return told > 1 and 3 * told >= len(words) and not count_han(text)
