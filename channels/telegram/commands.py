"""The menu beside the text field: each command says a sentence that a resident could have typed."""

from __future__ import annotations

from bot.contract.text import Text, t

# Of Telegram's own form: lower-case, no blank. `start` is no sentence.
COMMANDS: dict[str, Text] = {
    "repair": t("Report a repair"),
    "visitor": t("Register a visitor"),
    "housekeeping": t("Book housekeeping"),
    "fees": t("Fees and bills"),
    "progress": t("How is my case going"),
    "human": t("Talk to a person"),
    "help": t("What can you do?"),
}
BIND, UNBIND = "bind", "unbind"
UNBIND_WORDS = t("Unbind this account")
# What the account is, rather than something to say.
OWN: dict[str, Text] = {
    BIND: t("Use this account for my home"),
    UNBIND: t("Take this account away from my home"),
}
SHARE = t("Share my phone number")
HOW_TO_BIND = t(
    "To act for your home here, share the phone number that the desk has for you, or send the code that the desk gave "
    "you (it begins with LL)."
)
