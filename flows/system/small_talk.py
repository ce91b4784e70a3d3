"""Talk that asks for nothing the desk does, and questions about people's data: a short honest word, never a menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.contract.flow import Do, Flow, Outcome, Turn
from bot.contract.text import Ask, Option, Sayable, Text, t

PERSON = Option(t("A person, please", spoken="a person"), "aside=ask_human")
WORDS: Mapping[str, Text] = {
    "opening": t("Of course. What is it about? Tell me in your own words."),
    "robot": t("I am the desk's automatic assistant, not a person. Say “a person” and a colleague takes over."),
    "weather": t("The weather I do not know. What can I do for you at the desk?"),
    "how_are_you": t("Thank you for asking, I am here at any hour. How are you, and what can I do for you?"),
    "joke": t("Jokes are not my trade; repairs, bills and visitors are. Just tell me when you need one of these."),
    "praise": t("Thank you, that is kind of you."),
    "mine": t(
        "The desk keeps your name, home and phone, your bills, and what you write here and file with us; “all my "
        "cases” shows what is open. Only those who work on it see it. To see, correct or delete any of it, say “a "
        "person”."
    ),
    "forget": t(
        "You may have your data shown, corrected or deleted. A person does that after making sure that it is you; what "
        "the law wants kept, such as bills, they tell you. Shall I ask one to get back to you?"
    ),
    "share": t("No. Your number and home go to nobody but those who work on what you asked for."),
    "fraud": t(
        "That was not us: we never ask for card numbers, passwords or codes, on no channel. Tell them nothing and pay "
        "nothing; if money is gone already, call {police} at once."
    ),
    "others": t(
        "Of other people I tell nobody anything: not who they are or where they live, not whether they are in, not "
        "what they told us. If it is urgent, I can pass a word to the desk."
    ),
    "codes": t(
        "Codes of gates and doors I give to nobody here. Visitors get a pass from the home that expects them; if you "
        "stand before a shut door, say “a person”, and the desk helps."
    ),
}


def said(turn: Turn) -> tuple[Sayable, ...] | None:
    text = _words(turn, turn.understanding.extra.get("chat", ""))
    return None if text is None else (text,)


def _words(turn: Turn, kind: str) -> Text | None:
    text = WORDS.get(kind)
    if text is None or kind != "fraud":
        return text
    return replace(text, params={"police": turn.conversation.community.emergency["police"]})


def run(turn: Turn) -> Outcome:
    kind = turn.understanding.extra.get("chat", "")
    text = _words(turn, kind)
    if text is None:
        return Outcome(done=True)
    if kind == "forget":
        return Outcome(ask=Ask(text, (PERSON,)), awaiting="sure", done=True, lingers=True)
    return Outcome(say=(text,), done=True)


FLOW = Flow(
    "small_talk",
    1,
    t("Small talk"),
    (),
    steps=(Do("run", run),),
    hours=1,
    cues=("chat",),
    consult=said,
    consults=("chat",),
)
