"""When something was not understood: say what, show how, offer choices, then a person; never the same twice."""

from __future__ import annotations

from dataclasses import replace

from bot.contract.flow import Do, Flow, Slot
from bot.contract.messages import Kind, Profile
from bot.contract.text import Ask, Option, Summary, Text, t
from bot.engine.answers.needed import what_is_needed
from bot.engine.asked.kept import offer
from bot.engine.decision import INTERRUPT, YES_NO, Decision
from bot.engine.not_got import PERSON, turning, unknown_afresh
from bot.engine.run import Run
from bot.engine.several.rehomed import keep_missed, or_rather
from bot.engine.steps import apply, ask_for, proceed, wait

CANCEL = Option(t("Cancel it"), "cancel")
# So many choices still leave room for a person and for "cancel" on every channel's first page.
SHOWN = 3
# So often a question that nobody here can answer is said to be one.
ASKED = 2


def unknown(run: Run, decision: Decision) -> None:
    """First what was not known and an example, second the choices, third a person."""
    if "foreign" in run.turn.understanding.extra:
        # The Chinese of this says it in both, as it is not known which is read; the pending question stays.
        # It may have been a cry.
        numbers = run.conversation.community.emergency
        said = {name: numbers[name] for name in ("ambulance", "fire", "police")}
        text = t(
            "I speak Chinese and English. Please write in one of them. In danger call {ambulance}, {fire} or {police}.",
            spoken="I speak Chinese and English. In danger hang up and call {ambulance}, {fire} or {police}.",
        )
        _again(run, replace(text, params=said))
        return
    misses = run.conversation.misses + 1
    run.change(misses=misses)
    if run.conversation.top is None:
        if not _looked_up(run):
            _asked(run) if _is_asked(run, misses) else unknown_afresh(run, misses)
        return
    frame = keep_missed(run)
    if frame.awaiting in YES_NO:
        _unknown_yes_no(run, misses)
        return
    slot = run.flow.slot(frame.awaiting) if frame.awaiting and run.flow.has(frame.awaiting) else None
    if slot is None:
        _unknown_choice(run, misses)
        return
    _unknown_slot(run, slot, misses)


def _is_asked(run: Run, misses: int) -> bool:
    """A question, to which nothing here has the answer; what is asked to be done is none."""
    talk, heard = run.conversation, run.turn.understanding.extra
    within_talk = misses == 1 and (talk.told is not None or talk.recent is not None)
    asks = "asks_back" in heard and not {"requests", "wants_it", "follow"} & set(heard)
    return asks and (within_talk or (misses <= ASKED and run.turn.understanding.full_sentence))


NOT_KNOWN = t("That I do not know, and I will not guess. A person at the desk can tell you.")


def _asked(run: Run) -> None:
    run.ask = offer(run, Ask(NOT_KNOWN, (PERSON,)))


def _looked_up(run: Run) -> bool:
    """A question that nothing else knows: the answer base, where it has the one good answer."""
    heard = set(run.turn.understanding.extra)
    if not {"question", "asking"} & heard or "follow" in heard:
        return False  # "how much?" names nothing to look up
    flow = run.book.answer_base
    said = flow.consult(run.turn) if flow is not None and flow.consult is not None else None
    run.tell(said or ())
    return bool(said)


def _unknown_yes_no(run: Run, misses: int) -> None:
    asked = run.conversation.asked
    options = tuple(option for option in asked.options if option.payload in ("yes", "no")) if asked else ()
    first = t("I was not sure what you mean. If everything is right, say “yes”; otherwise tell me what is different.")
    second = t("Please choose: yes, so that I go on, or no, so that we change it. Nothing has been sent yet.")
    third = t("Let us do this another way: yes, no, or a person from the desk?")
    fourth = t("I only need a yes or a no here; or say “cancel”, and nothing is sent.")
    more = (PERSON, CANCEL) if misses > 3 else (PERSON,) if misses == 3 else ()
    wait(run, run.top.awaiting or "?", Ask(turning(misses, (first, second, third, fourth)), (*options, *more)))


def _with(options: tuple[Option, ...], more: tuple[Option, ...]) -> tuple[Option, ...]:
    """A person stands where the first page shows it, however long the list is."""
    return (*more, *options) if PERSON in more and len(options) > SHOWN else (*options, *more)


def _unknown_choice(run: Run, misses: int) -> None:
    """A question of the flow's own, with its choices."""
    asked = run.conversation.asked
    if asked is None:
        run.tell([t("I did not understand that.")])
        proceed(run)
        return
    options = tuple(option for option in asked.options if option.payload not in (PERSON.payload, CANCEL.payload))
    more = (*or_rather(run, misses), PERSON, CANCEL) if misses >= 2 else ()
    texts = (
        t("I did not understand that. Please choose one of these, or say it in other words."),
        t("I still do not follow. One of these, or a person?"),
        STUCK,
        t("Choose one of these when you like; “cancel” ends it, “back” goes one step back."),
    )
    wait(run, run.top.awaiting or "?", replace(asked, text=turning(misses, texts), options=_with(options, more)))


STUCK = t("I am sorry, I am not getting this. A person can take it over.")


