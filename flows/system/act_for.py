"""Who may act for me: allowed, listed and taken back in words, on one's own proved channel only (beyond M)."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services import proxies
from backend.services.proxies import BOOK, FOLLOW, PAY, Proxy
from bot.contract.flow import Do, Flow, Outcome, Slot, SlotKind, Turn
from bot.contract.text import Ask, Option, Param, Text, t
from bot.contract.understanding import Value
from flows.questions import desk

GIVEN = (BOOK, PAY, FOLLOW)


def look(turn: Turn) -> Outcome:
    me = turn.conversation.resident
    if me is None or not me.verified:
        say = t("I must know you for that: please come to the desk with your ID card, and they take it down.")
        return Outcome(say=(say,), done=True, goto="end")
    mode = turn.values.get("_mode")
    if mode == "speak":
        return Outcome(ask=Ask(t("What is it about?"), turn.menu), awaiting="sure", lingers=True)
    if mode == "ask":
        return _asked(turn, me.id)
    if mode == "revoke":
        return _revoke(turn, me.id)
    return _grant(turn, me.id) if mode == "grant" else _list(turn, me.id)


def _list(turn: Turn, me: int) -> Outcome:
    community = turn.conversation.community.id
    mine = proxies.by_whom(turn.db, community, me, turn.real)
    theirs = proxies.for_whom(turn.db, community, me, turn.real)
    say = [t("{name} may book, pay and ask for you.", name=one.whom.name) for one in mine]
    say += [t("You may act for {name} ({home}).", name=one.whom.name, home=_home(one)) for one in theirs]
    if not say:
        say = [t("Nobody may act for you, and you may act for nobody else.")]
    return Outcome(say=tuple(say), done=True, goto="end")


def _asked(turn: Turn, me: int) -> Outcome:
    """ "I can do that for her, right?": whether they have allowed it, and else how they do."""
    theirs = proxies.for_whom(turn.db, turn.conversation.community.id, me, turn.real)
    say = [t("You may act for {name} ({home}).", name=one.whom.name, home=_home(one)) for one in theirs]
    if not say:
        say = [
            t(
                "You may, once they allow it: they tell me so from their own phone, or the desk takes it down. Until "
                "then I can act here for yourself only."
            )
        ]
    return Outcome(say=tuple(say), done=True, goto="end")


def _home(one: Proxy) -> Param:
    return one.whom.home.place if one.whom.home else "?"


def _grant(turn: Turn, me: int) -> Outcome:
    found = proxies.named(turn.db, turn.conversation.community.id, turn.message.text, me)
    if len(found) != 1:
        say = t("Tell me their full name or phone number in the same sentence; they must be known at the desk.")
        return Outcome(say=(say,), done=True, goto="end")
    # Only what they said themselves is said again: nobody's number is to be learnt here.
    said = found[0].name if found[0].name.casefold() in turn.message.text.casefold() else found[0].phone or ""
    question = t("Shall {name} be allowed to book, pay and ask for you, until you take it back?", name=said)
    known: Mapping[str, Value] = {"_agent": found[0].id, "_name": said}
    return Outcome(ask=Ask(question, _yes_no()), awaiting="sure", set=known, goto="done")


def _revoke(turn: Turn, me: int) -> Outcome:
    mine = proxies.by_whom(turn.db, turn.conversation.community.id, me, turn.real)
    said = [one for one in mine if one.whom.name in turn.message.text] or mine
    if not said:
        return Outcome(say=(t("Nobody may act for you at the moment."),), done=True, goto="end")
    question = t("Shall {name} no longer act for you?", name=said[0].whom.name)
    known: Mapping[str, Value] = {"_key": said[0].id, "_name": said[0].whom.name}
    return Outcome(ask=Ask(question, _yes_no()), awaiting="sure", set=known, goto="done")


def _yes_no() -> tuple[Option, ...]:
    return (Option(t("Yes"), "sure=yes"), Option(t("No"), "sure=no"))


def done(turn: Turn) -> Outcome:
    me, community, name = turn.conversation.resident, turn.conversation.community.id, str(turn.values.get("_name", ""))
    if me is None or turn.values.get("sure") != "yes":
        return Outcome(say=(t("All right, I leave it as it is."),), done=True, goto="end")
    if "_key" in turn.values:
        proxies.revoke(turn.db, community, int(str(turn.values["_key"])), me.id, turn.real)
        return Outcome(say=(t("Done. {name} can no longer act for you.", name=name),), done=True, goto="end")
    agent = int(str(turn.values["_agent"]))
    proxies.grant(turn.db, community, me.id, agent, GIVEN, _kin(turn), turn.real)
    text = t("{name} lets you act for them from now on: book, pay and ask. Say for whom when you do.", name=me.name)
    proxies.tell(turn.db, community, agent, text, f"granted:{turn.message.id}", turn.real)
    say = t("Done. {name} may act for you, and you hear of it each time. A word takes it back.", name=name)
    return Outcome(say=(say,), done=True, goto="end")


def _kin(turn: Turn) -> str | None:
    kin = turn.values.get("_kin")
    return str(kin) if kin else None


def absorb(turn: Turn) -> Mapping[str, Value]:
    """Which of the three it is."""
    extra = turn.understanding.extra
    modes = {
        "proxy_revoke": "revoke",
        "proxy_grant": "grant",
        "proxy_list": "list",
        "proxy_asked": "ask",
        "speaks_for": "speak",
    }
    mode = next((mode for cue, mode in modes.items() if cue in extra), None)
    found: dict[str, Value] = {} if mode is None or "_mode" in turn.values else {"_mode": mode}
    return found


def ask_sure(turn: Turn) -> Ask:
    text: Text = t("Is that right?")
    return Ask(text, _yes_no())


FLOW = Flow(
    name="act_for",
    version=1,
    title=t("Who may act for me"),
    intents=(),
    slots=(Slot("sure", SlotKind.CHOICE, t("Sure"), ask_sure, required=False, private=True),),
    steps=(Do("look", look), Do("done", done), Do("end", desk.end)),
    absorb=absorb,
    hours=1,
    cues=("proxy_revoke", "proxy_grant", "proxy_list", "proxy_asked", "speaks_for"),
)
