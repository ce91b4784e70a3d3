"""When something was not understood: say what, show how, offer choices, then a person; never the same twice."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.flow import Do, Slot, SlotKind
from bot.contract.text import Ask, Option, Text, t
from bot.engine.decision import YES_NO, Decision
from bot.engine.run import Run
from bot.engine.steps import apply, ask_for, wait

PERSON = Option(t("A person, please", spoken="a person"), "aside=ask_human")


def unknown(run: Run, decision: Decision) -> None:
    """First what was not known and an example, second the choices, third a person."""
    if "foreign" in run.turn.understanding.extra:
        # In both, as it is not known which of the two is read; the pending question stays.
        _again(run, t("I speak Chinese and English. 我会说中文和英文。"))
        return
    misses = run.conversation.misses + 1
    run.change(misses=misses)
    if run.conversation.top is None:
        _unknown_afresh(run, misses)
        return
    frame = run.top
    if frame.awaiting in YES_NO:
        _unknown_yes_no(run, misses)
        return
    slot = run.flow.slot(frame.awaiting) if frame.awaiting and run.flow.has(frame.awaiting) else None
    if slot is None:
        _again(run, [t("I did not understand that."), t("I still do not follow.")][min(misses, 2) - 1])
        return
    run.tell([_what(slot, misses)])
    ask_for(run, slot)
    if misses >= 3 and run.ask is not None:
        run.ask = replace(run.ask, options=(*run.ask.options, PERSON))


def _unknown_afresh(run: Run, misses: int) -> None:
    if misses == 1:
        text = t(
            "I did not understand that. You can tell me in your own words, for example “the kitchen tap drips” "
            "or “how is my repair going”."
        )
        run.ask = Ask(text, run.turn.menu)
    elif misses == 2:
        run.ask = Ask(t("Sorry, I still do not know what you need. These are the things I can do:"), run.turn.menu)
    else:
        text = t("I am sorry, I am not getting this. Shall a person from the desk look at it?")
        run.ask = Ask(text, (PERSON, Option(t("Show me what you can do"), "aside=help")))


def _unknown_yes_no(run: Run, misses: int) -> None:
    asked = run.conversation.asked
    options = asked.options if asked else ()
    texts = {
        1: t("I was not sure what you mean. If everything is right, say “yes”; otherwise tell me what is different."),
        2: t("Please choose: yes, so that I go on, or no, so that we change it. Nothing has been sent yet."),
    }
    text = texts.get(misses, t("Let us do this another way: yes, no, or a person from the desk?"))
    wait(run, run.top.awaiting or "?", Ask(text, options if misses < 3 else (*options, PERSON)))


def _what(slot: Slot, misses: int) -> Text:
    if slot.kind is SlotKind.WHEN:
        first = t("I did not catch a day or a time in that. For example: “tomorrow at 3 pm” or “Saturday morning”.")
    elif slot.kind is SlotKind.PLACE:
        first = t("I did not recognise a place in that. For example: “3-2-501”, “gate 3” or “garage B1”.")
    elif slot.kind in (SlotKind.NUMBER, SlotKind.MONEY):
        first = t("I was listening for a number there.")
    else:
        first = slot.example or t("I could not make an answer out of that.")
    if misses == 1:
        return first
    if misses == 2:
        return t("Let us try it once more, in other words or with one of the choices.")
    return t("I am sorry, I am not getting this. A person can take it over.")


def _again(run: Run, text: Text) -> None:
    run.tell([text])
    asked = run.conversation.asked
    if asked is not None:
        wait(run, run.top.awaiting or "?", asked)


def empty(run: Run, decision: Decision) -> None:
    """Nothing readable came in; the pending question stays."""
    text = t("Your message arrived empty. Please write a few words about what you need.")
    if run.conversation.top is not None and run.conversation.asked is not None:
        _again(run, text)
        return
    run.ask = Ask(text, run.turn.menu)


def silence(run: Run, decision: Decision) -> None:
    """Nothing was heard: the question again, with the keys; the third time a person."""
    misses = run.conversation.misses + 1
    run.change(misses=misses)
    if misses >= 3:
        # Not only offered: somebody who cannot answer cannot choose either (practice 15).
        human = run.book.flows.get("ask_human")
        if human is not None:
            for step in human.steps:
                if isinstance(step, Do):
                    apply(run, step.run(run.turn))
        run.tell([t("I hear nothing, so I have asked a person to look after you.")])
        return
    asked = run.conversation.asked
    if run.conversation.top is not None and asked is not None:
        _again(
            run, t("I did not hear anything.") if misses == 1 else t("I still hear nothing. You can also press a key.")
        )
        return
    first = t("I did not hear anything. What can I do for you?")
    second = t("I still hear nothing. Say it in a few words, or press a key.")
    run.ask = Ask(first if misses == 1 else second, run.turn.menu)


def repeat(run: Run, decision: Decision) -> None:
    """The last answer once more, as it was."""
    run.tell(run.conversation.said)
    run.ask = run.conversation.asked
    if not run.say and run.ask is None:
        run.ask = Ask(t("I have not said anything yet. What can I do for you?"), run.turn.menu)


def more(run: Run, decision: Decision) -> None:
    """The next options of a list that did not fit one prompt."""
    asked = run.conversation.asked
    if asked is None:
        unknown(run, decision)
        return
    run.change(page=run.conversation.page + 1)
    run.ask = asked
