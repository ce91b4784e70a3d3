"""The answer in the response itself: XML of WeChat's kind, made and encrypted by wechatpy."""

from __future__ import annotations

import secrets
from datetime import datetime

from channels.wechat.envelope import cipher
from channels.wechat.settings import Door


def passive(door: Door, of: str, to: str, words: str, real: datetime, *, sealed: bool) -> str:
    """of: the account's own name; to: the resident's."""
    from wechatpy.replies import TextReply

    stamp = int(real.timestamp())
    # It is put between the marks of a CDATA section, whose end must not stand in it.
    whole = words.replace("]]>", "]]]]><![CDATA[>")
    xml = str(TextReply(source=of, target=to, content=whole, time=stamp).render())
    if not sealed:
        return xml
    return str(cipher(door).encrypt_message(xml, secrets.token_hex(5), str(stamp)))
