"""Somebody waits and says so: written into the case, told to the people on duty once an hour, and said honestly."""

from __future__ import annotations

from dataclasses import replace

from backend.services import case_board, cases, outbox
from backend.services.progress import Line
from bot.contract.flow import Outcome, Turn
from bot.contract.likeness import likest
from bot.contract.text import Ask, Option, t
from flows.check_progress import rating, sources, tell

LONGEST = 1000
# Whose work can be hurried: what the desk itself sees to.
OURS = frozenset({"repair", "complaint", "dispute", "callback", "fee", "request", "housekeeping"})


def meant(turn: Turn, found: list[Line]) -> Outcome | None:
    """The one just spoken of, the kind that was named, or the only one that we work on; None: nothing is urged."""
    heard = {"urge", "push", "missing", "impatient", "refuses", "hurry_that", "sooner"} & set(turn.understanding.extra)
    if not heard:
        return None
    kind = turn.understanding.extra.get("thing") if "refuses" not in heard else None
    said = named(turn, found)
    last = said or next(iter(sources.about(_last(turn, found), kind)), None)
    ours = [line for line in sources.about(found, kind) if line.open and (line.kind in OURS or line.topic in OURS)]
    lines = [last] if last is not None else ours
    if len(lines) == 1:
        return _passed_on(turn, lines[0])
    if lines:
        ask = Ask(t("Which one are you waiting for?"), tell.choose(lines))
        return Outcome(ask=ask, awaiting="case_no", done=True, lingers=True)
    return nothing(turn) if kind == "repair" or "missing" in heard else None


def _last(turn: Turn, found: list[Line]) -> list[Line]:
    """What was just filed or spoken of: "where is the plumber?" right after is about that, as far as it fits."""
    line = sources.latest(turn, found)
    return [line] if line is not None else []


