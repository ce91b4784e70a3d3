"""For somebody else: the flow runs as theirs where they allow it, says for whom, and they hear of it (beyond M)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from backend.services import proxies
from backend.services.proxies import BOOK, FOLLOW, PAY, Proxy
from bot.contract.conversation import Conversation
from bot.contract.text import Text, t
from bot.contract.understanding import Place
from bot.engine.decision import Decision
from bot.engine.run import Run

NEEDS = {
    "report_repair": BOOK,
    "book_housekeeping": BOOK,
    "book_clinic": BOOK,
    "book_venue": BOOK,
    "order_meal": BOOK,
    "pay_fees": PAY,
    "check_progress": FOLLOW,
    "act_for": BOOK,
}
KIN: dict[str, Text] = {
    "mother": t("your mother"),
    "father": t("your father"),
    "grandmother": t("your grandmother"),
    "grandfather": t("your grandfather"),
    "wife": t("your wife"),
    "husband": t("your husband"),
}


def go_on(conversation: Conversation, connection: Connection, real: datetime) -> tuple[Conversation, tuple[Text, ...]]:
    """What was begun for somebody goes on for them, as long as they allow it."""
    speaker = conversation.resident
    if conversation.acting is None or speaker is None:
        return conversation, ()
    found = proxies.one(connection, conversation.community.id, conversation.acting, speaker.id, real)
    if found is None:
        gone = t("You may not act for them any more, so I have let go of what we had begun. Nothing was sent.")
        return replace(conversation, acting=None, frames=(), asked=None, offered=()), (gone,)
    return replace(conversation, resident=found.whom, agent=speaker), ()


def begin(run: Run, decision: Decision) -> None:
    """A flow is about to start: whose it is, as far as the words say and the permissions allow."""
    kin, scope = run.turn.understanding.extra.get("kin"), NEEDS.get(decision.flow or "")
    speaker = run.conversation.resident
    if decision.flow == "act_for" and "speaks_for" not in run.turn.understanding.extra:
        return
    if decision.act != "start" or kin is None or scope is None or speaker is None or not speaker.verified:
        return
    if run.conversation.acting is not None or run.turn.understanding.extra.get("thing") == "visitor":
        return
    place = run.turn.understanding.entity("location")
    turn = run.turn
    allowed = proxies.for_whom(turn.db, run.conversation.community.id, speaker.id, turn.real)
    found = _meant(allowed, kin, turn.message.text)
    if place is not None and not _is_theirs(place.value, found):
        # They say where themselves: it is done there, by the speaker.
        return
    if found is None or scope not in found.scopes:
        run.tell([_not_allowed(run, kin)])
        return
    run.change(resident=found.whom, agent=speaker, acting=found.id)
    run.turn = replace(turn, conversation=run.conversation)
    run.tell([for_whom(found)])


def _is_theirs(place: object, found: Proxy | None) -> bool:
    home = found.whom.home if found is not None else None
    if not isinstance(place, Place) or (place.room is None and place.building is None):
        return True
    if place.room is None and home is not None:
        return place.building == home.building
    return home is not None and (place.building, place.room) == (home.building, home.room)


def _meant(allowed: list[Proxy], kin: str, said: str) -> Proxy | None:
    """Whom the words mean: by what they are to the speaker, by name, or the only one of whom that is not known."""
    unknown = [one for one in allowed if one.kin is None]
    by_name = (one for one in allowed if one.whom.name in said)
    alone = unknown[0] if len(unknown) == 1 else None
    return next(by_name, None) or next((one for one in allowed if one.kin == kin), None) or alone


def for_whom(found: Proxy) -> Text:
    home = found.whom.home
    who = KIN.get(found.kin or "", t("the person concerned"))
    return t("For {who}, {name} ({home}):", who=who, name=found.whom.name, home=home.place if home else "")


def _not_allowed(run: Run, kin: str) -> Text:
    home = run.conversation.resident.home if run.conversation.resident else None
    return t(
        "I may not act for {who} yet, so I take this for your own home, {home}. They can allow it on their own phone "
        "by telling me “let {name} act for me”, or at the desk.",
        who=KIN.get(kin, t("that person")),
        home=home.place if home else "?",
        name=run.conversation.resident.name if run.conversation.resident else "",
    )


def end(run: Run) -> None:
    """They hear who acted for them; the speaker speaks for themselves again when it is done."""
    conversation = run.conversation
    if conversation.acting is None or conversation.resident is None or conversation.agent is None:
        return
    for event in run.events:
        number = event.data.get("case_no")
        if event.name == "flow_completed" and number:
            title = run.book.flows[event.data["flow"]].title
            text = t(
                "{agent} has acted for you: {title}, {number}. If that is not all right, tell me “revoke the "
                "permission”.",
                agent=conversation.agent.name,
                title=title,
                number=number,
            )
            whose, key = conversation.community.id, conversation.resident.id
            proxies.tell(run.turn.db, whose, key, text, f"proxy:{number}", run.turn.real)
    if conversation.top is None:
        run.change(acting=None, agent=None, resident=conversation.agent)