def _unknown_slot(run: Run, slot: Slot, misses: int) -> None:
    """What was not known and an example; then the choices; then a person, too."""
    ask_for(run, slot)
    question = run.ask or Ask(STUCK)
    if misses == 1:
        heard = run.turn.understanding
        # "Is anywhere fine?" agrees to nothing.
        choices = any(option.payload != "skip" for option in question.options)
        yes = heard.intent == "affirm" and not {"question", "noise"} & set(heard.extra) and choices
        run.tell([t("Gladly. Which one?") if yes else what_is_needed(slot, heard)])
        return
    choose = t("Let us try it once more, in other words or with one of the choices.")
    say = t("Let us try it once more, in other words.")
    texts = (
        choose if question.options else say,
        STUCK,
        t("We are still at this one. Answer it, choose, or say “cancel”."),
    )
    # On keys a lone choice would take the digit that is the answer itself.
    digits = run.turn.message.profile.is_heard and not question.options
    more = () if digits and misses == 2 else (CANCEL,) if misses == 2 else (PERSON,) if digits else (PERSON, CANCEL)
    text = turning(misses - 1, texts)
    options = _with(question.options, (*or_rather(run, misses), *more))
    run.tell([] if text is STUCK else [text])
    run.ask = replace(question, text=STUCK, options=options) if text is STUCK else replace(question, options=options)


RECORDED = t("Thank you. Your message is kept with your call-back, and a person listens to it.")


def unused(run: Run, decision: Decision) -> None:
    """A sticker, a voice note, a place or a picture where words were asked for: a kind word, and the question again."""
    if run.turn.message.kind is Kind.VOICE and run.turn.message.attachments:
        # Spoken for a person of the desk, who had been asked for: nobody is asked to say it otherwise.
        run.tell([RECORDED])
        run.ask = run.conversation.asked or Ask(t("What can I do for you? Just tell me, or choose:"), run.turn.menu)
        return
    if run.conversation.misses:
        unknown(run, decision)
        return
    run.change(misses=1)
    message = run.turn.message
    if message.kind is Kind.VOICE:
        text = t("I cannot listen to voice messages here. A few written words will do.")
    elif message.place is not None:
        text = t("Thank you for the location. I do not need it for this.")
    elif message.attachments:
        text = t("Thank you for the picture. I do not need it for this.")
    else:
        text = t("Thank you. Here I can only work with words.")
    if run.conversation.top is not None and run.conversation.asked is not None:
        _again(run, text)
        return
    run.tell([text])
    run.ask = Ask(t("What can I do for you? Just tell me, or choose:"), run.turn.menu)


def _again(run: Run, text: Text) -> None:
    run.tell([text])
    asked = run.conversation.asked
    if asked is not None and run.conversation.top is None:
        run.ask = asked  # a menu, which belongs to no flow
    elif asked is not None:
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
    run.change(misses=misses, page=0)
    top = run.conversation.top
    if run.conversation.sos and (top is None or top.awaiting is None):
        # People have been called already; whoever is at the end of their strength is not asked what they want.
        run.tell([t("I am still here.")])
        return
    if misses > 3 and misses % 2 == 0:
        # Who waits in silence for a person is not told the same again and again.
        run.tell([t("I still hear nothing. A person has your request and gets in touch; you may hang up.")])
        return
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
    # Whoever says nothing is told what can be keyed: the list that speakers are spared.
    run.change(page=1 if run.turn.message.profile is Profile.VOICE else 0)
    run.ask = Ask(first if misses == 1 else second, run.turn.menu)


def repeat(run: Run, decision: Decision) -> None:
    """The last answer once more, as it was."""
    run.tell(run.conversation.said)
    run.ask = run.conversation.asked
    if not run.say and run.ask is None and run.turn.understanding.confidence < INTERRUPT:
        unknown(run, decision)  # it only resembles the wish to hear it again
    elif not run.say and run.ask is None:
        run.ask = Ask(t("I have not said anything yet. What can I do for you?"), run.turn.menu)


def more(run: Run, decision: Decision) -> None:
    """The next options of a list that did not fit one prompt, or the rest of what was too long for one breath."""
    talk = run.conversation
    asked = talk.asked
    if asked is None:
        unknown(run, decision)
        return
    run.change(page=talk.page + 1)
    cards = [item for item in talk.said if isinstance(item, Summary)]
    # Where it is heard, which words belong to this page is known only when they are spoken.
    words = () if cards or run.turn.message.profile is not Profile.VOICE else talk.said
    run.tell([*(card for card in cards if card.first), *words])
    run.ask = asked


AS_IT_STANDS = t("That is how I have it.")
# What is said to an open question; whoever asks for the same thing twice is told the same.
_TO_A_QUESTION = frozenset(
    {"answer", "change", "skip", "back", "no", "yes", "unknown", "unused", "queue", "beside", "swap", "correct"}
)


def _told(flow: Flow, decision: Decision) -> bool:
    """Something was said that stands in the form: a wish that is heeded and forgotten does not."""
    return any(flow.has(name) and not flow.slot(name).private for name in decision.values)


def not_twice(run: Run, decision: Decision) -> None:
    """Never the same answer twice in a row: it is said that it is the same, and a person is offered."""
    before = run.turn.conversation
    same = tuple(run.say) == before.said and run.ask == before.asked and (run.ask is not None or run.say)
    if not same or decision.act not in _TO_A_QUESTION:
        return
    top = run.conversation.top
    if top is not None and not decision.problems and _told(run.book.flows[top.flow], decision):
        # "Ok, eight then": told once more what stands there, and no misunderstanding.
        run.say.insert(0, AS_IT_STANDS)
        return
    run.say.insert(0, t("I may have missed what you mean. Say it another way, or let a person help."))
    if run.ask is not None and all(option.payload != PERSON.payload for option in run.ask.options):
        run.ask = replace(run.ask, options=(*run.ask.options, PERSON))