def unfixed(turn: Turn, running: list[Line]) -> Outcome:
    """ "He came and it still leaks", of what is not closed: written into it, so that nobody takes it for done."""
    said = named(turn, running)
    if len(running) > 1 and said is None:
        return Outcome(ask=Ask(t("I am sorry. Which one is it?"), tell.choose(running)), awaiting="case_no")
    line = said or running[0]
    community = turn.conversation.community.id
    case_board.remark(turn.db, community, line.number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    body = {"case": line.number, "task": "the resident says it is not fixed"}
    outbox.call_staff(turn.db, community, body, f"unfixed:{line.number}:{turn.real:%Y%m%d%H}", turn.real)
    say = t(
        "I am sorry. I have written into {number} that it is not fixed; the people on it see that now, and it stays "
        "open until you say it is.",
        spoken="I am sorry. I have noted that it is not fixed; the people on it see that now, and it stays open until "
        "you say it is.",
        number=line.number,
    )
    return tell.one(line, (say,))


def named(turn: Turn, found: list[Line], least_of: int = 2, kinds: frozenset[str] = OURS) -> Line | None:
    """Of so many or more that we work on the one whose words are said: "the socket one, please hurry"."""
    ours = [line for line in found if line.open and line.kind in kinds and isinstance(line.what, str)]
    # One character of Chinese is often shared by chance.
    least = 1 if turn.message.text.isascii() else 2
    which = likest(turn.message.text, [str(line.what) for line in ours], least) if len(ours) >= least_of else None
    return ours[which] if which is not None else None


def told_of(turn: Turn) -> str | None:
    """The number of the one among several whose words are said."""
    top = turn.conversation.top
    found = [line for line in sources.lines(turn) if top is None or sources.filed_by(line) != top.flow]
    kind = turn.understanding.extra.get("thing")
    kinds = OURS | {"booking"}
    of_kind = [line for line in sources.about(found, kind) if line.open] if kind is not None else []
    line = of_kind[0] if len(of_kind) == 1 else named(turn, found, 2 if top is None else 1, kinds)
    return line.number if line is not None else None


def _passed_on(turn: Turn, line: Line) -> Outcome:
    """It stands in the case, and the target is told as it is; no other time is promised."""
    community = turn.conversation.community.id
    found = cases.by_number(turn.db, community, line.number)
    if found is None:
        return tell.one(line)
    again = any(event.name == "remark" and event.by == "resident" for event in case_board.events(turn.db, found.id))
    case_board.remark(turn.db, community, line.number, "resident", turn.message.text.strip()[:LONGEST], turn.now)
    body = {"case": line.number, "task": "the resident asks where it is"}
    outbox.call_staff(turn.db, community, body, f"urged:{found.id}:{turn.real:%Y%m%d%H}", turn.real)
    if again:
        say = t(
            "I have added that for the people on it. The state is still this; a person at the desk can tell you more."
        )
        told = tell.one(line, (say,))
        return told if told.ask is not None else replace(told, ask=_person(), awaiting="case_no", lingers=True)
    say = t(
        "I am sorry that you are waiting. I have written into {number} that you ask for it, and the people on it see "
        "that now.",
        spoken="I am sorry that you are waiting. I have noted that you ask for it, and the people on it see that now.",
        number=line.number,
    )
    return tell.one(line, (say,))


def _person() -> Ask:
    return Ask(t("Shall I get one for you?"), (rating.PERSON,))


def not_here(turn: Turn, found: list[Line]) -> Outcome | None:
    """Told before, or perhaps by others, and nothing of the speaker's shows it: taken down anew, with why."""
    heard, thing = turn.understanding.extra, turn.understanding.entity("category")
    told = "told_before" in heard or ("told_it" in heard and thing is not None)
    asked = "reported" in heard and thing is not None
    if not (told or asked) or named(turn, found, 1) is not None:
        return None
    if told:
        return None if any(line.kind == "repair" for line in found) else nothing(turn)
    # Whether others have told of it stands in their cases.
    say = t(
        "I cannot say what others have reported, so I take it down for you. If it is known already, the two are joined."
    )
    return Outcome(say=(say,), done=True, begin="report_repair")


def claimed(turn: Turn, found: list[Line]) -> Outcome:
    """ "That is our leak": the one on file that is told so, which of several, or that there is none."""
    kind, community = turn.understanding.entity("category"), turn.conversation.community.id
    repairs = [line for line in found if line.open and line.kind == "repair" and isinstance(line.what, str)]
    of_kind = [(line, cases.by_number(turn.db, community, line.number)) for line in repairs]
    alike = [line for line, case in of_kind if kind is None or (case is not None and case.category == kind.value)]
    which = likest(turn.message.text, [str(line.what) for line in alike])
    if which is not None or len(alike) == 1:
        return tell.one(alike[which or 0])
    if alike:
        return Outcome(ask=Ask(t("Which one do you mean?"), tell.choose(alike)), awaiting="case_no")
    new = Option(t("Report a repair", spoken="a repair"), "start=report_repair")
    none = t("I find nothing like that on file under your name.")
    ask = Ask(t("Shall I take it down as a new repair?"), (new,))
    return Outcome(say=(none,), ask=ask, done=True, lingers=True, awaiting="case_no")


def nothing(turn: Turn) -> Outcome:
    """Nobody came for something that we do not have: said so, and taken down, at once where the words tell what."""
    if turn.understanding.entity("category") is not None:
        sorry = t("I am sorry that you are waiting. I find no repair of yours on file, so I take it down anew.")
        return Outcome(say=(sorry,), done=True, begin="report_repair")
    new = Option(t("Report a repair", spoken="a repair"), "start=report_repair")
    ask = Ask(t("Shall I take it down as a new repair? Or a person looks for it."), (new, rating.PERSON))
    none = t("I am sorry that you are waiting. I find no repair and no visit on file for you.")
    return Outcome(say=(none,), ask=ask, done=True, lingers=True, awaiting="case_no")
