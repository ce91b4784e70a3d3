"""What the widget itself says, in every language of the installation: the parts of it that are generated."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.contract.channel import Ports
from bot.contract.emergency import AREA
from bot.contract.text import Text, t

# JSON is JavaScript, so nothing that stands in a text can leave its string.
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
    "sent_photo": t("Your photo"),
    "typing": t("The desk is writing"),
    "sos": t("In danger? Press here for help"),
    "sos_words": t("Help! This is an emergency.", context="sent by the SOS button"),
    "dial": t("Not sent yet. Please dial yourself now:"),
    "ambulance": t("Ambulance"),
    "fire": t("Fire brigade"),
    "police": t("Police"),
    "larger": t("Larger text"),
    "switch": t("Please answer in English.", context="sent by the language switch"),
    "retry": t("Send again"),
    "unsent": t("Not sent."),
    "offline": t("No connection. What you write stays here until it is sent."),
    "busy": t("The desk cannot be reached for the moment. Nothing is lost: please send it again shortly."),
    "broken": t("Something went wrong on our side. Please send it again."),
    "refused": t("This could not be taken. Please write it in another way."),
    "today": t("Today"),
    "more": t("Photo, place, voice"),
    "unread": t("New messages"),
    "sending": t("Sending"),
}
OWN: dict[str, Text] = {
    "language": t("English", context="own name"),
    "tongue": t("EN", context="own name, short"),
}
# What is said by the parts that few need.
RARE: dict[str, Text] = {
    "show": t("Open the picture"),
    "too_large": t("This file is larger than 8 MB. A photo in a smaller size is enough."),
    "no_photo": t("This is not a photo that we can open. Please send a JPEG, PNG or WebP picture."),
    "link": t("This link is not valid any more."),
    "identity": t("This page could not tell us who you are. Please load it again, or call the desk."),
    "photo": t("Send a photo"),
    "camera": t("Take a photo"),
    "place": t("Send my location"),
    "place_why": t("The desk is told once where you are now, so that somebody can find you. You are not followed."),
    "place_yes": t("Send my location now"),
    "place_sought": t("Looking where you are …"),
    "place_none": t("Your location could not be found, or is not allowed here. You can also write the place."),
    "place_again": t("Try again"),
    "my_place": t("My location"),
    "dictate": t("Speak"),
    "dictate_why": t(
        "Your browser writes down what you say; its maker may hear it. Nothing is sent before you press Send."
    ),
    "dictate_yes": t("Start speaking"),
    "aloud": t("Read answers aloud"),
    "not_now": t("Not now", context="nothing is sent"),
}


def rare(ports: Ports) -> str:
    """`RARE`, for the part that is loaded when it is needed."""
    said = {one: {name: ports.say(text, one) for name, text in RARE.items()} for one in ports.languages}
    return f"const RARE = {json.dumps(said, ensure_ascii=False)};\n"


def tongue(ports: Ports, language: str) -> str:
    """What the widget says in one language, a module of its own."""
    said = {name: ports.say(text, language) for name, text in WORDS.items()}
    return f"export default {json.dumps(said, ensure_ascii=False)};\n"


def module(ports: Ports) -> str:
    """`LANGUAGES`, by their own names, and `COMMUNITIES`."""
    languages = {one: {name: ports.say(text, one) for name, text in OWN.items()} for one in ports.languages}
    communities = {
        account.community: {
            "names": dict(account.titles),
            "emergency": _dialled(account.emergency),
        }
        for account in ports.accounts.values()
    }
    return "\n".join(
        [
            f"const LANGUAGES = {json.dumps(languages, ensure_ascii=False)};",
            f"const COMMUNITIES = {json.dumps(communities, ensure_ascii=False)};",
            "",
        ]
    )


def _dialled(emergency: Mapping[str, str]) -> dict[str, str]:
    """Whole numbers alone: a city's code is none."""
    return {name: number for name, number in emergency.items() if name != AREA}
