"""My page: a link to all that is mine on file, good once and for a quarter of an hour; a caller gets a text message."""

from __future__ import annotations

from backend.services import outbox, own_page
from bot.contract.flow import Outcome, Turn
from bot.contract.text import Text, t
from flows.questions.passing import in_passing

CUES = ("my_page", "page_close")
_LINK = t("My page: {link} (opens once, within 15 minutes, only for you)")


def run(turn: Turn) -> Outcome:
    """Somebody who is acted for has a page of their own: the link shows the speaker's, whoever is spoken for."""
    conversation = turn.conversation
    if "page_close" in turn.understanding.extra:
        return _closed(turn)
    resident = conversation.resident
    if turn.message.profile.is_heard and (resident is None or not resident.verified or not resident.phone):
        say = t("I cannot show a page here. Key in your PIN first, or ask for it in a chat.")
        return Outcome(say=(say,), done=True)
    word = own_page.make(turn.db, conversation.community.id, conversation.id, turn.real)
    link = f"{conversation.community.links.rstrip('/')}/my/in/{word}"
    if turn.message.profile.is_heard and resident is not None and resident.phone:
        outbox.sms(turn.db, conversation.id, resident.phone, Text(_LINK.msgid, {"link": link}), f"my:{word}", turn.real)
        digits = " ".join(resident.phone[-4:])
        say = t("I have sent the link by text message to your phone ending in {digits}.", digits=digits)
        return Outcome(say=(say,), done=True)
    here = t("Here is your page, with your cases, bills and visitor passes: {link}", link=link)
    only = t("The link opens once, within 15 minutes. It is only for you: please do not send it on.")
    return Outcome(say=(here, only), done=True)


def _closed(turn: Turn) -> Outcome:
    conversation = turn.conversation
    own_page.close_all(turn.db, conversation.community.id, conversation.id, turn.real)
    say = t("Done: your page is closed everywhere, and no link of before opens it.")
    return Outcome(say=(say,), done=True)


FLOW = in_passing("my_page", t("My page"), CUES, run)
