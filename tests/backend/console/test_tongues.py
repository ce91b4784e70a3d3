"""Words of a page are put in when its template is read: in its language, and never as markup."""

from __future__ import annotations

from pathlib import Path

from backend.console.tongues import Tongues
from bot.contract.text import Text

WORDS = {("Inbox", None): "<b>会话</b>", ("State", "case"): "进展", ("{n} ×", None): "{n} 次"}
PAGE = """{% macro head(x) %}{{ _("Inbox") if x else _("State", "case") }}{% endmacro %}
{{ head(true) }}|{{ head(false) }}|
{{- _("{n} ×", n=2) }}|{{ {"a": _("Inbox")}|tojson }}"""


def test_each_language_has_its_words_and_none_is_markup(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    asked: list[str] = []

    def say(text: Text, language: str) -> str:
        asked.append(language)
        return WORDS[text.msgid, text.context] if language == "zh_Hans" else text.msgid

    tongues = Tongues(tmp_path, say)
    for _ in range(2):
        given = {"_": lambda msgid, **params: msgid.format(**params)}
        shown = tongues.of("zh_Hans").get_template("page.html").render(**given)
        assert shown == "&lt;b&gt;会话&lt;/b&gt;|进展|2 ×|" + '{"a": "\\u003cb\\u003e\\u4f1a\\u8bdd\\u003c/b\\u003e"}'
        assert tongues.of("en").get_template("page.html").render(**given).startswith("Inbox|State|2 ×")
    assert asked == ["zh_Hans"] * 3 + ["en"] * 3
