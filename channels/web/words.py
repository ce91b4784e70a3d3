"""What the widget itself says, in every language of the installation, as the part of it that is generated."""

from __future__ import annotations

import json

from bot.contract.channel import Ports
from bot.contract.text import Text, t

WORDS: dict[str, Text] = {
    "desk": t("Front desk"),
    "about": t("Automatic, day and night. A person when you ask."),
    "person": t("A person has been asked to join. I go on helping meanwhile."),
    "with": t("You are talking with {name}.", name="{name}"),
    "open": t("Chat with the front desk"),
    "close": t("Close the chat"),
    "log": t("Conversation"),
    "you": t("You said:"),
    "they": t("The desk said:"),
    "answers": t("Answers to choose from"),
    "write": t("Write a message"),
    "send": t("Send"),
    "photo": t("Send a photo"),
    "sent_photo": t("Your photo"),
    "show": t("Open the picture"),
    "typing": t("The desk is writing"),
    "sos": t("In danger? Press here for help"),
    "sos_words": t("Help! This is an emergency.", context="sent by the SOS button"),
    "dial": t("Not sent yet. Please dial yourself now:"),
    "ambulance": t("Ambulance"),
    "fire": t("Fire brigade"),
    "police": t("Police"),
    "larger": t("Larger text"),
    "language": t("English", context="own name"),
    "tongue": t("EN", context="own name, short"),
    "switch": t("Please answer in English.", context="sent by the language switch"),
    "retry": t("Send again"),
    "unsent": t("Not sent."),
    "offline": t("No connection. What you write stays here until it is sent."),
    "busy": t("The desk cannot be reached for the moment. Nothing is lost: please send it again shortly."),
    "broken": t("Something went wrong on our side. Please send it again."),
    "too_large": t("This file is larger than 8 MB. A photo in a smaller size is enough."),
    "no_photo": t("This is not a photo that we can open. Please send a JPEG, PNG or WebP picture."),
    "refused": t("This could not be taken. Please write it in another way."),
    "link": t("This link is not valid any more."),
    "today": t("Today"),
}


def module(ports: Ports) -> str:
    """`LANGUAGES` and `COMMUNITIES`; JSON is JavaScript, so nothing that stands in a text can leave its string."""
    languages = {one: {name: ports.say(text, one) for name, text in WORDS.items()} for one in ports.languages}
    communities = {
        account.community: {"names": dict(account.titles), "emergency": dict(account.emergency)}
        for account in ports.accounts.values()
    }
    return "\n".join(
        [
            f"const LANGUAGES = {json.dumps(languages, ensure_ascii=False)};",
            f"const COMMUNITIES = {json.dumps(communities, ensure_ascii=False)};",
            "",
        ]
    )
