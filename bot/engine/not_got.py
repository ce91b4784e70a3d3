"""Not understood while nothing is open: what it may have been, else the words go on as they are."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.text import Ask, Option, Text, t
from bot.contract.understanding import Danger, Understanding
from bot.engine.asked.kept import offer
from bot.engine.decision import INTERRUPT, OUT_OF_SCOPE, SOS
from bot.engine.filed.spoken_of import within
from bot.engine.measure import is_brief, weight
from bot.engine.run import Run

PERSON = Option(t("A person, please", spoken="a person"), "aside=ask_human")
# So many of what it may have been.
SHOWN = 3
# So likely, something may have been meant.
NEAR = 0.05
# Less says nothing that anybody could use; and so much is passed on.
TELLS, LONGEST = 8, 400
# So likely one of them is asked about; so much begins a story; and so often is it listened to.
LIKELY, STORY, PATIENCE = 0.3, 24, 2
# So surely it tells, and neither asks nor orders.
TOLD = 0.6
# A few words, or Chinese characters.
FEW_WORDS, FEW = 8, 12
# What asks for something.
_WISHED = frozenset(
    {"question", "asks_back", "asking", "requests", "wants_it", "also", "thing", "fault", "urgent", "hinted", "foreign"}
)
_NO_WORDS = frozenset({"noise", "angry", "manner", "chat"})


def turning(misses: int, texts: tuple[Text, ...]) -> Text:
    """The text for this miss; after the last two they take turns, so that none is heard twice in a row."""
    if misses <= len(texts):
        return texts[misses - 1]
    return texts[-1] if (misses - len(texts)) % 2 == 0 else texts[-2]


def unknown_afresh(run: Run, misses: int) -> None:
    """What it may have been of what is done here, then the words as they are to the desk, then a person; a remark
    about what was just told is let stand."""
    if misses == 1 and _remarks(run):
        run.ask = Ask(t("All right. If I am to do something about it, tell me in a few words what it is."))
        return
    if misses <= PATIENCE and _leads_on(run):
        listening = t("I am listening. What is it about, and what shall be done?")
        run.ask = Ask(listening if misses == 1 else t("I have that too. What shall I do about it?"))
        return
    said = "; ".join(filter(None, (*run.turn.conversation.lost[-1:], run.turn.message.text.strip())))
    asked = (_nearest(run) if misses == 1 else _as_it_is(run, said)) if misses <= 2 and _says(run) else None
    if asked is not None:
        run.ask = asked
        return
    first = t(
        "I did not understand that. You can tell me in your own words, for example “the kitchen tap drips” "
        "or “how is my repair going”.",
        spoken="I did not understand that. Just say it, for example “the kitchen tap drips”.",
    )
    second = t("Sorry, I still do not know what you need. These are the things I can do:")
    third = t("I am sorry, I am not getting this. Shall a person from the desk look at it?")
    fourth = t("I cannot make it out, I am afraid. A person can; or have a look at what I can do.")
    person = (PERSON, Option(t("Show me what you can do"), "aside=help"))
    text = turning(misses, (first, second, third, fourth))
    run.ask = Ask(text, run.turn.menu if misses < 3 else person)


def _leads_on(run: Run) -> bool:
    """ "I am not one to complain, just off the night shift": a story begins, which no service is near to."""
    heard = run.turn.understanding
    near = [likely for name, likely in heard.alternatives if name not in (SOS, OUT_OF_SCOPE)]
    calm = heard.danger is Danger.NONE and not _WISHED & set(heard.extra) and heard.share("tells") >= TOLD
    return calm and _says(run) and max(near, default=0) < LIKELY and weight(run.turn.message.text) >= STORY


def _remarks(run: Run) -> bool:
    """ "Told him so": a few words about what was just told or filed, that ask for nothing."""
    talk, heard = run.conversation, run.turn.understanding
    told = next((f for f in (talk.told, talk.recent) if f is not None and within(f, run.turn.message)), None)
    asks = _WISHED & set(heard.extra) or heard.entities or _sure(heard)
    return told is not None and not asks and is_brief(run.turn.message.text, FEW_WORDS, FEW)


def _sure(heard: Understanding) -> bool:
    return heard.confidence >= INTERRUPT and heard.intent != OUT_OF_SCOPE


def _says(run: Run) -> bool:
    """Words in which something is told, and no noise or number."""
    said, heard = run.turn.message.text, run.turn.understanding
    words = weight(said) >= TELLS and any(map(str.isalpha, said)) and len(said) <= LONGEST
    return words and heard.full_sentence and not _NO_WORDS & set(heard.extra)


def _nearest(run: Run) -> Ask | None:
    """What the words are nearest to, by a wider look at them; None where nothing is near."""
    flows = [(run.book.for_intent(name), likely) for name, likely in run.turn.understanding.alternatives]
    near = [f for f, likely in flows if f is not None and not f.aside and f.name != SOS and likely >= NEAR][:SHOWN]
    if not near:
        return None
    text = t(
        "I did not quite get that. Is it one of these? If not, say it in other words, or I pass it to the desk as you "
        "wrote it.",
        spoken="I did not quite get that. Is it one of these? If not, say it in other words.",
    )
    return offer(run, Ask(text, tuple(Option(flow.title, f"start={flow.name}") for flow in near)))


def _as_it_is(run: Run, said: str) -> Ask:
    """Both of what was not understood, for those who read it."""
    text = t("I still do not get it, and I am sorry. Shall I pass your words to the desk as they are?")
    asked = offer(run, Ask(text, ()), said[:LONGEST]) or Ask(text)
    return replace(asked, options=(*asked.options, PERSON))
