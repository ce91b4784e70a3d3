"""Answers in the forms of Open311: the same tree as JSON or as XML, nothing that is not there, never a null.

Source: Open311 GeoReport v2, https://wiki.open311.org/GeoReport_v2/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi.responses import Response

from bot.contract.errors import Refused

Tree = str | int | float | bool | list["Tree"] | dict[str, "Tree"]
# What XML 1.0 cannot hold at all, whatever a resident wrote.
_UNHEARD = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Form(StrEnum):
    """The ending of a path; anything else is no form of this interface."""

    JSON = "json"
    XML = "xml"


def form_of(ending: str) -> Form:
    """Raises `Refused` (404)."""
    try:
        return Form(ending)
    except ValueError as error:
        raise Refused(f"there is no form {ending[:20]}: json or xml", status=404) from error


def answer(form: Form, tree: Tree, names: tuple[str, ...], status: int = 200) -> Response:
    """names: what XML calls the whole, then each item of a list, level by level."""
    if form is Form.JSON:
        body = json.dumps(tree, ensure_ascii=False)
        return Response(body, status, media_type="application/json; charset=utf-8")
    whole = Element(names[0])
    _grow(whole, tree, names[1:])
    return Response(tostring(whole, "utf-8", xml_declaration=True), status, media_type="text/xml; charset=utf-8")


def errors(form: Form, status: int, description: str) -> Response:
    return answer(form, [{"code": status, "description": description}], ("errors", "error"), status)


# Lists inside of an item and what each of theirs is called.
_ITEMS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def _grow(at: Element, tree: Tree, names: tuple[str, ...]) -> None:
    if isinstance(tree, list):
        for one in tree:
            _grow(SubElement(at, names[0]), one, names[1:])
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            _grow(SubElement(at, name), value, (_ITEMS[name],) if name in _ITEMS else ())
    else:
        at.text = _UNHEARD.sub("\ufffd", str(tree).lower() if isinstance(tree, bool) else str(tree))
