"""The templates of a folder, in which nothing is ever markup that was not written as markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

from bot.contract.text import Text

__all__ = ["Environment", "templates"]
Say = Callable[[Text], str]


def templates(folder: Path, say: Say | None = None) -> Environment:
    """They change with the program and not without it: nothing is looked for on the disk while pages are made.

    say: the language they are in, where that is known; what they say of themselves is then looked up here and now.
    """
    kind = Environment if say is None else _Spoken
    made = kind(
        loader=FileSystemLoader(folder),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.extend(say=say)
    return made


class _Spoken(Environment):
    say: Say

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found: nodes.Template = _Said(self.say).visit(super()._parse(source, name, filename))
        return found


class _Said(NodeTransformer):
    """`_("Inbox")` becomes the word itself; whatever is filled in later stays a call."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - jinja2 looks for this name
        words = [one.value for one in node.args if isinstance(one, nodes.Const)]
        plain = len(words) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if plain and words and isinstance(node.node, nodes.Name) and node.node.name == "_":
            text = Text(words[0], context=words[1] if len(words) > 1 else None)
            return nodes.Const(self._say(text), lineno=node.lineno)
        return self.generic_visit(node)
